import type { Json } from './json.ts'
import { readPath, type Scope } from './json-path.ts'
import { fillTemplate } from './payload-template.ts'
import { parseReferencePath, putAt } from './reference-path.ts'
import { runtimeError } from './state-error.ts'

/** One visit of a run to a state: what the state's rules may look at. `data` is the raw input of the state. */
export interface Visit extends Scope {
  /** The time, in milliseconds since 1970. */
  now: number
}

/** What a state makes of a visit. The interpreter turns it into events. */
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

/** The raw input as InputPath shows it. */
export function effectiveInput(state: InputOutput, visit: Visit): Json {
  return select(state.InputPath, visit, 'InputPath')
}

/** What the work of the state is given: the raw input after InputPath and Parameters. */
export function workInput(state: InputOutput & Result, visit: Visit): Json {
  const data = effectiveInput(state, visit)
  return state.Parameters === undefined ? data : fillTemplate(state.Parameters, { ...visit, data })
}

/** What leaves the state: its result, after ResultSelector, in the place of the raw input that ResultPath names. */
export function stateOutput(state: InputOutput & Result & Transition, result: Json, visit: Visit): Outcome {
  const selected =
    state.ResultSelector === undefined ? result : fillTemplate(state.ResultSelector, { ...visit, data: result })
  return exit(state, placeResult(state.ResultPath, visit.data, selected), visit)
}

/** The raw input with a result in the place that ResultPath names; null keeps the input as it is. */
export function placeResult(resultPath: string | null | undefined, input: Json, result: Json): Json {
  if (resultPath === null) return input
  return putAt(input, parseReferencePath(resultPath ?? '$') ?? [], result)
}

/** Leaves the state with this output, as OutputPath shows it. */
export function exit(state: InputOutput & Transition, output: Json, visit: Visit): Outcome {
  const data = select(state.OutputPath, { ...visit, data: output }, 'OutputPath')
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
