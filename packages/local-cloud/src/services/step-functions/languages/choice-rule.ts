import type { Json, JsonObject } from '../values/json.ts'
import { existing, readPath, type Scope } from '../values/json-path.ts'
import { parseTimestamp } from '../values/timestamp.ts'

/**
 * One rule. In JSONPath, `Variable` with one operator, or And, Or, Not of rules; in JSONata, a Condition. The outermost
 * rule has the next state, and may assign variables.
 */
export interface ChoiceRule {
  Next?: string
  Condition?: Json
  Output?: Json
  Assign?: JsonObject
  Variable?: string
  And?: ChoiceRule[]
  Or?: ChoiceRule[]
  Not?: ChoiceRule
  [operator: string]: unknown
}

type Comparable = string | number | boolean
const operands = new Map<string, (value: Json) => Comparable | undefined>([
  ['String', (value) => (typeof value === 'string' ? value : undefined)],
  ['Numeric', (value) => (typeof value === 'number' ? value : undefined)],
  ['Boolean', (value) => (typeof value === 'boolean' ? value : undefined)],
  ['Timestamp', parseTimestamp],
])
export const relations = new Map<string, (a: Comparable, b: Comparable) => boolean>([
  ['Equals', (a, b) => a === b],
  ['LessThan', (a, b) => a < b],
  ['LessThanEquals', (a, b) => a <= b],
  ['GreaterThan', (a, b) => a > b],
  ['GreaterThanEquals', (a, b) => a >= b],
])
export const tests = new Map<string, (value: Json) => boolean>([
  ['IsNull', (value) => value === null],
  ['IsString', (value) => typeof value === 'string'],
  ['IsNumeric', (value) => typeof value === 'number'],
  ['IsBoolean', (value) => typeof value === 'boolean'],
  ['IsTimestamp', (value) => parseTimestamp(value) !== undefined],
])
const comparison =
  /^(String|Numeric|Boolean|Timestamp)(Equals|LessThanEquals|LessThan|GreaterThanEquals|GreaterThan)(Path)?$/

/** Whether a rule of JSONPath is true. */
export function holds(rule: ChoiceRule, scope: Scope): boolean {
  if (rule.And) return rule.And.every((inner) => holds(inner, scope))
  if (rule.Or) return rule.Or.some((inner) => holds(inner, scope))
  if (rule.Not) return !holds(rule.Not, scope)
  if (rule.IsPresent !== undefined) return (readPath(rule.Variable ?? '', scope) !== undefined) === rule.IsPresent
  const value = present(rule.Variable ?? '', scope)
  for (const [operator, given] of Object.entries(rule)) {
    const test = tests.get(operator)
    if (test) return test(value) === given
    if (operator === 'StringMatches') return typeof value === 'string' && matches(value, String(given))
    const [, kind = '', relation = '', path] = comparison.exec(operator) ?? []
    const operand = operands.get(kind)
    if (!operand) continue
    const left = operand(value)
    const right = operand(path ? present(String(given), scope) : (given as Json))
    return left !== undefined && right !== undefined && (relations.get(relation)?.(left, right) ?? false)
  }
  return false
}

function present(path: string, scope: Scope): Json {
  const why = `Invalid path '${path}': The choice state's condition path references an invalid value.`
  return existing(path, scope, () => why)
}

/** Whether a text matches a pattern in which `*` stands for any characters; `\*` and `\\` stand for themselves. */
export function matches(text: string, pattern: string): boolean {
  const literals = ['']
  for (const [token] of pattern.matchAll(/\\[\\*]|[\s\S]/g)) {
    if (token === '*') literals.push('')
    else literals[literals.length - 1] += token.length > 1 ? token.slice(1) : token
  }
  const [first = '', ...others] = literals
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  // The first match of each literal is enough, as the text after a star may begin anywhere.
  let from = first.length
  for (const literal of others) {
    const at = text.indexOf(literal, from)
    if (at < 0) return false
    from = at + literal.length
  }
  return from <= text.length - last.length
}
