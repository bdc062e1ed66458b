import { isObject, type Json } from './json.ts'

/** One step to a place: the name of a member or the index of an element. */
export type Segment = string | number

/**
 * A copy of the data with the value at this place; undefined if the data cannot have that place. Missing members on the way
 * are created; elements are not.
 */
export function putAt(data: Json, [step, ...rest]: Segment[], value: Json): Json | undefined {
  if (step === undefined) return value
  if (typeof step === 'string' && isObject(data)) {
    const put = putAt(Object.hasOwn(data, step) ? (data[step] ?? null) : {}, rest, value)
    return put === undefined ? undefined : { ...data, [step]: put }
  }
  if (typeof step === 'string' || !Array.isArray(data) || step < 0 || step >= data.length) return undefined
  const put = putAt(data[step] ?? null, rest, value)
  return put === undefined ? undefined : data.with(step, put)
}
