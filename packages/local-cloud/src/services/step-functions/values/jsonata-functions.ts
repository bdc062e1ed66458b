import compile from 'jsonata'
import { hash, partition } from './intrinsic-functions.ts'
import { randomUuid, seededRandom } from './random.ts'

/** What functions may use beside their arguments. */
export interface World {
  /** The time, in milliseconds since 1970. */
  now: number
  /** A number from 0 to 1. */
  random(): number
}

interface JsonataFunction {
  /** In the library's notation: https://docs.jsonata.org/embedding-extending#function-signature-syntax */
  signature: string
  // biome-ignore lint/suspicious/noExplicitAny: the library has checked the arguments by the signature.
  call(args: any[], world: World): unknown
}

/** AWS's limits: for the elements of $range, and for a text that $pad makes. */
const longestRange = 360_145
const longestPad = 6_990_256

const nativePad = compile('$pad($text, $width, $character)')
const nativeNow = compile('$fromMillis($now, $picture, $timezone)')

/** The functions that Step Functions adds to JSONata, and those of JSONata that must not go beyond this process's limits and clock. */
export const functions = new Map<string, JsonataFunction>(
  Object.entries({
    parse: {
      signature: '<s?:x>',
      call([text]) {
        if (text === undefined) return undefined
        try {
          return JSON.parse(text)
        } catch {
          return fail('Invalid JSON')
        }
      },
    },
    partition: {
      signature: '<an?:a>',
      call([array, given = Infinity]) {
        const size = Math.trunc(given)
        if (size < 0) fail('Second argument must be zero or greater')
        if (!array?.length || size === 0) return undefined
        if (size === Infinity) return [array]
        return partition(array, size)
      },
    },
    range: {
      signature: '<nnn?:x>',
      call(given) {
        const [first = 0, last = 0, step = 0] = given.map(Math.trunc)
        const length = Math.floor((last - first) / step) + 1
        if (!(length > 0 && Number.isFinite(length))) return undefined
        if (length > longestRange) throw new RangeError()
        return length === 1 ? first : Array.from({ length }, (_, at) => first + at * step)
      },
    },
    hash: {
      signature: '<ss?:s>',
      call([text, name]) {
        if (text === undefined || name === undefined) return undefined
        return hash(text, name) ?? fail(`Unsupported algorithm: ${name}`)
      },
    },
    random: {
      signature: '<n?:n>',
      call: ([seed], { random }) => (seed === undefined ? random() : seededRandom(seed)),
    },
    uuid: { signature: '<:s>', call: (_, { random }) => randomUuid(random) },
    pad: {
      signature: '<s-ns?:s>',
      call([text, width, character]) {
        if (Math.abs(width) > longestPad) throw new RangeError()
        return nativePad.evaluate(undefined, { text, width, character })
      },
    },
    millis: { signature: '<:n>', call: (_, { now }) => now },
    now: {
      signature: '<s?s?:s>',
      call: ([picture, timezone], { now }) => nativeNow.evaluate(undefined, { now, picture, timezone }),
    },
  }),
)

/** Ends an evaluation with an error such as the library's own. */
export function fail(message: string): never {
  throw { code: 'D3137', message }
}
