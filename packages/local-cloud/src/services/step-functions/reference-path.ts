import { isObject, type Json } from './json.ts'
import { StateError } from './state-error.ts'

/** One segment of a path: the name of a member or the index of an element. */
export type Segment = string | number

const segment = /\.((?:\\.|[^\\.[\]'"*?@(),:\s])+)|\[(-?\d+)\]|\['((?:\\.|[^\\'])*)'\]|\["((?:\\.|[^\\"])*)"\]/suy

/**
 * Reads a reference path of the States Language, the kind that names exactly one place: `$.a.b[0]['c d']`.
 * Undefined for anything else, such as wildcards and filters.
 */
export function parseReferencePath(path: string): Segment[] | undefined {
  if (!path.startsWith('$')) return undefined
  const segments: Segment[] = []
  segment.lastIndex = 1
  while (segment.lastIndex < path.length) {
    const found = segment.exec(path)
    if (!found) return undefined
    const [, bare, index, single, double] = found
    segments.push(index === undefined ? unescaped(bare ?? single ?? double ?? '') : Number(index))
  }
  return segments
}

function unescaped(name: string): string {
  return name.replace(/\\(.)/gsu, '$1')
}

/** What is at this place; undefined if there is no such place. */
export function readAt(data: Json, segments: Segment[]): Json | undefined {
  let place: Json | undefined = data
  for (const step of segments) {
    if (typeof step === 'number') place = Array.isArray(place) ? place.at(step) : undefined
    else place = isObject(place) && Object.hasOwn(place, step) ? place[step] : undefined
    if (place === undefined) return undefined
  }
  return place
}

/**
 * A copy of the data with the value at this place. Missing members on the way are created; elements are not.
 * @throws StateError `States.ResultPathMatchFailure` if the data cannot have that place.
 */
export function putAt(data: Json, segments: Segment[], value: Json): Json {
  const [step, ...rest] = segments
  if (step === undefined) return value
  if (typeof step === 'string' && isObject(data)) {
    const inside = Object.hasOwn(data, step) ? (data[step] ?? null) : {}
    return { ...data, [step]: putAt(inside, rest, value) }
  }
  if (typeof step === 'number' && Array.isArray(data) && step >= 0 && step < data.length) {
    return data.map((element, index) => (index === step ? putAt(element, rest, value) : element))
  }
  throw new StateError(
    'States.ResultPathMatchFailure',
    `Unable to apply step ${JSON.stringify(step)} of the ResultPath to input ${JSON.stringify(data)}.`,
  )
}
