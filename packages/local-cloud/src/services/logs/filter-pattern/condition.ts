import { readRegularExpression } from './regular-expression.ts'
import { invalidPattern, isWord, type Scanner } from './scanner.ts'

/** Whether a value that a selector selected matches. */
export type Condition = (value: unknown) => boolean

const operators = ['!=', '>=', '<=', '=', '>', '<'] as const
type Operator = (typeof operators)[number]

const isBareValue = (character: string) => isWord(character) || '*.+-'.includes(character)

/**
 * Reads a condition on one value: `= "text"`, `!= 5*`, `>= 500`, `IS NULL`, `IS TRUE` or `IS FALSE`. Texts are compared with strings and
 * numbers; nothing is equal or unequal to another value. The text of a number is the shortest one: to AWS, `1.0` in a line is not "1".
 */
export function readCondition(scanner: Scanner): Condition {
  const operator = operators.find((operator) => scanner.take(operator))
  if (!operator) return readState(scanner)
  scanner.skipSpace()
  if (scanner.take('%')) return comparesText(operator, readRegularExpression(scanner))
  if (scanner.take('"')) return comparesText(operator, textMatcher(scanner.takeUntil('"')))
  const value = scanner.takeAll(isBareValue)
  if (value === '') throw scanner.unexpected()
  // As recorded. `IS NULL` asks for it.
  if (value === 'null') throw invalidPattern()
  return isNumber(value) ? comparesNumber(operator, value) : comparesText(operator, textMatcher(value))
}

function readState(scanner: Scanner): Condition {
  if (scanner.takeAll(isWord) !== 'IS') throw invalidPattern()
  scanner.skipSpace()
  const state = states.get(scanner.takeAll(isWord))
  if (!state) throw invalidPattern()
  return state
}

const states = new Map<string, Condition>([
  // Recorded: also an array with a null.
  ['NULL', (value) => value === null || (Array.isArray(value) && value.includes(null))],
  ['TRUE', (value) => value === true],
  ['FALSE', (value) => value === false],
])

/** A number as AWS takes it, also with a sign or an exponent. */
const isNumber = (text: string) => /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)

/** Numbers are compared by their value, strings by the text of the pattern. */
function comparesNumber(operator: Operator, text: string): Condition {
  const number = Number(text)
  const compare: Record<Operator, (value: number) => boolean> = {
    '=': (value) => value === number,
    '!=': (value) => value !== number,
    '>': (value) => value > number,
    '>=': (value) => value >= number,
    '<': (value) => value < number,
    '<=': (value) => value <= number,
  }
  const ofText = operator === '=' || operator === '!=' ? comparesText(operator, textMatcher(text)) : () => false
  return (value) => (typeof value === 'number' ? compare[operator](value) : ofText(value))
}

function comparesText(operator: Operator, equals: (text: string) => boolean): Condition {
  if (operator !== '=' && operator !== '!=') throw invalidPattern()
  return (value) =>
    (typeof value === 'string' || typeof value === 'number') && equals(String(value)) === (operator === '=')
}

/** An asterisk stands for any text, if it is the first or the last character. */
function textMatcher(pattern: string): (text: string) => boolean {
  const [start, end] = [pattern.startsWith('*'), pattern.length > 1 && pattern.endsWith('*')]
  const part = pattern.slice(start ? 1 : 0, end ? -1 : undefined)
  if (start && end) return (text) => text.includes(part)
  if (start) return (text) => text.endsWith(part)
  if (end) return (text) => text.startsWith(part)
  return (text) => text === part
}
