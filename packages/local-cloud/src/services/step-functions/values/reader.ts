/** Reads a text from left to right. */
export class Reader {
  at = 0

  constructor(protected readonly text: string) {}

  /** What the pattern, which must be sticky, finds here, after which the reader continues. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found) this.at = pattern.lastIndex
    return found
  }

  /** Whether the next character is one of these. */
  isAt(characters: string): boolean {
    return this.at < this.text.length && characters.includes(this.text.charAt(this.at))
  }

  /** Goes past a token and the blanks around it. */
  skip(token: string): boolean {
    this.take(blank)
    if (this.text.slice(this.at, this.at + token.length) !== token) return false
    this.at += token.length
    this.take(blank)
    return true
  }

  expect(token: string): void {
    if (!this.skip(token)) this.refuse(`'${token}'`)
  }

  /** A word that is a number, true, false or null. */
  literal(word: RegExp): number | boolean | null | undefined {
    const from = this.at
    try {
      return JSON.parse(this.take(word)?.[0] ?? '')
    } catch {
      this.at = from
      return undefined
    }
  }

  end(): void {
    if (this.at < this.text.length) this.refuse('the end')
  }

  refuse(expected: string): never {
    throw new Error(`Expected ${expected} at character ${this.at + 1} of ${this.text}.`)
  }
}
const blank = /\s*/y
