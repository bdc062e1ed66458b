// The limit of Jackson, and so of AWS's services. Recursion to this depth is far below the limit of the stack.
const deepest = 1000

/** A JSON text that nests deeper than any service accepts. */
export class NestsTooDeep extends SyntaxError {}

/**
 * Reads JSON from outside. The returned value is safe to process by recursion.
 * @param source text, or its bytes in UTF-8
 * @throws SyntaxError that says in half a sentence what is wrong; NestsTooDeep
 */
export function parseJson(source: string | Uint8Array): unknown {
  const text = typeof source === 'string' ? source : decoded(source)
  if (nestsDeeperThan(deepest, text)) throw new NestsTooDeep(`it nests deeper than ${deepest} levels`)
  return JSON.parse(text)
}

/** A member of a value from outside. Names such as `constructor`, which every object inherits, have no value. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? value[name as keyof typeof value]
    : undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new SyntaxError('it is not UTF-8')
  }
}

/** Counts brackets outside of strings, in one pass: neither the text nor a value is walked by recursion. */
function nestsDeeperThan(limit: number, text: string): boolean {
  // Most texts have too few brackets to nest that deep, and the engine counts them faster than this loop.
  if (text.length <= limit || occurrences('[', text) + occurrences('{', text) <= limit) return false
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') inString = !inString
    else if (inString) at += character === '\\' ? 1 : 0
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > limit) return true
  }
  return false
}

function occurrences(character: string, text: string): number {
  let count = 0
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1
  return count
}
