import { parseToken } from './token.ts'

// Characters that mail programs, and people who copy, insert where a line is broken: white space (`+` is a space in
// a query), `=` at the end of a quoted-printable line, `>` before a quoted one, and invisible characters.
const lineBreak = /[\s+=>\u00ad\u200b-\u200f\u2060]/

const customerIdLength = 36
const bareLength = customerIdLength + '.'.length + 43
// The moment when a registration lapses has six digits in base 36 until the year 2038, and then seven.
const tokenLengths = [bareLength + '.'.length + 6, bareLength + '.'.length + 7, bareLength]

/**
 * Finds the token in what remains of a link: a query, or a field of a form. Links come with full stops, brackets, other
 * sites' parameters and line breaks, encoded once or more; a token has a fixed alphabet and length, so that the
 * text around it can be separated from it. Undefined if the text contains no whole token, or two different ones.
 */
export function findToken(text: string): string | undefined {
  const lines = percentDecoded(text).split(lineBreak)
  const joined = lines.join('')
  const breaks = new Set<number>()
  let length = 0
  for (const line of lines) {
    length += line.length
    breaks.add(length)
  }
  const goesOn = (place: number, neighbour: string, alphabet: RegExp) => !breaks.has(place) && alphabet.test(neighbour)

  const found: string[] = []
  for (const { index: dot } of joined.matchAll(/\./g)) {
    const start = dot - customerIdLength
    if (goesOn(start, joined.charAt(start - 1), /[0-9a-z]/)) continue
    const token = tokenLengths
      .filter((tokenLength) => !goesOn(start + tokenLength, joined.charAt(start + tokenLength), /[\w-]/))
      .map((tokenLength) => joined.slice(start, start + tokenLength))
      .find(parseToken)
    if (token) found.push(token)
  }
  const different = new Set(found.map((token) => token.slice(0, bareLength)))
  return different.size === 1 ? found[0] : undefined
}

// A site that links to a site that links to us encodes three times.
const mostEncodings = 3

/** Decodes percent-encoding, and keeps text that only looks like it. */
function percentDecoded(text: string): string {
  let decoded = text
  for (let time = 0; time < mostEncodings; time++) {
    decoded = decoded.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
  }
  return decoded
}
