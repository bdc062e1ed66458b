import { type DisplayValue, inside, isObject, Sensitive, Unknown } from './display-value.ts'

/** One value that changes. */
export interface Difference {
  /** Where it stands, as in `environment.variables.PUBLIC_URL`. */
  path: string
  before: DisplayValue
  after: DisplayValue
  /** Whether a reviewer may skip it: it is not in the configuration, AWS computes it, or it is a tag of every resource. */
  noise: boolean
}

/**
 * What differs between two states of a resource, down to the single value. Text that is JSON is compared as JSON.
 * @param written the expressions of the configuration; all that is unknown besides is AWS's own business
 */
export function differences(
  before: { [name: string]: DisplayValue },
  after: { [name: string]: DisplayValue },
  written?: object,
): Difference[] {
  return between(before, after, '').map((difference) => {
    const path = difference.path.split('.')
    const computed = difference.after instanceof Unknown && written !== undefined && !isWritten(written, path)
    return { ...difference, noise: computed || path[0] === 'tags_all' }
  })
}

/** Whether an expression of the configuration sets what stands at a path. */
export function isWritten(expressions: unknown, [name, ...rest]: string[]): boolean {
  if (Array.isArray(expressions))
    return expressions.some((block) => isWritten(block, name === undefined ? [] : [name, ...rest]))
  if (typeof expressions !== 'object' || expressions === null) return false
  if ('constant_value' in expressions || 'references' in expressions || name === undefined) return true
  return isWritten(inside(expressions, name), rest)
}

/** The names that either object has. */
const namesIn = (one: object, other: object) => [
  ...Object.keys(one),
  ...Object.keys(other).filter((name) => !Object.hasOwn(one, name)),
]

type Leaf = Omit<Difference, 'noise'>

function between(left: DisplayValue, right: DisplayValue, path: string): Leaf[] {
  const [before, after] = [simplified(left), simplified(right)]
  if (isObject(before) && isObject(after)) {
    return namesIn(before, after).flatMap((name) => {
      const [one, other] = [inside(before, name) ?? null, inside(after, name) ?? null]
      // Most values of most resources stay.
      return one === other ? [] : between(one, other, path ? `${path}.${name}` : name)
    })
  }
  return same(before, after) ? [] : [{ path, before, after }]
}

/** As a reader would see it: no block is null, the only block of its kind stands for itself, JSON is what it says. */
export function simplified(value: DisplayValue): DisplayValue {
  if (value === '') return null
  if (Array.isArray(value)) {
    if (value.length === 0) return null
    return value.length === 1 && isObject(value[0]) ? value[0] : value
  }
  if (isObject(value)) return Object.keys(value).length === 0 ? null : value
  if (typeof value !== 'string' || !/^[{[]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** The elements that a list gains and loses, compared by what they are, and not by how they are printed. */
export function changedElements(before: DisplayValue[], after: DisplayValue[]) {
  const missing = (from: DisplayValue[], others: DisplayValue[]) => {
    const counts = new Map<string, number>()
    for (const key of others.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1)
    return from.filter((each) => {
      const key = keyOf(each)
      const left = counts.get(key) ?? 0
      counts.set(key, left - 1)
      return each instanceof Unknown || left <= 0
    })
  }
  return { gone: missing(before, after), come: missing(after, before) }
}

/** Whether two lists have the same elements. */
export function isOnlyAnotherOrder({ before, after }: Pick<Difference, 'before' | 'after'>): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return false
  const { gone, come } = changedElements(before, after)
  return gone.length === 0 && come.length === 0
}

/** Equal for values that are the same. It is to be compared only: a sensitive value is in it as its fingerprint. */
function keyOf(value: DisplayValue): string {
  const plain = simplified(value)
  if (plain instanceof Sensitive) return `sensitive ${plain.fingerprint}`
  if (plain instanceof Unknown) return 'unknown'
  if (Array.isArray(plain)) return `[${plain.map(keyOf).join()}]`
  if (!isObject(plain)) return JSON.stringify(plain)
  const keys = Object.keys(plain).map((name) => [name, keyOf(inside(plain, name) ?? null)])
  return JSON.stringify(keys.filter(([, key]) => key !== 'null').sort())
}

/** Whether two values are the same. */
export function same(left: DisplayValue, right: DisplayValue): boolean {
  if (left === right) return true
  const [one, other] = [simplified(left), simplified(right)]
  if (one instanceof Sensitive) return one.equals(other)
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((element, index) => same(element, other[index] ?? null))
  }
  if (isObject(one) && isObject(other)) {
    return namesIn(one, other).every((name) => same(inside(one, name) ?? null, inside(other, name) ?? null))
  }
  return one === other
}
