import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The proof in a link of a mail: its reader received mail for this customer. */
export interface Token {
  customerId: string
  /** SHA-256 of the token in base64url: we store it, and it names the mail that carried the token. */
  hash: string
  /** When the registration lapses, in seconds since 1970, if the link contains it. Anyone can change it, so it proves nothing. */
  expiresAt?: number
}

// 256 bits: too many to guess, so that no limit on attempts is needed.
const secretBytes = 32
const tokenForm = /^(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{43})(?:\.([0-9a-z]{1,9}))?$/

/** A new token for a customer. Its text goes into one mail and nowhere else. */
export function createToken(customerId: string): Token & { text: string } {
  const text = `${customerId}.${randomBytes(secretBytes).toString('base64url')}`
  return { text, customerId, hash: hashOf(text) }
}

/**
 * The token as a link carries it: with its expiry, so that an old link can be recognised as expired even when the
 * registration is deleted.
 */
export function forLink(text: string, expiresAt: number): string {
  return `${text}.${expiresAt.toString(36)}`
}

/** Reads a token, from a link or bare; undefined if the text is not a token. */
export function parseToken(text: string): Token | undefined {
  const [, secret, customerId, lapses] = tokenForm.exec(text) ?? []
  if (secret === undefined || customerId === undefined) return undefined
  return { customerId, hash: hashOf(secret), ...(lapses !== undefined && { expiresAt: Number.parseInt(lapses, 36) }) }
}

/**
 * Whose answer a token is, for the log. It is noted before the table is read: if the customer's row is lost, or the table is away, a
 * restore then knows whose answer may be lost with it.
 */
export function askedFor(text: string): { customerId?: string } {
  const token = parseToken(text)
  return token ? { customerId: token.customerId } : {}
}

/** Whether an unknown token itself says that it has expired. */
export function isPast({ expiresAt = Number.POSITIVE_INFINITY }: Token, now: number): boolean {
  return expiresAt * 1000 <= now
}

/** Whether a token's hash is stored. Takes the same time however much of it matches. */
export function isAmong(hash: string, stored: readonly string[]): boolean {
  const wanted = Buffer.from(hash)
  return stored.some((one) => one.length === hash.length && timingSafeEqual(Buffer.from(one), wanted))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
