import { refusal } from '../request.ts'

/** Reads a filter pattern from its beginning to its end. */
export class Scanner {
  /** How many regular expressions have been read. */
  expressions = 0
  private at = 0

  constructor(private readonly pattern: string) {}

  /** Whether nothing follows but white space. */
  get atEnd(): boolean {
    this.skipSpace()
    return this.at === this.pattern.length
  }

  /** Whether white space, or the end, comes next. */
  get atSpace(): boolean {
    return this.at === this.pattern.length || isSpace(this.pattern.charAt(this.at))
  }

  skipSpace(): void {
    while (this.at < this.pattern.length && isSpace(this.pattern.charAt(this.at))) this.at += 1
  }

  /** Takes what comes next, if it is this text. */
  take(text: string): boolean {
    const found = this.isNext(text)
    if (found) this.at += text.length
    return found
  }

  /** Whether this text comes next. */
  isNext(text: string): boolean {
    return this.pattern.startsWith(text, this.at)
  }

  /** Takes one character, if it is of this kind; else nothing. */
  takeOne(isOfKind: (character: string) => boolean): string {
    const next = this.pattern.charAt(this.at)
    if (next === '' || !isOfKind(next)) return ''
    this.at += 1
    return next
  }

  /** Takes all characters that come next and are of this kind. */
  takeAll(isOfKind: (character: string) => boolean): string {
    const start = this.at
    while (this.at < this.pattern.length && isOfKind(this.pattern.charAt(this.at))) this.at += 1
    return this.pattern.slice(start, this.at)
  }

  /**
   * Takes a text up to the next such mark, whose opening one has been taken. A backslash makes the next character an ordinary one.
   * @throws AwsError if it does not end
   */
  takeUntil(mark: string): string {
    const start = this.at
    let text = ''
    while (this.at < this.pattern.length) {
      if (this.take(mark)) return text
      if (this.take('\\') && this.at === this.pattern.length) break
      text += this.pattern.charAt(this.at)
      this.at += 1
    }
    throw invalidTerm(mark + this.pattern.slice(start))
  }

  /** AWS's error for the character that comes next. */
  unexpected(): Error {
    return this.atEnd ? invalidPattern() : invalidTerm(this.pattern.charAt(this.at))
  }
}

const isSpace = (character: string) => ' \t\r\n'.includes(character)

/** A character of a term, or of a string, that stands without quotation marks. */
export const isWord = (character: string) => /\w/.test(character)

export const invalidPattern = () => refusal('Invalid filter pattern')

export const invalidTerm = (term: string) => refusal(`Invalid character(s) in term '${term}'`)
