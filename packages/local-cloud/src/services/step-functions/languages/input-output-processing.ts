import type { Json, JsonObject } from '../values/json.ts'
import type { Scope } from '../values/json-path.ts'
import { StateError } from '../values/state-error.ts'
import type { ChoiceRule } from './choice-rule.ts'
import type { Retrier } from './retry.ts'

/** What the fields of a state may read. `data` is the raw input of the state. */
export interface StateScope extends Scope {
  /** The time, in milliseconds since 1970. */
  now: number
  /** A number from 0 to 1. */
  random(): number
  /** The language that the state is written in. */
  language: QueryLanguage
  /** What `$states` in JSONata has beside the input and the context. */
  states?: { result: Json } | { errorOutput: Json }
}

/** The two languages in which a state says what it takes from the data: JSONPath and JSONata. */
export interface QueryLanguage {
  /** The raw input after InputPath; JSONata has none. */
  effectiveInput(state: StateFields, scope: StateScope): Json
  /** The input of the state's work, such as the input of its task. */
  workInput(state: StateFields, scope: StateScope): Json
  /** The same state, with a value in each field that may be an expression, such as Seconds. */
  literals<S extends object>(state: S, scope: StateScope): S
  /** A template with values for its paths or expressions; `field` is where it is in the state. */
  fill(template: Json, field: string, scope: StateScope): Json
  /** Whether a rule of a Choice is true. */
  holds(rule: ChoiceRule, field: string, scope: StateScope): boolean
  /** The output of a state, of a Choice's rule or of a catcher; `at` is where that is in the state, such as `Catch[0]/`. */
  output(from: StateFields, value: Json, at: string, scope: StateScope): Json
  /** The scope in which Assign reads this value: the result, the error output, or the input that passes through. */
  around(value: Json, scope: StateScope): StateScope
}

/** How a state is left. */
export interface Exit {
  output: Json
  /** The variables that the state assigns; absent for none. */
  assigned?: JsonObject
  next: string | undefined
}

/** The fields that states of several types have. Which ones a type may have is checked before it runs: see state-shapes.ts. */
export interface StateFields {
  Comment?: string
  QueryLanguage?: string
  InputPath?: string | null
  OutputPath?: string | null
  Parameters?: Json
  Arguments?: Json
  ResultSelector?: Json
  ResultPath?: string | null
  Output?: Json
  Assign?: JsonObject
  Next?: string
  End?: true
  Retry?: Retrier[]
  Catch?: Catcher[]
}

export interface Catcher extends Pick<StateFields, 'ResultPath' | 'Output' | 'Assign'> {
  ErrorEquals: string[]
  Next: string
}

/** The scope after InputPath, which the other paths of a state read. */
export function inside(state: StateFields, scope: StateScope): StateScope {
  return { ...scope, data: scope.language.effectiveInput(state, scope) }
}

/** Leaves a state that passes its input on. */
export function passThrough(state: StateFields, scope: StateScope): Exit {
  return exit(state, scope.language.effectiveInput(state, scope), scope)
}

/** Leaves a state whose work had this result. */
export function stateOutput(state: StateFields, result: Json, scope: StateScope): Exit {
  return exit(state, result, { ...scope, states: { result } })
}

/**
 * Leaves a state, by its own fields or by those of a Choice's rule or a catcher.
 * @param value the result, the error output, or the input that passes through
 * @param at where the fields are in the state
 */
export function exit(from: StateFields, value: Json, scope: StateScope, at = ''): Exit {
  const { language } = scope
  const { Assign, Next } = from
  // Both read the variables as they were when the run entered the state.
  const assigned =
    Assign && Object.keys(Assign).length > 0 && language.fill(Assign, `${at}Assign`, language.around(value, scope))
  const output = language.output(from, value, at, scope)
  if (!assigned) return { output, next: Next }
  return { output, next: Next, assigned: checkedVariables(assigned as JsonObject, scope) }
}

/** AWS's limit for the input and output of states, tasks and runs, and for what one Assign assigns, in bytes of UTF-8. */
export const dataLimitBytes = 262_144
/** AWS's limit for all variables of a run, in bytes of UTF-8. */
const variablesLimitBytes = 10 * 1024 * 1024

function checkedVariables(assigned: JsonObject, { variables }: StateScope): JsonObject {
  const check = (values: JsonObject, limit: number, of: string) => {
    if (Buffer.byteLength(JSON.stringify(values)) <= limit) return
    throw new StateError('States.DataLimitExceeded', `The variables of ${of} exceed the maximum of ${limit} bytes.`)
  }
  check(assigned, dataLimitBytes, 'one Assign')
  const all = { ...variables, ...assigned }
  // As each is limited, a few cannot be too large together.
  const may = Object.keys(all).length > variablesLimitBytes / dataLimitBytes
  if (may) check(all, variablesLimitBytes, 'the execution')
  return assigned
}
