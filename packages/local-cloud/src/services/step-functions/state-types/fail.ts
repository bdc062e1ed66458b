import type { StateFields, StateScope } from '../languages/input-output-processing.ts'
import { readField } from '../languages/language-jsonpath.ts'
import { type Failure, runtimeError } from '../values/state-error.ts'

export interface FailState extends StateFields {
  Type: 'Fail'
  Error?: string
  ErrorPath?: string
  Cause?: string
  CausePath?: string
}

/** The error and cause that the definition or the input names. */
export function failureOf(state: FailState, scope: StateScope): Failure {
  const { Error: error, Cause: cause, ErrorPath, CausePath } = state
  const read = (path: string | undefined, field: string) => {
    if (path === undefined) return undefined
    const value = readField(path, field, scope)
    if (typeof value !== 'string') throw runtimeError(`The ${field} field must reference a string: ${path}`)
    return value
  }
  return { error: error ?? read(ErrorPath, 'ErrorPath'), cause: cause ?? read(CausePath, 'CausePath') }
}
