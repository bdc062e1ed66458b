import type { Json } from './json.ts'
import { existing, type Scope } from './json-path.ts'
import { runtimeError } from './state-error.ts'

/**
 * The whole number of seconds that a path such as SecondsPath selects.
 * @param field the name of the field, for the cause
 * @throws StateError `States.Runtime`
 */
export function secondsAt(field: string, path: string, scope: Scope): number {
  const seconds = inputValue(field, path, scope)
  if (!Number.isInteger(seconds)) {
    throw runtimeError(`The ${field} parameter cannot be parsed as a long value: ${path} == ${bare(seconds)}`)
  }
  if (Number(seconds) < 0) {
    throw runtimeError(`The ${field} parameter references a negative value: ${path} == ${bare(seconds)}`)
  }
  return Number(seconds)
}

/** What a path selects in the input. */
export function inputValue(field: string, path: string, scope: Scope): Json {
  return existing(path, scope, () => `The ${field} parameter does not reference an input value: ${path}`)
}

/** A value as AWS prints it in a cause: a string has no quotes. */
export function bare(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
