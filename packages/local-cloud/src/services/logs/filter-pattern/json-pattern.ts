import { parseJson } from '../../../core/json.ts'
import { refusal } from '../request.ts'
import { readCondition } from './condition.ts'
import type { Matches } from './matches.ts'
import { invalidPattern, type Scanner } from './scanner.ts'
import { readSelector } from './selector.ts'

type Test = (event: object) => boolean

const mostWildcards = 3

/**
 * Reads what is between the braces of a JSON pattern: conditions with `&&`, `||` and parentheses, of which `&&` binds more tightly. It
 * matches lines that are a JSON object.
 */
export function readJsonPattern(scanner: Scanner): Matches {
  const test = new Expressions(scanner).readAll()
  return (line) => {
    const event = objectOf(line)
    return event !== undefined && test(event)
  }
}

function objectOf(line: string): object | undefined {
  if (!line.trimStart().startsWith('{')) return undefined
  try {
    return parseJson(line) as object
  } catch {
    return undefined
  }
}

class Expressions {
  private wildcards = 0

  constructor(private readonly scanner: Scanner) {}

  readAll(): Test {
    const test = this.readEither()
    if (!this.scanner.atEnd) throw this.scanner.unexpected()
    return test
  }

  private readEither(): Test {
    const tests = [this.readBoth()]
    while (this.takes('||')) tests.push(this.readBoth())
    return (event) => tests.some((test) => test(event))
  }

  private readBoth(): Test {
    const tests = [this.readOne()]
    while (this.takes('&&')) tests.push(this.readOne())
    return (event) => tests.every((test) => test(event))
  }

  private readOne(): Test {
    if (!this.takes('(')) return this.readComparison()
    const test = this.readEither()
    if (!this.takes(')')) throw invalidPattern()
    return test
  }

  private readComparison(): Test {
    const { select, wildcards } = readSelector(this.scanner)
    this.wildcards += wildcards
    if (this.wildcards > mostWildcards)
      throw refusal('Your input has exceeded the maximum of 3 JSON wildcard selectors allowed per filter pattern.')
    if (this.takes('NOT')) {
      if (!this.takes('EXISTS')) throw invalidPattern()
      return (event) => select(event).length === 0
    }
    this.scanner.skipSpace()
    const condition = readCondition(this.scanner)
    return (event) => select(event).some(condition)
  }

  private takes(text: string): boolean {
    this.scanner.skipSpace()
    return this.scanner.take(text)
  }
}
