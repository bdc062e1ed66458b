import { BlockList, isIP } from 'node:net'
import { memberOf } from '../../core/json.ts'
import { type Field, fieldsOf, type Leaf, type Places, together, wantedOf } from './fields.ts'

/** The condition of one element of a pattern's list; `absent` requires that the field does not exist. */
type Matcher = ((leaf: Leaf) => boolean) | 'absent'

/** Whether an event, or a part of it, matches the pattern. */
export type Matches = (part: unknown) => boolean

/** The conditions of fields by their full names: all must hold. */
type Alternative = Map<string, readonly Matcher[]>

// An event is compared with each of them, and each `$or` multiplies them.
const mostAlternatives = 1000

/**
 * Reads an event pattern of EventBridge, with all its operators, at any depth. It compares fields by their full names, as
 * https://github.com/aws/event-ruler does: `{"state.status": […]}` and `{"state": {"status": […]}}` are the same, in patterns
 * and in events.
 * @throws Error that says in AWS's words what is wrong, because a rule that matched too much or too little would not be noticed
 */
export function readPattern(json: string): Matches {
  const alternatives = collect(asObject(parse(json)), '', [new Map()])
  const names = [...new Set(alternatives.flatMap((one) => [...one.keys()]))]
  // The order of event-ruler: which field is absent depends on the elements of lists that were matched before it.
  names.sort()
  const wanted = wantedOf(names)
  const conditions = alternatives.map((one) =>
    names.flatMap((name, field) => {
      const matchers = one.get(name)
      return matchers ? [{ field, matchers }] : []
    }),
  )
  return (event) => {
    const fields = fieldsOf(event, wanted)
    return conditions.some((all) => {
      let found = anywhere
      for (const { field, matchers } of all) {
        found = next(found, fields[field] ?? [], matchers)
        if (found.length === 0) return false
      }
      return true
    })
  }
}

const anywhere: readonly Places[] = [new Map()]

/** The elements of lists in which all fields up to this one match, starting from those in which all before it do. */
function next(found: readonly Places[], fields: readonly Field[], matchers: readonly Matcher[]): readonly Places[] {
  const matching = fields.filter(({ leaf }) => matchers.some((one) => one !== 'absent' && one(leaf)))
  // Most events have no lists.
  if (found === anywhere && fields.every(({ places }) => places.size === 0)) {
    return matching.length > 0 || (fields.length === 0 && matchers.includes('absent')) ? anywhere : []
  }
  const reached = new Map<string, Places>()
  for (const places of found) {
    const absent = matchers.includes('absent') && fields.every((field) => !together(places, field.places))
    for (const joined of [...matching.map((field) => together(places, field.places)), absent ? places : undefined]) {
      if (joined) reached.set([...joined].join(), joined)
    }
  }
  return [...reached.values()]
}

/**
 * Adds the conditions of a pattern, or of a part of it, to each alternative; a field that an alternative has already gets
 * the later conditions. Each `$or` multiplies the alternatives.
 * - `isInOr`: whether it is within an `$or`, where some names are reserved.
 */
function collect(pattern: object, within: string, before: Alternative[], isInOr = false): Alternative[] {
  const entries = Object.entries(pattern)
  if (entries.length === 0) throw invalid('Empty objects are not allowed', within.slice(0, -1))
  let alternatives = before
  for (const [name, value] of entries) {
    const path = within + name
    if (name === '$or') {
      alternatives = checkedOr(value, path).flatMap((one) => {
        const own = alternatives.map((each) => new Map(each))
        return collect(one, within, own, true)
      })
      if (alternatives.length > mostAlternatives) throw tooManyAlternatives(alternatives.length, path)
      continue
    }
    if (isInOr && reservedInOr.has(name)) {
      throw invalid(`${name} is Ruler reserved fieldName which cannot be used inside $or.`, path)
    }
    if (Array.isArray(value)) {
      const matchers = matchersIn(value, path)
      for (const one of alternatives) one.set(path, matchers)
    } else if (isObject(value)) alternatives = collect(value, `${path}.`, alternatives, isInOr)
    else throw invalid(`"${name}" must be an object or an array`, path)
  }
  return alternatives
}

/** The names that event-ruler reserves within `$or`. */
const reservedInOr: ReadonlySet<string> = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case', 'in-date-range'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
])

function checkedOr(value: unknown, path: string): object[] {
  if (!Array.isArray(value)) throw invalid('It must be an Array followed with $or.', path)
  if (!value.every(isObject)) throw invalid('Only JSON object is allowed in array of $or relationship.', path)
  if (value.length < 2) throw invalid('There must have at least 2 Objects in $or relationship.', path)
  return value
}

