import { isObject, type Json } from './json.ts'
import { readPath, type Scope } from './json-path.ts'
import { parseReferencePath, putAt } from './reference-path.ts'
import { runtimeError } from './state-error.ts'

/** What the paths and templates of a state may read. `data` is the raw input of the state. */
export interface StateScope extends Scope {
  /** The time, in milliseconds since 1970. */
  now: number
}

/** What a state does next. The interpreter turns it into events. */
export type Outcome =
  | { kind: 'exit'; output: Json; next: string | undefined }
  | { kind: 'wait'; untilMs: number }
  | { kind: 'task' }
  | { kind: 'fail'; error: string | undefined; cause: string | undefined }

export interface InputOutput {
  Comment?: string
  InputPath?: string | null
  OutputPath?: string | null
}

export interface Transition {
  Next?: string
  End?: true
}

export interface Result {
  Parameters?: Json
  ResultSelector?: Json
  ResultPath?: string | null
}

/** The raw input after InputPath. */
export function effectiveInput(state: InputOutput, scope: StateScope): Json {
  return select(state.InputPath, scope, 'InputPath')
}

/** The input of the state's work: the raw input after InputPath and Parameters. */
export function workInput(state: InputOutput & Result, scope: StateScope): Json {
  const data = effectiveInput(state, scope)
  return state.Parameters === undefined ? data : fillTemplate(state.Parameters, { ...scope, data })
}

/** The output of the state: its result after ResultSelector, placed in the raw input where ResultPath says. */
export function stateOutput(state: InputOutput & Result & Transition, result: Json, scope: StateScope): Outcome {
  const selected =
    state.ResultSelector === undefined ? result : fillTemplate(state.ResultSelector, { ...scope, data: result })
  return exit(state, placeResult(state.ResultPath, scope.data, selected), scope)
}

/** The raw input with a result at the place that ResultPath names; null keeps the input as it is. */
export function placeResult(resultPath: string | null | undefined, input: Json, result: Json): Json {
  if (resultPath === null) return input
  return putAt(input, parseReferencePath(resultPath ?? '$') ?? [], result)
}

/** Leaves the state with this output, after OutputPath. */
export function exit(state: InputOutput & Transition, output: Json, scope: StateScope): Outcome {
  const data = select(state.OutputPath, { ...scope, data: output }, 'OutputPath')
  return { kind: 'exit', output: data, next: state.Next }
}

function select(path: string | null | undefined, scope: Scope, field: string): Json {
  if (path === undefined) return scope.data
  if (path === null) return {}
  const found = readPath(path, scope)
  if (found !== undefined) return found
  throw runtimeError(
    `Invalid path '${path}' in ${field}: no results for path ${path} in ${JSON.stringify(scope.data)}.`,
  )
}

/**
 * Fills a payload template: every member whose name ends in `.$` has the value that its path selects.
 * @throws StateError `States.Runtime` if a path selects nothing. The States Language calls that
 * `States.ParameterPathFailure`; AWS does not.
 */
export function fillTemplate(template: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((element) => fillTemplate(element, scope))
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith('.$') || typeof value !== 'string') return [name, fillTemplate(value, scope)]
      const found = readPath(value, scope)
      if (found === undefined) {
        const input = JSON.stringify(scope.data)
        throw runtimeError(
          `The JSONPath '${value}' specified for the field '${name}' could not be found in the input '${input}'`,
        )
      }
      return [name.slice(0, -2), found]
    }),
  )
}
