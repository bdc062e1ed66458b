import type { StateFields } from '../languages/input-output-processing.ts'
import { languageOf } from '../languages/languages.ts'
import type { ChoiceState } from '../state-types/choice.ts'
import type { FailState } from '../state-types/fail.ts'
import type { MapState } from '../state-types/map.ts'
import type { ParallelState, StateGroup } from '../state-types/parallel.ts'
import type { PassState } from '../state-types/pass.ts'
import type { TaskState } from '../state-types/task.ts'
import type { WaitState } from '../state-types/wait.ts'
import { isObject, type Json, jsonFault } from '../values/json.ts'
import { remember } from '../values/remember.ts'
import { type Diagnostic, isOutOfRange, type Place, worded } from './diagnostics.ts'
import { machine } from './state-shapes.ts'
import { checkTransitions, checkVariables, groupsIn } from './transitions.ts'

/** A state machine in the Amazon States Language: the part that this engine runs. */
export interface Definition extends StateGroup<State> {
  Comment?: string
  QueryLanguage?: 'JSONPath' | 'JSONata'
  TimeoutSeconds?: number
}

export type State =
  | TaskState
  | ParallelState
  | MapState
  | WaitState
  | ChoiceState
  | PassState
  | (StateFields & { Type: 'Succeed' })
  | FailState

const flat = new WeakMap<StateGroup, ReadonlyMap<string, State>>()

/** Every state of a machine by name, those inside of Parallel and Map states too: names are unique in the whole machine. */
export function allStates(machine: StateGroup): ReadonlyMap<string, State> {
  const known = flat.get(machine)
  if (known) return known
  const found = new Map(groupsIn(machine as unknown as Json).flatMap(({ states }) => states)) as unknown as Map<
    string,
    State
  >
  flat.set(machine, found)
  return found
}

const judged = remember((json) => {
  const faults = diagnose(json)
  return { faults, definition: faults.length > 0 ? undefined : (JSON.parse(json) as Definition) }
})

/**
 * Parses a definition and checks all that can be known before it runs.
 * @param where what the definition belongs to, for the error message
 * @throws Error with one sentence per fault: AWS's own, where AWS refuses the definition too.
 */
export function checkDefinition(json: string, where: string): Definition {
  const { faults, definition } = judged(json)
  if (!definition) {
    throw new Error(
      `The definition of ${where} cannot run here:\n${faults.map((fault) => `- ${worded(fault)}`).join('\n')}`,
    )
  }
  return definition
}

/** AWS's limit for the text of a definition, in characters. */
export const longestDefinition = 1_048_576
/** How much of a definition that is not JSON is shown, in characters. */
const shownSource = 500
/** Deep enough for every workflow, and far from the depth at which a recursion overflows the stack. AWS's limit is unknown. */
const deepest = 200

/** What is wrong with a definition: nothing, if AWS accepts it and this engine runs it. */
export function diagnose(json: string, { express = false } = {}): Diagnostic[] {
  const whole = (code: string, message: string): Diagnostic[] => [{ code, message }]
  if (json.length > longestDefinition) {
    const limit = `Member must have length less than or equal to ${longestDefinition}`
    return whole('SCHEMA_VALIDATION_FAILED', `Value at 'definition' failed to satisfy constraint: ${limit}`)
  }
  let definition: Json
  try {
    definition = JSON.parse(json.trim() || 'null')
  } catch (error) {
    const { message, at } = jsonFault(json) ?? (error as Error & { at?: string })
    if (at === undefined) return [{ code: 'INVALID_JSON_DESCRIPTION', message, hint: () => lineOf(message, json) }]
    const location = `[Source: (String)${JSON.stringify(json.slice(0, shownSource))}; ${at}]`
    return [{ code: 'INVALID_JSON_DESCRIPTION', message: `${message}\n at ${location}`, location }]
  }
  if (!isObject(definition)) return whole('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object')
  if (depthOf(definition) > deepest) return whole('TOO_DEEPLY_NESTED', 'The states are too deeply nested')
  const language = languageOf(definition)
  const faults: Diagnostic[] = []
  const root: Place = { path: '', faults, machineLanguage: language, language, express }
  machine(definition, root)
  checkTransitions(definition, root, faults.every(isOutOfRange))
  checkVariables(definition, root)
  return faults
}

/** How deep objects and arrays are nested. Without recursion, which such a text could overflow. */
function depthOf(value: Json): number {
  let depth = 0
  let level: Json[] = [value]
  while (level.length > 0 && depth <= deepest) {
    depth += 1
    level = level.flatMap((inner) => (typeof inner === 'object' && inner !== null ? Object.values(inner) : []))
  }
  return depth
}

/** The line of the place that a parse error names. The error itself names it from Node.js 22 on. */
function lineOf(message: string, json: string): string {
  const [, position] = /at position (\d+)$/.exec(message) ?? []
  return position === undefined ? '' : `It is in line ${json.slice(0, Number(position)).split('\n').length}.`
}