function matchersIn(values: unknown[], path: string): Matcher[] {
  if (values.length === 0) throw invalid('Empty arrays are not allowed', path)
  const refuse: Refuse = (reason) => invalid(reason, path)
  checkComplexity(values, refuse)
  return values.map((value) => {
    const version = typeof value === 'string' ? versionOf(value) : 0
    // An address is the same in each of its forms, such as `::1` and `0:0:0:0:0:0:0:1`.
    if (version !== 0) return inNetwork(value as string, version, bits[version])
    if (isLeaf(value)) return (leaf) => leaf === value
    if (!isObject(value)) throw refuse('Match value must be String, number, true, false, or null')
    return matcher(value, refuse)
  })
}

// What AWS was recorded to refuse: one text with 6 stars, and 4 texts with 2 each. It documents no limit.
const mostStars = 5

/** Refuses as AWS does what may take long to match: texts with more than one star that have together more than a few. */
function checkComplexity(values: readonly unknown[], refuse: Refuse): void {
  const counts = values.map((value) => starsIn(memberOf(value, 'wildcard'))).filter((count) => count > 1)
  if (counts.reduce((sum, count) => sum + count, 0) <= mostStars) return
  throw refuse(
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
  )
}

const starsIn = (operand: unknown) => (typeof operand === 'string' ? operand.split('*').length - 1 : 0)

type Refuse = (reason: string) => Error

const onlyOneKey = 'Only one key allowed in match expression'
// The words of event-ruler for `numeric` and `anything-but`.
const tooManyElements = 'Too many elements in numeric expression'

function matcher(expression: object, refuse: Refuse): Matcher {
  const [[operator, operand] = [undefined, undefined], ...more] = Object.entries(expression)
  if (operator === undefined) throw refuse('Match expression name not found')
  const read = operators.get(operator)
  if (!read) throw refuse(`Unrecognized match type ${operator}`)
  const matches = read(operand, refuse)
  if (more.length > 0) throw refuse(['numeric', 'anything-but'].includes(operator) ? tooManyElements : onlyOneKey)
  return matches
}

type Comparison = (text: string, operand: string) => boolean
const startsWith: Comparison = (text, operand) => text.startsWith(operand)
const endsWith: Comparison = (text, operand) => text.endsWith(operand)
const sameInAnyCase: Comparison = (text, operand) => text.toLowerCase() === operand.toLowerCase()

/** AWS's operators. */
const operators = new Map<string, (operand: unknown, refuse: Refuse) => Matcher>([
  ['exists', exists],
  ['numeric', numeric],
  ['anything-but', anythingBut],
  ['prefix', inAnyCaseOr('prefix', startsWith)],
  ['suffix', inAnyCaseOr('suffix', endsWith)],
  ['equals-ignore-case', textual('equals-ignore-case', sameInAnyCase)],
  ['wildcard', wildcard],
  ['cidr', cidr],
  ['exactly', textual('exact', (text, operand) => text === operand)],
])

function textual(called: string, compare: Comparison) {
  return (operand: unknown, refuse: Refuse): Matcher => {
    if (typeof operand !== 'string') throw refuse(`${called} match pattern must be a string`)
    return (leaf) => typeof leaf === 'string' && compare(leaf, operand)
  }
}

/** A `prefix` or a `suffix`: a text or, as in `{"equals-ignore-case": "a"}`, one whose case does not count. */
function inAnyCaseOr(operator: string, compare: Comparison) {
  const [inCase, name] = [textual(operator, compare), operator.charAt(0).toUpperCase() + operator.slice(1)]
  const inAnyCase = textual('equals-ignore-case', (text, operand) => compare(text.toLowerCase(), operand.toLowerCase()))
  return (operand: unknown, refuse: Refuse): Matcher => {
    if (!isObject(operand)) return inCase(operand, refuse)
    const [[inner, text] = [undefined, undefined], ...more] = Object.entries(operand)
    if (inner === undefined) throw refuse(`${name} expression name not found`)
    if (inner !== 'equals-ignore-case') throw refuse(`Unsupported ${operator} pattern: ${inner}`)
    const matches = inAnyCase(text, refuse)
    if (more.length > 0) throw refuse(onlyOneKey)
    return matches
  }
}

function exists(operand: unknown, refuse: Refuse): Matcher {
  if (typeof operand !== 'boolean') throw refuse('exists match pattern must be either true or false.')
  return operand ? () => true : 'absent'
}

