import type { Outcome, StateScope } from './input-output-processing.ts'
import { readPath } from './json-path.ts'
import { runtimeError } from './state-error.ts'

export interface FailState {
  Type: 'Fail'
  Comment?: string
  Error?: string
  ErrorPath?: string
  Cause?: string
  CausePath?: string
}

/** Fails the run with the error and cause that the definition or the input names. */
export function enterFail(state: FailState, scope: StateScope): Outcome {
  const read = (path: string | undefined, field: string) => {
    if (path === undefined) return undefined
    const value = readPath(path, scope)
    if (typeof value !== 'string') throw runtimeError(`The ${field} field must reference a string: ${path}`)
    return value
  }
  return {
    kind: 'fail',
    error: state.Error ?? read(state.ErrorPath, 'ErrorPath'),
    cause: state.Cause ?? read(state.CausePath, 'CausePath'),
  }
}
