import { randomBytes } from 'node:crypto'
import type { Message } from './compose.ts'

/**
 * Writes a mail as RFC 5322 and MIME have it: its text and its HTML, to choose from. Headers may hold any characters
 * but line breaks, and are encoded where they must be.
 * @throws Error if a header holds a control character: it would begin a header of its own.
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
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  return [`Content-Type: text/${subtype}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', ...lines].join(
    '\r\n',
  )
}

function header([name, value]: [string, string]): string {
  if (/\p{Cc}/u.test(value))
    throw new Error(`The header ${name} holds a control character: no mail is written with it.`)
  // A mailbox is encoded but for its address, which no mail server would find otherwise.
  const [, phrase = value, address = ''] = /^(.*?)( ?<[!-;=?-~]*>)$/.exec(value) ?? []
  return `${name}: ${encoded(phrase)}${address}`
}

/** RFC 2047: words in Base64 of at most 75 characters, none of which parts a character. */
function encoded(text: string): string {
  if (/^[ -~]*$/.test(text)) return text
  const chunks = ['']
  for (const character of text) {
    const longer = `${chunks.at(-1)}${character}`
    if (Buffer.byteLength(longer) > bytesPerWord) chunks.push(character)
    else chunks.splice(-1, 1, longer)
  }
  return chunks.map((chunk) => `=?utf-8?B?${Buffer.from(chunk).toString('base64')}?=`).join('\r\n ')
}

// 45 bytes are 60 characters of Base64, and with `=?utf-8?B?` and `?=` 72.
const bytesPerWord = 45