function wildcard(operand: unknown, refuse: Refuse): Matcher {
  if (typeof operand !== 'string') throw refuse('wildcard match pattern must be a string')
  const fits = wildcardOf(operand, refuse)
  return (leaf) => typeof leaf === 'string' && fits(leaf)
}

/** Whether a text has the form of one in which `*` stands for any characters, also none; `\\*` and `\\\\` for one character. */
function wildcardOf(text: string, refuse: Refuse): (text: string) => boolean {
  // Positions count bytes from the quotation mark before the text.
  const position = (at: number) => Buffer.byteLength(text.slice(0, at)) + 1
  const between = ['']
  for (let at = 0; at < text.length; at++) {
    const [character = '', following = ''] = [text[at], text[at + 1]]
    if (character === '*') {
      if (following === '*') throw refuse(`Consecutive wildcard characters at pos ${position(at)}`)
      between.push('')
      continue
    }
    const isEscape = character === '\\'
    if (isEscape && following !== '*' && following !== '\\') {
      throw refuse(`Invalid escape character at pos ${position(at)}`)
    }
    between.push(`${between.pop()}${isEscape ? following : character}`)
    if (isEscape) at++
  }
  const [first = '', ...others] = between
  const last = others.pop()
  if (last === undefined) return (given) => given === first
  return (given) => {
    if (given.length < first.length + last.length || !given.startsWith(first) || !given.endsWith(last)) return false
    const end = given.length - last.length
    let at = first.length
    for (const part of others) {
      const found = given.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

function cidr(operand: unknown, refuse: Refuse): Matcher {
  if (typeof operand !== 'string') throw refuse('prefix match pattern must be a string')
  // As Java splits: nothing after the last slash does not count.
  const [address = '', mask, ...more] = withoutEmptyEnd(operand.split('/'))
  if (mask === undefined || more.length > 0) throw refuse("Malformed CIDR, one '/' required")
  if (!/^[+-]?\d{1,9}$/.test(mask)) throw refuse('Malformed CIDR, mask bits must be an integer')
  if (Number(mask) < 0) throw refuse('Malformed CIDR, mask bits must not be negative')
  if (!looksLikeAddress(address)) throw refuse(`Nonstandard IP address: ${address}`)
  const version = versionOf(address)
  if (version === 0) throw refuse(`Invalid IP address: ${address}`)
  if (Number(mask) >= bits[version]) throw refuse(`IPv${version} mask bits must be < ${bits[version]}`)
  return inNetwork(address, version, Number(mask))
}

function withoutEmptyEnd(parts: readonly string[]): readonly string[] {
  return parts.slice(0, parts.findLastIndex((part) => part !== '') + 1)
}

// What event-ruler takes for an address, before it reads it.
const looksLikeAddress = (text: string) =>
  /^\d+\.\d+\.\d+\.\d+$/.test(text) || (text.includes(':') && /^[\da-fA-F:]+$/.test(text))
const bits = { 4: 32, 6: 128 } as const
const lastAddress = { 4: '255.255.255.255', 6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const

/** The version of an IP address; 0 if the text is none. */
const versionOf = (text: string) => (looksLikeAddress(text) ? (isIP(text) as 0 | 4 | 6) : 0)

/** Whether a value is an address from this one to the last of its network: event-ruler does not begin at the first. */
function inNetwork(address: string, version: 4 | 6, mask: number): Matcher {
  const [network, onwards] = [new BlockList(), new BlockList()]
  network.addSubnet(address, mask, `ipv${version}`)
  onwards.addRange(address, lastAddress[version], `ipv${version}`)
  return (leaf) =>
    typeof leaf === 'string' &&
    versionOf(leaf) === version &&
    [network, onwards].every((addresses) => addresses.check(leaf, `ipv${version}`))
}

function anythingBut(operand: unknown, refuse: Refuse): Matcher {
  if (isObject(operand)) return anythingButTexts(operand, refuse)
  if (!Array.isArray(operand)) {
    if (typeof operand === 'number') inRange(operand, refuse)
    else if (typeof operand !== 'string') throw refuse(notAValue)
    return (leaf) => leaf !== operand
  }
  const types = new Set(operand.map((one) => typeof one))
  if (operand.some((one) => typeof one !== 'string' && typeof one !== 'number')) {
    throw refuse('Inside anything but list, start|null|boolean is not supported.')
  }
  if (types.size !== 1) {
    throw refuse('Inside anything but list, either all values are number or string, mixed type is not supported')
  }
  for (const one of operand) if (typeof one === 'number') inRange(one, refuse)
  const excluded = new Set<unknown>(operand)
  return (leaf) => !excluded.has(leaf)
}

const notAValue = 'Value of anything-but must be an array or single string/number value.'

/** Such as `{"prefix": "a"}`, with one text or a list of them. */
function anythingButTexts(expression: object, refuse: Refuse): Matcher {
  const [[operator, operand] = [undefined, undefined], ...more] = Object.entries(expression)
  if (operator === undefined) throw refuse('Anything-But expression name not found')
  const texts: unknown[] = Array.isArray(operand) ? operand : [operand]
  const compare = comparisons.get(operator)
  if (!compare && operator !== 'wildcard') throw refuse(`Unsupported anything-but pattern: ${operator}`)
  if (isObject(operand)) throw refuse(notAValue)
  const [wrongType, mayBeEmpty] =
    operator === 'equals-ignore-case'
      ? ['Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.', true]
      : [`${operator === 'wildcard' ? 'wildcard' : 'prefix/suffix'} match pattern must be a string`, !compare]
  if (!texts.every((text) => typeof text === 'string')) throw refuse(wrongType)
  if (texts.length === 0) throw refuse('Empty arrays are not allowed')
  if (!mayBeEmpty && texts.includes('')) throw refuse('Null prefix/suffix not allowed')
  if (more.length > 0) throw refuse(operator === 'equals-ignore-case' ? tooManyElements : onlyOneKey)
  const fits = texts.map((text) => (compare ? (leaf: string) => compare(leaf, text) : wildcardOf(text, refuse)))
  return (leaf) => typeof leaf !== 'string' || !fits.some((one) => one(leaf))
}

const comparisons = new Map<string, Comparison>([
  ['prefix', startsWith],
  ['suffix', endsWith],
  ['equals-ignore-case', sameInAnyCase],
])

const numberTests = new Map<unknown, (number: number, bound: number) => boolean>([
  ['=', (number, bound) => number === bound],
  ['<', (number, bound) => number < bound],
  ['<=', (number, bound) => number <= bound],
  ['>', (number, bound) => number > bound],
  ['>=', (number, bound) => number >= bound],
])

/** One comparison, as in `[">", 0]`, or a range, as in `[">", 0, "<=", 5]`. */
function numeric(operand: unknown, refuse: Refuse): Matcher {
  if (!Array.isArray(operand)) throw refuse('Value of numeric must be an array.')
  const [first, bound, second, top, ...more] = operand as unknown[]
  if (typeof first !== 'string') throw refuse(`Invalid member in numeric match: ${first ?? ']'}`)
  const lower = comparison(first, bound, `Unrecognized numeric range operator: ${first}`, refuse)
  if (operand.length === 2) return (leaf) => typeof leaf === 'number' && lower(leaf)
  if (first !== '>' && first !== '>=') throw refuse(tooManyElements)
  if (typeof second !== 'string') throw refuse(`Bad value in numeric range: ${second}`)
  const badOperator = `Bad numeric range operator: ${second}`
  if (second !== '<' && second !== '<=') throw refuse(badOperator)
  const upper = comparison(second, top, badOperator, refuse)
  if (more.length > 0) throw refuse('Too many terms in numeric range expression')
  if (Number(bound) >= Number(top)) throw refuse('Bottom must be less than top')
  return (leaf) => typeof leaf === 'number' && lower(leaf) && upper(leaf)
}

function comparison(operator: string, bound: unknown, unknown: string, refuse: Refuse): (number: number) => boolean {
  const test = numberTests.get(operator)
  if (!test) throw refuse(unknown)
  if (typeof bound !== 'number') throw refuse(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`)
  inRange(bound, refuse)
  return (number) => test(number, bound)
}

// What EventBridge documents for numeric matching.
const largest = 5e9

function inRange(bound: number, refuse: Refuse): void {
  if (Math.abs(bound) > largest) throw refuse('Value must be between -5.0E9 and 5.0E9, inclusive')
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isLeaf = (value: unknown): value is Leaf => value === null || typeof value !== 'object'

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw invalid((error as Error).message, '')
  }
}

function asObject(value: unknown): object {
  if (isObject(value)) return value
  throw invalid('Filter is not an object', '')
}

/** EventBridge's error, with the place. */
const invalid = (reason: string, path: string): Error =>
  new Error(`Event pattern is not valid. Reason: ${reason}${path && ` at ${path}`}`)

const tooManyAlternatives = (count: number, path: string): Error =>
  new Error(
    `The $or up to ${path} combine to ${count} patterns, and the local cloud matches at most ${mostAlternatives}: write several rules.`,
  )
