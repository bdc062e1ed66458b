import { memberOf } from '../../core/json.ts'

type Leaf = string | number | boolean | null
type Test = (leaf: Leaf) => boolean

/** The condition of one element of a pattern's list; `absent` requires that the field does not exist. */
type Matcher = { test: Test } | 'absent'

/** Whether an event, or a part of it, matches the pattern. */
export type Matches = (part: unknown) => boolean

/**
 * Reads an event pattern of EventBridge: exact values, `prefix`, `suffix`, `equals-ignore-case`, `anything-but`,
 * `numeric` and `exists`, at any depth.
 * @throws Error that names what the local cloud does not support, because a rule that matched too much or too little would
 * not be noticed.
 */
export function readPattern(json: string): Matches {
  return fields(asObject(JSON.parse(json), 'its top'), '')
}

function fields(pattern: object, within: string): Matches {
  const tests = Object.entries(pattern).map(([name, wanted]) => {
    const path = within + name
    if (name.startsWith('$')) throw unsupported(path)
    return { name, matches: Array.isArray(wanted) ? leaf(wanted, path) : fields(asObject(wanted, path), `${path}.`) }
  })
  const matches: Matches = (part) =>
    // EventBridge searches lists of objects: one of them has to match.
    Array.isArray(part) ? part.some(matches) : tests.every(({ name, matches }) => matches(memberOf(part, name)))
  return matches
}

function leaf(wanted: unknown[], path: string): Matches {
  if (wanted.length === 0) throw new Error(`The event pattern has an empty list at ${path}: name at least one value.`)
  const matchers = wanted.map((one) => matcher(one, path))
  return (part) => {
    const leaves = (Array.isArray(part) ? part : [part]).filter(isLeaf)
    return matchers.some((one) => (one === 'absent' ? leaves.length === 0 : leaves.some(one.test)))
  }
}

const isLeaf = (part: unknown): part is Leaf => part === null || ['string', 'number', 'boolean'].includes(typeof part)

function matcher(wanted: unknown, path: string): Matcher {
  if (isLeaf(wanted)) return { test: (leaf) => leaf === wanted }
  const [[operator, operand] = ['nothing', undefined], ...more] = Object.entries(asObject(wanted, path))
  if (more.length > 0) throw unsupported(`two operators in one object at ${path}`)
  if (operator === 'exists' && typeof operand === 'boolean') return operand ? { test: () => true } : 'absent'
  if (operator === 'numeric') return { test: numeric(operand, path) }
  if (operator === 'anything-but') {
    const excluded = (Array.isArray(operand) ? operand : [operand]).map((one) => textual(one, path) ?? equal(one, path))
    return { test: (leaf) => !excluded.some((test) => test(leaf)) }
  }
  const test = textual(wanted, path)
  if (!test) throw unsupported(`the operator ${operator} at ${path}`)
  return { test }
}

const textOperators = new Map<string, (text: string, operand: string) => boolean>([
  ['prefix', (text, operand) => text.startsWith(operand)],
  ['suffix', (text, operand) => text.endsWith(operand)],
  ['equals-ignore-case', (text, operand) => text.toLowerCase() === operand.toLowerCase()],
])

function textual(wanted: unknown, path: string): Test | undefined {
  if (isLeaf(wanted)) return undefined
  const [[operator, operand] = ['nothing', undefined]] = Object.entries(asObject(wanted, path))
  const compare = textOperators.get(operator)
  if (!compare) return undefined
  if (typeof operand !== 'string') throw unsupported(`the operator ${operator} of anything but a text at ${path}`)
  return (leaf) => typeof leaf === 'string' && compare(leaf, operand)
}

function equal(wanted: unknown, path: string): Test {
  if (!isLeaf(wanted)) throw unsupported(`the operator anything-but of ${JSON.stringify(wanted)} at ${path}`)
  return (leaf) => leaf === wanted
}

const comparisons = new Map<string, (number: number, bound: number) => boolean>([
  ['=', (number, bound) => number === bound],
  ['<', (number, bound) => number < bound],
  ['<=', (number, bound) => number <= bound],
  ['>', (number, bound) => number > bound],
  ['>=', (number, bound) => number >= bound],
])

/** `numeric` is a list of pairs, as in `[">", 0, "<=", 5]`; all of them have to hold. */
function numeric(operand: unknown, path: string): Test {
  const parts = Array.isArray(operand) ? operand : []
  const tests = parts.flatMap((symbol, index) => {
    if (index % 2 === 1) return []
    const compare = comparisons.get(String(symbol))
    const bound: unknown = parts[index + 1]
    if (!compare || typeof bound !== 'number') throw unsupported(`numeric ${JSON.stringify(operand)} at ${path}`)
    return [(number: number) => compare(number, bound)]
  })
  if (tests.length === 0) throw unsupported(`numeric ${JSON.stringify(operand)} at ${path}`)
  return (leaf) => typeof leaf === 'number' && tests.every((test) => test(leaf))
}

function asObject(value: unknown, path: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new Error(`The event pattern has ${JSON.stringify(value)} at ${path}: write a list of values there.`)
}

const unsupported = (what: string): Error =>
  new Error(`The local cloud does not match event patterns with ${what}. Write the pattern without it.`)
