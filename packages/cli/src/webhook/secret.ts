import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { webhookPlaceholder } from '@confirmation-reminder/contracts/webhook'
import { Refusal } from '../terminal/refusal.ts'

// At least as long as a random UUID without its redundant characters; at most what EventBridge takes.
const [shortest, longest] = [16, 512]
// Far above that, with any line ends: a file that is given by mistake is not read to its end.
const mostRead = 10_000

/** A new secret: 32 random bytes in base64url, which every header can carry. */
export const madeSecret = (): string => randomBytes(32).toString('base64url')

/**
 * The secret on a stream, such as standard input.
 * @throws Refusal that says what a secret must be, and never repeats it
 */
export async function secretOn(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    text += chunk
    if (text.length > mostRead) break
  }
  return parseSecret(text)
}

/**
 * The secret in a text, without the white space around it.
 * @throws Refusal that says what a secret must be, and never repeats it
 */
export function parseSecret(text: string): string {
  const secret = text.trim()
  if (secret === '') {
    throw new Refusal(
      'Standard input has no secret: write one to it, or run the command in a terminal to have one made.',
    )
  }
  if (secret === webhookPlaceholder) {
    throw new Refusal('Standard input has the placeholder, which everybody can read: choose another secret.')
  }
  if (secret.length < shortest || secret.length > longest || !/^[\x21-\x7e]+$/.test(secret)) {
    throw new Refusal(
      `The secret on standard input must have ${shortest} to ${longest} printable ASCII characters, without spaces.`,
    )
  }
  return secret
}
