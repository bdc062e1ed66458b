import type { Matches } from './matches.ts'
import { readRegularExpression } from './regular-expression.ts'
import { invalidTerm, isWord, type Scanner } from './scanner.ts'

interface Term {
  isIn: (line: string) => boolean
  kind: 'required' | 'optional' | 'excluded'
}

/**
 * Reads terms, such as `ERROR -"BAD REQUEST"` or `?ERROR ?WARN`. A line contains each required term and no excluded one; if there are
 * only optional ones, one of them. Next to others, optional terms have no effect. Any part of a word matches.
 */
export function readTerms(scanner: Scanner): Matches {
  const terms: Term[] = []
  while (!scanner.atEnd) terms.push(readTerm(scanner))
  const others = terms.filter(({ kind }) => kind !== 'optional')
  if (terms.length > 0 && others.length === 0) return (line) => terms.some(({ isIn }) => isIn(line))
  return (line) => others.every(({ isIn, kind }) => isIn(line) === (kind === 'required'))
}

function readTerm(scanner: Scanner): Term {
  const kind = scanner.take('?') ? 'optional' : scanner.take('-') ? 'excluded' : 'required'
  const isIn = scanner.take('%') ? readRegularExpression(scanner) : contains(readText(scanner))
  if (!scanner.atSpace) throw scanner.unexpected()
  return { isIn, kind }
}

const contains = (text: string) => (line: string) => line.includes(text)

function readText(scanner: Scanner): string {
  const isQuoted = scanner.take('"')
  const text = isQuoted ? scanner.takeUntil('"') : scanner.takeAll(isWord)
  if (text === '') throw isQuoted ? invalidTerm('""') : scanner.unexpected()
  return text
}
