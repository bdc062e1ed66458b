import { createHash } from 'node:crypto'
import { isObject, type Json } from './json.ts'
import { randomUuid, seededRandom } from './random.ts'

/** An intrinsic function: how many arguments it takes, and its result; undefined if they do not fit. */
export interface IntrinsicFunction {
  count: [least: number, most: number]
  /** @throws Error with AWS's sentence, where it has one for more than arguments that do not fit */
  call(args: Json[], scope: { random(): number }): Json | undefined
}

/** AWS's limits. */
const longestText = 10_000
const longestRange = 1000

/** The names of algorithms, as AWS and as Node.js write them. */
const hashes = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
])

/** The hash of a text in hexadecimal; undefined if AWS does not have the algorithm. */
export function hash(text: string, algorithm: unknown): string | undefined {
  const known = hashes.get(String(algorithm))
  return known && createHash(known).update(text).digest('hex')
}

/** An array in pieces of this size. */
export function partition<T>(array: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(array.length / size) }, (_, at) => array.slice(at * size, (at + 1) * size))
}

const functions: Record<string, IntrinsicFunction> = {
  Format: {
    count: [1, Infinity],
    call: ([template, ...args]) => (typeof template === 'string' ? format(template, args) : undefined),
  },
  StringToJson: {
    count: [1, 1],
    call: ([text]) => {
      if (typeof text !== 'string') return undefined
      // AWS was recorded to read null from a blank text.
      if (text.trim() === '') return null
      try {
        return JSON.parse(text)
      } catch {
        return undefined
      }
    },
  },
  JsonToString: { count: [1, 1], call: ([value]) => JSON.stringify(value) },
  Array: { count: [0, Infinity], call: (args) => args },
  ArrayPartition: {
    count: [2, 2],
    call: ([array, given]) => {
      // The documentation says that AWS rounds; AWS was seen to truncate.
      const size = truncated(given)
      if (!Array.isArray(array) || size === undefined || size < 1) return undefined
      return partition(array, size)
    },
  },
  ArrayContains: {
    count: [2, 2],
    call: ([array, value]) => {
      const sought = canonical(value)
      return Array.isArray(array) ? array.some((element) => canonical(element) === sought) : undefined
    },
  },
  ArrayRange: {
    count: [3, 3],
    call: (args) => {
      const [first, last, step] = args.map(truncated)
      if (first === undefined || last === undefined || !step) return undefined
      const length = Math.max(0, Math.floor((last - first) / step) + 1)
      return length > longestRange ? undefined : Array.from({ length }, (_, at) => first + at * step)
    },
  },
  ArrayGetItem: {
    count: [2, 2],
    call: ([array, index]) => (Array.isArray(array) && typeof index === 'number' ? array[index] : undefined),
  },
  ArrayLength: { count: [1, 1], call: ([array]) => (Array.isArray(array) ? array.length : undefined) },
  ArrayUnique: {
    count: [1, 1],
    call: ([array]) => {
      if (!Array.isArray(array)) return undefined
      const seen = new Set<string>()
      return array.filter((element) => {
        const text = canonical(element)
        return !seen.has(text) && seen.add(text)
      })
    },
  },
  Base64Encode: {
    count: [1, 1],
    call: ([text]) => (isShort(text) ? Buffer.from(text).toString('base64') : undefined),
  },
  Base64Decode: {
    count: [1, 1],
    call: ([text]) => (isShort(text) && isBase64(text) ? Buffer.from(text, 'base64').toString() : undefined),
  },
  Hash: {
    count: [2, 2],
    call: ([data, name]) => {
      const text = typeof data === 'string' ? data : JSON.stringify(data)
      return isShort(text) ? hash(text, name) : undefined
    },
  },
  JsonMerge: {
    count: [3, 3],
    // AWS supports only the shallow merge, for which the last argument is false.
    call: ([first, second, deep]) =>
      isObject(first) && isObject(second) && deep === false ? { ...first, ...second } : undefined,
  },
  MathRandom: {
    count: [2, 3],
    call: (args, { random }) => {
      const [from, to, seed] = args.map(truncated)
      if (from === undefined || to === undefined || from >= to) return undefined
      if (args.length > 2 && seed === undefined) return undefined
      const drawn = seed === undefined ? random() : seededRandom(seed)
      return Math.min(from + Math.floor(drawn * (to - from)), to - 1)
    },
  },
  MathAdd: {
    count: [2, 2],
    call: (args) => {
      const [a, b] = args.map(rounded)
      const sum = (a ?? Number.NaN) + (b ?? Number.NaN)
      return [a, b, sum].every((number) => number === (Number(number) | 0)) ? sum : undefined
    },
  },
  StringSplit: {
    count: [2, 2],
    // Every character of the second argument separates, and AWS leaves out empty pieces.
    call: ([text, separators]) => {
      if (typeof text !== 'string' || typeof separators !== 'string') return undefined
      const pieces = ['']
      for (const character of text) {
        if (separators.includes(character)) pieces.push('')
        else pieces[pieces.length - 1] += character
      }
      return pieces.filter((piece) => piece !== '')
    },
  },
  UUID: { count: [0, 0], call: (_, { random }) => randomUuid(random) },
}
/** All intrinsic functions of the States Language, by the name after "States.". */
export const intrinsics: ReadonlyMap<string, IntrinsicFunction> = new Map(Object.entries(functions))

/** The whole part of a number; undefined for anything else. */
function truncated(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? Math.trunc(value) : undefined
}

/** The nearest whole number, the greater one between two, as AWS was recorded to add. */
function rounded(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? Math.round(value) : undefined
}

function isShort(text: Json | undefined): text is string {
  return typeof text === 'string' && text.length <= longestText
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

/** The same text for equal values, in whatever order their members are. */
function canonical(value: Json | undefined): string {
  return JSON.stringify(value, (_, part: Json) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

/**
 * Replaces each {} of a template; a backslash makes the next character stand for itself.
 * @throws Error if the template is wrong, or has not one {} per argument
 */
function format(template: string, args: Json[]): string {
  const pieces = ['']
  for (const [token] of template.matchAll(/\\[\\'{}]|\{\}|[\s\S]/g)) {
    if (token === '{}') pieces.push('')
    else if (token === '{') throw new Error("Invalid template in States.Format: matching '}' not found for '{'.")
    else pieces[pieces.length - 1] += token.length > 1 ? token.slice(1) : token
  }
  if (pieces.length - 1 !== args.length) {
    throw new Error('Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.')
  }
  return pieces.map((piece, index) => (index === 0 ? piece : `${formatted(args[index - 1])}${piece}`)).join('')
}

/** How AWS writes an argument of Format: an object as {a=1, b=[]}, as Java does. */
function formatted(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(formatted).join(', ')}]`
  if (!isObject(value)) return String(value)
  return `{${Object.entries(value)
    .map(([name, part]) => `${name}=${formatted(part)}`)
    .join(', ')}}`
}
