import { isObject, type Json } from './json.ts'

// What paths select, in the way and in the words of JsonPath for Java (https://github.com/json-path/JsonPath), whose errors
// AWS shows. It is an old version, without indexes that count from the end.

/** Whether an element fulfils a filter. The root is the data that the whole path reads. */
export type Condition = (element: Json, root: Json) => boolean

/** What one step of a path selects. */
export type Selector =
  | { kind: 'names'; names: string[] }
  | { kind: 'indexes'; indexes: number[] }
  /** The element that is so many places before the end. */
  | { kind: 'before the end'; places: number }
  | { kind: 'slice'; from: number | undefined; to: number | undefined }
  | { kind: 'all' }
  | { kind: 'filter'; holds: Condition }

/** A deep step, which two dots begin, starts from all that is inside. */
export type Step = { deep: boolean } & Selector

/** Why a path to one place selects nothing. */
export class PathError extends Error {
  constructor(
    message: string,
    /** The place does not exist, it would be after the last element of a list, or the data does not fit the path. */
    readonly kind: 'absent' | 'past the end' | 'misfit' = 'absent',
  ) {
    super(message)
  }
}

/** Whether steps lead to one place. A list of names does, too: to an object with these members. */
export function isDefinite(steps: Step[]): boolean {
  return steps.every((step) => {
    if (step.deep) return false
    return step.kind === 'indexes' ? step.indexes.length === 1 : ['names', 'before the end'].includes(step.kind)
  })
}

/**
 * All that steps select, in the order of the data.
 * @throws PathError if a step does not fit the one place that the steps before it lead to
 */
export function select(steps: Step[], root: Json): Json[] {
  let places = [root]
  let isOne = true
  for (const [index, step] of steps.entries()) {
    if (step.deep) {
      isOne = false
      places = places.flatMap(inside)
    }
    const next: Json[] = []
    for (const place of places) {
      const found = follow(steps, index, place, root)
      if (Array.isArray(found)) for (const each of found) next.push(each)
      else if (isOne) throw found()
    }
    places = next
    isOne &&= isDefinite([step])
  }
  return places
}

/** What one step selects at one place, or why it cannot. */
function follow(steps: Step[], index: number, place: Json, root: Json): Json[] | (() => PathError) {
  const step = steps[index] as Step
  const isLast = index === steps.length - 1
  const path = (end = index + 1) => `$${steps.slice(0, end).map(written).join('')}`
  const misfit = (why: string) => () =>
    new PathError(`Filter: ${written(step)} ${why}. Current context is: ${JSON.stringify(place)}`, 'misfit')
  const onlyLists =
    place === null ? () => new PathError(`The path ${path(index)} is null`) : misfit('can only be applied to arrays')
  switch (step.kind) {
    case 'names': {
      if (!isObject(place)) return () => new PathError(`Property ${written(step)} not found in path ${path(index)}`)
      const members = step.names.flatMap((name): [string, Json][] =>
        Object.hasOwn(place, name) ? [[name, place[name] ?? null]] : [],
      )
      if (step.names.length > 1 && isLast) return [Object.fromEntries(members)]
      if (step.names.length > 1) {
        throw new PathError(`Multi properties can only be used as path leafs: ${path()}`, 'misfit')
      }
      if (members.length > 0) return members.map(([, value]) => value)
      return () => new PathError(`${isLast ? 'No results for path:' : 'Missing property in path'} ${path()}`)
    }
    case 'before the end':
    case 'indexes': {
      if (!Array.isArray(place)) return onlyLists
      const indexes = step.kind === 'indexes' ? step.indexes : [place.length - step.places]
      const found = indexes.map((at) => place[at]).filter((element) => element !== undefined)
      if (found.length > 0) return found
      return () => new PathError(`No results for path: ${path()}`, isLast ? 'past the end' : 'absent')
    }
    case 'slice':
      return Array.isArray(place) ? sliced(place, step.from, step.to) : onlyLists
    case 'all':
      return typeof place === 'object' && place !== null ? Object.values(place) : []
    case 'filter':
      if (isObject(place)) return step.holds(place, root) ? [place] : []
      if (!Array.isArray(place)) return misfit('can not be applied to primitives')
      // A deep filter comes to the elements by itself. AWS documents that a filter matches objects only.
      return step.deep ? [] : place.filter((element) => isObject(element) && step.holds(element, root))
  }
}

/** Only an end that stands alone may count from the end of the list: [1:-1] has nothing. */
function sliced(list: Json[], from: number | undefined, to: number | undefined): Json[] {
  return from === undefined || to === undefined ? list.slice(from, to) : list.slice(Math.max(from, 0), Math.max(to, 0))
}

/** A place and all that is inside of it, each before its own parts. */
function inside(place: Json): Json[] {
  const found: Json[] = []
  const rest = [place]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next !== 'object' || next === null) continue
    found.push(next)
    for (const part of Object.values(next).reverse()) rest.push(part)
  }
  return found
}

/** A step as the library writes it. */
function written(step: Step): string {
  if (step.kind === 'names') return `[${step.names.map((name) => `'${name}'`).join(', ')}]`
  if (step.kind === 'indexes') return `[${step.indexes.join(',')}]`
  if (step.kind === 'before the end') return `[@.size()-${step.places}]`
  if (step.kind === 'slice') return `[${step.from ?? ''}:${step.to ?? ''}]`
  return step.kind === 'all' ? '[*]' : '[?]'
}
