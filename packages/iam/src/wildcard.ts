/** One character of a pattern or of a text. `*` stands for any characters, also none, and `?` for exactly one. */
interface Token {
  text: string
  /** Of a wildcard: whether it may stand for a colon. Of a colon: true. */
  pastColons: boolean
}

/**
 * Whether a pattern covers a text: `*` stands for any characters, also none, `?` for exactly one, and everything else
 * for itself. The text may be a pattern, too: then the answer is whether the first covers all that the second matches.
 * When in doubt it is not covered: `*?` and `?*` mean the same, but do not cover each other.
 *
 * Takes at most pattern × text steps, without recursion or backtracking, because a Terraform plan may hold any text.
 */
export function covers(pattern: string, text: string): boolean {
  return mayCover(pattern, text) && (!hasWildcard(pattern) || coversTokens(freely(pattern), freely(text)))
}

/**
 * The same for a `Resource`. A wildcard stays within its segment of the ARN, the part between two colons, with two
 * exceptions: a `*` that is the last character of its segment matches past the colon, and the resource itself, which is
 * all after the fifth colon, is one segment.
 * Source: IAM User Guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs".
 */
export function resourceCovers(pattern: string, resource: string): boolean {
  return mayCover(pattern, resource) && (!hasWildcard(pattern) || coversTokens(bySegment(pattern), bySegment(resource)))
}

const hasWildcard = (pattern: string) => /[*?]/.test(pattern)

/** Whether a text begins and ends as a pattern does around its wildcards: most pairs differ there, and need no steps. */
function mayCover(pattern: string, text: string): boolean {
  const first = pattern.search(/[*?]/)
  if (first < 0) return pattern === text
  const last = Math.max(pattern.lastIndexOf('*'), pattern.lastIndexOf('?'))
  return text.startsWith(pattern.slice(0, first)) && text.endsWith(pattern.slice(last + 1))
}

/**
 * Whether a value matches a pattern, as in an `Action` or a StringLike condition. Other than in `covers` a `*` or `?` in
 * the value is a character like any other.
 */
export function matches(pattern: string, value: string): boolean {
  return coversTokens(freely(pattern), literally(value))
}

/** Whether an ARN matches the pattern of a `Resource`. See `resourceCovers`. */
export function resourceMatches(pattern: string, resource: string): boolean {
  return coversTokens(bySegment(pattern), literally(resource))
}

/**
 * Whether an ARN matches the pattern of an ArnLike or ArnEquals condition: each of the six parts is compared for itself,
 * so that no wildcard matches past a colon except in the resource, which may hold colons.
 * Source: IAM User Guide, "Amazon Resource Name (ARN) condition operators".
 */
export function arnMatches(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern)
  const parts = arnParts(arn)
  return patterns.length === parts.length && patterns.every((part, index) => matches(part, parts[index] ?? ''))
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/**
 * Follows all positions in the pattern at once that the text read so far can have led to, in ascending order. Two
 * pointers, which go back to the last `*`, are not enough: a `*` that may not pass a colon does not replace an earlier
 * one that may.
 */
function coversTokens(pattern: Token[], text: Token[]): boolean {
  let positions = new Positions(pattern)
  let next = new Positions(pattern)
  positions.add(0)
  for (const token of text) {
    next.count = 0
    for (let index = 0; index < positions.count; index++) {
      const position = positions.list[index] ?? 0
      const expected = pattern[position]
      if (expected && takes(expected, token)) next.add(expected.text === '*' ? position : position + 1)
    }
    if (next.count === 0) return false
    ;[positions, next] = [next, positions]
  }
  return positions.last() === pattern.length
}

/** Positions in a pattern, in ascending order. */
class Positions {
  // Grows as needed: few positions are possible at once, and most patterns are long.
  readonly list: number[] = []
  count = 0

  constructor(private readonly pattern: Token[]) {}

  last(): number {
    return this.count === 0 ? -1 : (this.list[this.count - 1] ?? -1)
  }

  /** Adds a position, and those behind the stars from there on, which may stand for nothing. */
  add(from: number): void {
    for (let position = from; this.last() < position; position++) {
      this.list[this.count++] = position
      if (this.pattern[position]?.text !== '*') return
    }
  }
}

function takes(expected: Token, token: Token): boolean {
  if (expected.text !== '*' && expected.text !== '?') return expected.text === token.text
  if (expected.text === '?' && token.text === '*') return false
  return expected.pastColons || !token.pastColons
}

// More patterns than two policies usually have; the longest take 2,048 characters each.
const mostKept = 200

/** Keeps the tokens of the last texts: two policies compare each of their patterns with many others. */
function kept(read: (text: string) => Token[]): (text: string) => Token[] {
  const known = new Map<string, Token[]>()
  return (text) => {
    const found = known.get(text)
    if (found) return found
    if (known.size === mostKept) known.clear()
    const tokens = read(text)
    known.set(text, tokens)
    return tokens
  }
}

const freely = kept((pattern) => [...pattern].map((text) => ({ text, pastColons: true })))

/** A text in which `*` and `?` are no wildcards. */
const literally = (text: string): Token[] =>
  [...text].map((each) => ({ text: each === '*' || each === '?' ? `literal ${each}` : each, pastColons: each === ':' }))

const bySegment = kept((pattern) => {
  const characters = [...pattern]
  let colons = 0
  return characters.map((text, index) => {
    if (text === ':') {
      colons++
      return { text, pastColons: true }
    }
    const isLast = index + 1 === characters.length || characters[index + 1] === ':'
    const isWildcard = text === '*' || text === '?'
    return { text, pastColons: isWildcard && (colons >= 5 || (text === '*' && isLast)) }
  })
})
