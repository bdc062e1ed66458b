import { randomBytes } from 'node:crypto'
import type { Message } from './compose.ts'

/**
 * Writes a mail by RFC 5322 and MIME, with text and HTML as alternatives. Lines are at most 76 characters long, and
 * longer only for what cannot be broken: a URL, an address.
 * @param headers by name. `From`, `To` and `Reply-To` have a mailbox, such as `Ada <ada@example.com>`, whose name is
 * encoded where it must be; all others are ASCII.
 * @throws Error if a header holds a control character, which could begin another header, is not ASCII where
 * it must be, or has a word that does not fit into the 998 characters that a line may have
 */
export function mime(headers: Record<string, string>, { subject, text, html }: Message): string {
  const boundary = randomBytes(16).toString('hex')
  const all = {
    ...headers,
    Subject: subject,
    'MIME-Version': '1.0',
    'Content-Type': `multipart/alternative; boundary="${boundary}"`,
  }
  const parts = [part('plain', text), part('html', html)].map((one) => `--${boundary}\r\n${one}\r\n`)
  return `${Object.entries(all).map(header).join('\r\n')}\r\n\r\n${parts.join('')}--${boundary}--\r\n`
}

function part(subtype: 'plain' | 'html', content: string): string {
  // RFC 2045, 6.8: text is encoded with the line breaks that it has in transport.
  const bytes = Buffer.from(content.replaceAll(/\r\n|\r|\n/g, '\r\n'))
  const lines = bytes.toString('base64').match(/.{1,76}/g) ?? []
  return [`Content-Type: text/${subtype}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', ...lines].join(
    '\r\n',
  )
}

// RFC 5322, 2.1.1 recommends 78 and limits a line to 998; RFC 2047, 2 limits one with an encoded word, and that word.
const longestLine = 76
const longestPossibleLine = 998
const longestEncodedWord = 75

function header([name, value]: [string, string]): string {
  if (/\p{Cc}/u.test(value)) throw new Error(`The header ${name} holds a control character: the mail is not written.`)
  const lines = folded(name, wordsOf(name, value))
  if (!lines.every((line) => /^[ -~]*$/.test(line) && line.length <= longestPossibleLine))
    throw new Error(
      `The header ${name} is not ASCII, or has a word that is too long for a line: the mail is not written.`,
    )
  return lines.join('\r\n')
}

const mailboxes = ['From', 'To', 'Reply-To']

/** The parts between the places where a header may be folded: each begins with the space before it. */
function wordsOf(name: string, value: string): string[] {
  if (name === 'Subject') return textIn(name, value) ?? encoded(name, value)
  if (mailboxes.includes(name)) {
    // The address is never encoded: mail servers would not find it.
    const start = value.endsWith('>') ? value.lastIndexOf('<') : 0
    return [...phrase(name, value.slice(0, start).trim()), ` ${value.slice(start)}`]
  }
  // SES reads these itself. It is not documented that it unfolds them first.
  return name.startsWith('X-SES-') ? [` ${value}`] : split(value)
}

/** The name beside an address (RFC 5322, 3.4): atoms, or a text in quotation marks. The input may have the marks already. */
function phrase(name: string, written: string): string[] {
  const text = /^".*"$/s.test(written) ? written.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : written
  const isAtoms = /^[\w!#$%&'*+/=?^`{|}~ -]*$/.test(text)
  return textIn(name, isAtoms ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`) ?? encoded(name, text)
}

/** The words of a text that needs no encoding: it is ASCII, looks like no encoded word, and fits into lines. */
function textIn(name: string, text: string): string[] | undefined {
  const words = split(text)
  const fits = words.every((word, index) => word.length + (index === 0 ? `${name}:`.length : 0) <= longestLine)
  return fits && /^[ -~]*$/.test(text) && !text.includes('=?') ? words : undefined
}

const split = (text: string): string[] => ` ${text}`.trimEnd().split(/(?<=[^ ])(?= )/)

/** RFC 2047: words in Base64 that never split a character. The first shares its line with the header's name. */
function encoded(name: string, text: string): string[] {
  const chunks = ['']
  for (const character of text) {
    const longer = `${chunks.at(-1)}${character}`
    const space = chunks.length === 1 ? longestLine - `${name}: `.length : longestEncodedWord
    if (encodedWord(longer).length > space) chunks.push(character)
    else chunks.splice(-1, 1, longer)
  }
  return chunks.map((chunk) => ` ${encodedWord(chunk)}`)
}

const encodedWord = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`

/** Puts words into lines. A line begins with the space before its first word, so that unfolding restores the text. */
function folded(name: string, words: string[]): string[] {
  const lines = [`${name}:`]
  words.forEach((word, index) => {
    const longer = lines.at(-1) + word
    if (index === 0 || longer.length <= longestLine) lines.splice(-1, 1, longer)
    else lines.push(word)
  })
  return lines
}
