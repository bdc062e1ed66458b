import { createHash } from 'node:crypto'

/** A value that Terraform marks as sensitive. The value itself is not kept; two of them can only be compared. */
export class Sensitive {
  /** The same for equal values, and of no use to read them. */
  readonly fingerprint: string
  constructor(value: unknown) {
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify(value) ?? '')
      .digest('base64')
  }
  equals(other: unknown): boolean {
    return other instanceof Sensitive && other.fingerprint === this.fingerprint
  }
}

/** A value that is known only after apply. */
export class Unknown {}

/** A value that may be shown to anybody. */
export type DisplayValue =
  | null
  | string
  | number
  | boolean
  | Sensitive
  | Unknown
  | DisplayValue[]
  | { [name: string]: DisplayValue }

/**
 * A value of a plan without what is sensitive in it. Everything that the report prints goes through here.
 * @param sensitive Terraform's marks beside the value, from one side or more: `true` where it or anything in it is sensitive
 * @param unknown the same for what is not known yet
 */
export function displayed(value: unknown, sensitive: unknown[], unknown: unknown = false): DisplayValue {
  if (unknown === true) return new Unknown()
  if (sensitive.includes(true)) return new Sensitive(value)
  // Most of a plan: what has no mark anywhere may be shown as it is.
  if (!isMarked(unknown) && !sensitive.some(isMarked)) return (value ?? null) as DisplayValue
  if (Array.isArray(value)) {
    // An element that is not known yet may be missing among the values.
    const length = Math.max(value.length, Array.isArray(unknown) ? unknown.length : 0)
    // A set has no order: a mark of the other side does not identify an element.
    const marks = [together(sensitive.flat(1))]
    return Array.from({ length }, (_, index) => displayed(value[index], marks, inside(unknown, index)))
  }
  if (value !== null && typeof value === 'object') {
    // An attribute that is unknown as a whole is left out of the values.
    const isThere = (name: string) => Object.hasOwn(value, name) || inside(unknown, name) === true
    const marked = new Set([...sensitive, unknown].flatMap(namesIn).filter(isThere))
    const shown = [...marked].map((name) => [
      name,
      displayed(inside(value, name), marksIn(sensitive, name), inside(unknown, name)),
    ])
    return Object.fromEntries([...Object.entries(value), ...shown])
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** What a value itself has under a name. A tag may be called `constructor`, and every object inherits one of those. */
export function inside<V>(value: { [name: string]: V }, key: string | number): V | undefined
export function inside(value: unknown, key: string | number): unknown
export function inside(value: unknown, key: string | number): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
  return (value as { [name: string]: unknown })[key]
}

/** Whether anything in marks is `true`. */
const isMarked = (marks: unknown): boolean =>
  marks === true || (marks !== null && typeof marks === 'object' && Object.values(marks).some(isMarked))

/** Several marks as one: `true` where one of them is. */
function together(marks: unknown[]): unknown {
  if (marks.includes(true)) return true
  const objects = marks.filter((each): each is object => each !== null && typeof each === 'object')
  if (objects.length < 2) return objects[0]
  // Of lists beside objects no mark can be matched to an element: all that they mark is sensitive.
  if (new Set(objects.map(Array.isArray)).size > 1) return objects.some(isMarked)
  if (objects.some(Array.isArray)) return [together(objects.flat(1))]
  const names = new Set(objects.flatMap((each) => Object.keys(each)))
  return Object.fromEntries([...names].map((name) => [name, together(marksIn(objects, name))]))
}

const marksIn = (marks: unknown[], key: string | number) => marks.map((each) => inside(each, key))

const namesIn = (marks: unknown) => (marks !== null && typeof marks === 'object' ? Object.keys(marks) : [])

export function isObject(value: DisplayValue | undefined): value is { [name: string]: DisplayValue } {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Sensitive) &&
    !(value instanceof Unknown)
  )
}

/** The elements of a list in words, or none where it is no list. */
export function elements(value: DisplayValue | undefined): string[] {
  return listIn(value).map(inWords)
}

/** The elements of a list, or none where it is no list. */
export const listIn = (value: DisplayValue | undefined): DisplayValue[] => (Array.isArray(value) ? value : [])

/** A value in words, on one line. What is sensitive or unknown says so. */
export function inWords(value: DisplayValue): string {
  if (value instanceof Unknown) return 'known after apply'
  if (value instanceof Sensitive) return 'sensitive'
  return typeof value === 'string'
    ? oneLine(value)
    : JSON.stringify(value, (_, each) => (isSpecial(each) ? inWords(each) : each))
}

const isSpecial = (value: unknown) => value instanceof Unknown || value instanceof Sensitive

/** Text as it stands in one line, in the order in which it is written: nothing ends the line or turns it around. */
export const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ')
