import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a link in a mail proves: that its reader received mail for this customer. */
export interface Token {
  customerId: string
  /** SHA-256 of the token in base64url: what we store, and what names the mail that carried it. */
  hash: string
}

// 256 bits: nobody guesses one, so that no limit on attempts is needed.
const secretBytes = 32
const tokenForm = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{43}$/

/** A new token for a customer. Its text goes into one mail and nowhere else. */
export function createToken(customerId: string): Token & { text: string } {
  const text = `${customerId}.${randomBytes(secretBytes).toString('base64url')}`
  return { text, customerId, hash: hashOf(text) }
}

/** Reads a token; undefined, where the text is none. */
export function parseToken(text: string): Token | undefined {
  const customerId = tokenForm.exec(text)?.[1]
  return customerId === undefined ? undefined : { customerId, hash: hashOf(text) }
}

/** Whether a token's hash is among those stored, in a time that does not tell how much of it agreed. */
export function isAmong(hash: string, stored: readonly string[]): boolean {
  const wanted = Buffer.from(hash)
  return stored.some((one) => one.length === hash.length && timingSafeEqual(Buffer.from(one), wanted))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
