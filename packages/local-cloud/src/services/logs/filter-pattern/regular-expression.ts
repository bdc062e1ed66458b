import { refusal } from '../request.ts'
import { invalidPattern, isWord, type Scanner } from './scanner.ts'

type IsOfKind = (character: string) => boolean

/** A character of a text: how often it comes, once unless `optional` or `repeated`. */
interface Item {
  matches: IsOfKind
  optional: boolean
  repeated: boolean
}

/** One of the alternatives between `|`. */
interface Branch {
  items: Item[]
  atStart: boolean
  atEnd: boolean
}

const mostExpressions = 2
// More than any text has that is worth a search; each one is a step for each character of a line.
const mostItems = 2000

/**
 * Reads a regular expression up to its closing `%`, whose opening one has been taken. AWS knows no groups. A search takes as many steps
 * as the text has characters, times the items of the expression, whatever both are.
 * @throws AwsError `InvalidParameterException`
 */
export function readRegularExpression(scanner: Scanner): (text: string) => boolean {
  scanner.expressions += 1
  if (scanner.expressions > mostExpressions)
    throw refusal('Your input has exceeded the maximum of 2 regular expressions per filter pattern.')
  const branches = [readBranch(scanner)]
  while (scanner.take('|')) branches.push(readBranch(scanner))
  if (!scanner.take('%')) throw scanner.unexpected()
  return (text) => branches.some((branch) => isIn(branch, text))
}

function readBranch(scanner: Scanner): Branch {
  const atStart = scanner.take('^')
  const items: Item[] = []
  for (let matches = readCharacter(scanner); matches; matches = readCharacter(scanner)) {
    items.push(...repeated(matches, readCount(scanner)))
    if (items.length > mostItems) throw invalidPattern()
  }
  return { items, atStart, atEnd: scanner.take('$') }
}

function readCharacter(scanner: Scanner): IsOfKind | undefined {
  if (scanner.take('.')) return (character) => character !== '\n'
  if (scanner.take('\\')) return readEscaped(scanner)
  if (scanner.take('[')) return readClass(scanner)
  const literal = scanner.takeOne(isLiteral)
  return literal === '' ? undefined : isOne(literal)
}

const isLiteral: IsOfKind = (character) => isWord(character) || ':#=@/;,-'.includes(character)
const isOne =
  (one: string): IsOfKind =>
  (character) =>
    character === one
const not =
  (isOfKind: IsOfKind): IsOfKind =>
  (character) =>
    !isOfKind(character)

const isDigit: IsOfKind = (character) => /\d/.test(character)
const isHexDigit: IsOfKind = (character) => /[\dA-Fa-f]/.test(character)
const isSpace: IsOfKind = (character) => /\s/.test(character)

const kinds = new Map<string, IsOfKind>([
  ['d', isDigit],
  ['D', not(isDigit)],
  ['s', isSpace],
  ['S', not(isSpace)],
  ['w', isWord],
  ['W', not(isWord)],
])

function readEscaped(scanner: Scanner): IsOfKind {
  const kind = kinds.get(scanner.takeOne((character) => kinds.has(character)))
  return kind ?? isOne(readEscapedCharacter(scanner))
}

function readEscapedCharacter(scanner: Scanner): string {
  const control = { t: '\t', n: '\n', r: '\r' }[scanner.takeOne((character) => 'tnr'.includes(character))]
  if (control !== undefined) return control
  if (scanner.take('x')) {
    const code = scanner.takeOne(isHexDigit) + scanner.takeOne(isHexDigit)
    if (code.length < 2) throw scanner.unexpected()
    return String.fromCharCode(Number.parseInt(code, 16))
  }
  const operator = scanner.takeOne((character) => '^$?[]{}|\\*+.-'.includes(character))
  if (operator === '') throw scanner.unexpected()
  return operator
}

function readClass(scanner: Scanner): IsOfKind {
  const isNegated = scanner.take('^')
  const members: IsOfKind[] = []
  while (!scanner.take(']')) members.push(readMember(scanner))
  if (members.length === 0) throw invalidPattern()
  const isMember: IsOfKind = (character) => members.some((matches) => matches(character))
  return isNegated ? not(isMember) : isMember
}

function readMember(scanner: Scanner): IsOfKind {
  if (scanner.take('\\')) return readEscaped(scanner)
  const first = readPlainMember(scanner)
  if (!scanner.take('-')) return isOne(first)
  if (scanner.isNext(']')) return (character) => character === first || character === '-'
  const last = readPlainMember(scanner)
  if (first > last) throw invalidPattern()
  return (character) => character >= first && character <= last
}

function readPlainMember(scanner: Scanner): string {
  const member = scanner.takeOne((character) => isLiteral(character) || '^$?{}|*+.'.includes(character))
  if (member === '') throw scanner.unexpected()
  return member
}

/** How often a character comes: at least, and at most. */
function readCount(scanner: Scanner): readonly [least: number, most: number] {
  if (scanner.take('*')) return [0, Infinity]
  if (scanner.take('+')) return [1, Infinity]
  if (scanner.take('?')) return [0, 1]
  if (!scanner.take('{')) return [1, 1]
  const least = scanner.takeAll(isDigit)
  const isRange = scanner.take(',')
  const most = isRange ? scanner.takeAll(isDigit) : least
  if (!scanner.take('}') || `${least}${most}` === '') throw invalidPattern()
  const [from, to] = [Number(least), most === '' ? Infinity : Number(most)]
  if (from > to || from > mostItems || (to !== Infinity && to > mostItems)) throw invalidPattern()
  return [from, to]
}

function repeated(matches: IsOfKind, [least, most]: readonly [number, number]): Item[] {
  const once = { matches, optional: false, repeated: false }
  const needed = Array.from({ length: least }, () => once)
  if (most === Infinity) return [...needed, { matches, optional: true, repeated: true }]
  return [...needed, ...Array.from({ length: most - least }, () => ({ ...once, optional: true }))]
}

/** Whether a text has a part that matches: follows all ways through the items at once. */
function isIn({ items, atStart, atEnd }: Branch, text: string): boolean {
  let reached = withSkipped(items, new Set([0]))
  const isFound = (at: number) => reached.has(items.length) && (!atEnd || at === text.length)
  for (let at = 0; at < text.length; at++) {
    if (isFound(at)) return true
    const next = new Set<number>(atStart ? [] : [0])
    for (const index of reached) {
      const item = items[index]
      if (!item?.matches(text.charAt(at))) continue
      next.add(index + 1)
      if (item.repeated) next.add(index)
    }
    reached = withSkipped(items, next)
  }
  return isFound(text.length)
}

/** The same places, and those behind optional items. A set visits what is added while it is walked. */
function withSkipped(items: readonly Item[], places: Set<number>): Set<number> {
  for (const place of places) if (items[place]?.optional) places.add(place + 1)
  return places
}
