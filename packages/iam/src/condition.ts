import { BlockList, isIP } from 'node:net'
import { arnMatches, matches } from './wildcard.ts'

/** One line of a Condition: it holds if any of the values fits what the request says under the key. */
export interface Condition {
  operator: string
  key: string
  values: string[]
}

type Fits = (wanted: string, given: string) => boolean

const equals: Fits = (wanted, given) => wanted === given
const equalsIgnoringCase: Fits = (wanted, given) => wanted.toLowerCase() === given.toLowerCase()

/** Compares what both texts stand for. A text that stands for nothing fits nothing. */
const by =
  (read: (text: string) => number, compare: (wanted: number, given: number) => boolean): Fits =>
  (wanted, given) =>
    compare(read(wanted), read(given))

const isEqual = (wanted: number, given: number) => given === wanted
const isLess = (wanted: number, given: number) => given < wanted
const isAtMost = (wanted: number, given: number) => given <= wanted
const isMore = (wanted: number, given: number) => given > wanted
const isAtLeast = (wanted: number, given: number) => given >= wanted

const numberIn = (text: string): number => (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN)

/** Milliseconds since 1970 of a time in ISO 8601, as the W3C writes it, or in seconds since 1970. */
function timeIn(text: string): number {
  const seconds = numberIn(text)
  if (!Number.isNaN(seconds)) return seconds * 1000
  return /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/.test(text) ? Date.parse(text) : NaN
}

/** The addresses of a network in CIDR notation, or of one address; undefined if the text is neither. */
function networkIn(text: string): { version: number; addresses: BlockList } | undefined {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  const length = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN
  if (version === 0 || more.length > 0 || !(length <= most)) return undefined
  const addresses = new BlockList()
  addresses.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
  return { version, addresses }
}

const isInNetwork: Fits = (wanted, given) => {
  const network = networkIn(wanted)
  return network?.version === isIP(given) && network.addresses.check(given, network.version === 4 ? 'ipv4' : 'ipv6')
}

interface Operator {
  fits: Fits
  /** True where no value fits, and where the key is missing. */
  negated?: true
  /** What each value must be, and whether a text is that; left out: any text. */
  takes?: [what: string, isOne: (text: string) => boolean]
}

const number: Operator['takes'] = ['a number', (text) => !Number.isNaN(numberIn(text))]
const time: Operator['takes'] = ['a time in ISO 8601', (text) => !Number.isNaN(timeIn(text))]
const network: Operator['takes'] = ['an IP address or a network', (text) => networkIn(text) !== undefined]
const yesOrNo: Operator['takes'] = ['true or false', (text) => /^(true|false)$/i.test(text)]

/** The supported operators. */
const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', { fits: equals }],
  ['StringNotEquals', { fits: equals, negated: true }],
  ['StringEqualsIgnoreCase', { fits: equalsIgnoringCase }],
  ['StringNotEqualsIgnoreCase', { fits: equalsIgnoringCase, negated: true }],
  ['StringLike', { fits: matches }],
  ['StringNotLike', { fits: matches, negated: true }],
  // AWS gives ArnEquals and ArnLike one meaning.
  ['ArnEquals', { fits: arnMatches }],
  ['ArnLike', { fits: arnMatches }],
  ['ArnNotEquals', { fits: arnMatches, negated: true }],
  ['ArnNotLike', { fits: arnMatches, negated: true }],
  ['Bool', { fits: equalsIgnoringCase, takes: yesOrNo }],
  ['NumericEquals', { fits: by(numberIn, isEqual), takes: number }],
  ['NumericNotEquals', { fits: by(numberIn, isEqual), takes: number, negated: true }],
  ['NumericLessThan', { fits: by(numberIn, isLess), takes: number }],
  ['NumericLessThanEquals', { fits: by(numberIn, isAtMost), takes: number }],
  ['NumericGreaterThan', { fits: by(numberIn, isMore), takes: number }],
  ['NumericGreaterThanEquals', { fits: by(numberIn, isAtLeast), takes: number }],
  ['DateEquals', { fits: by(timeIn, isEqual), takes: time }],
  ['DateNotEquals', { fits: by(timeIn, isEqual), takes: time, negated: true }],
  ['DateLessThan', { fits: by(timeIn, isLess), takes: time }],
  ['DateLessThanEquals', { fits: by(timeIn, isAtMost), takes: time }],
  ['DateGreaterThan', { fits: by(timeIn, isMore), takes: time }],
  ['DateGreaterThanEquals', { fits: by(timeIn, isAtLeast), takes: time }],
  ['IpAddress', { fits: isInNetwork, takes: network }],
  ['NotIpAddress', { fits: isInNetwork, takes: network, negated: true }],
])

/** An operator as a policy writes it, with what stands before and after its name. */
function partsOf(written: string) {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/s.exec(written) ?? []
  return { set, operator: operators.get(name), ifExists: ifExists !== undefined }
}

/** @throws Error that names what is not supported: the operator, or a value that it cannot compare */
export function checkCondition({ operator, key, values }: Condition): void {
  const takes = operator === 'Null' ? yesOrNo : partsOf(operator).operator?.takes
  if (operator !== 'Null' && !partsOf(operator).operator) throw unknown(operator)
  const wrong = takes && values.find((value) => !takes[1](value))
  if (wrong !== undefined) throw new Error(`The condition ${operator} of ${key} has "${wrong}": write ${takes?.[0]}.`)
}

const unknown = (operator: string) =>
  new Error(
    `The condition operator ${operator} is not supported. Supported are ${[...operators.keys()].join(', ')} and Null.`,
  )

/**
 * Whether a condition holds for a request. Keys are compared without regard to case, as IAM does. No key has several
 * values here: `ForAllValues:` differs only in that it holds if the key is missing, and `ForAnyValue:` in that it does not.
 * @throws Error that names an operator that is not supported
 */
export function holds({ operator: written, key, values }: Condition, request: Record<string, string>): boolean {
  const given = Object.entries(request).find(([name]) => equalsIgnoringCase(name, key))?.[1]
  if (written === 'Null') return values.some((value) => equalsIgnoringCase(value, String(given === undefined)))
  const { set, operator, ifExists } = partsOf(written)
  if (!operator) throw unknown(written)
  const negated = operator.negated ?? false
  if (given === undefined) return ifExists || set === 'ForAllValues' || (negated && set === undefined)
  return values.some((value) => operator.fits(value, given)) !== negated
}
