import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { askedFor, createToken, forLink, isAmong, isPast, parseToken } from './token.ts'

const customerId = 'd94b1f0c-6d3c-8a70-9a4e-0f1c2b3d4e5f'

test('a token leads back to its customer and to the hash that is stored', () => {
  const { text, ...token } = createToken(customerId)
  expect(parseToken(text)).toEqual(token)
  expect(text).toMatch(/^[\w.-]+$/)
  expect(token.hash).not.toContain(text.split('.')[1])
  expect(createToken(customerId).text).not.toBe(text)
})

test('the stored hash is the SHA-256 of the token in base64url, without the moment when it lapses', () => {
  const { text } = createToken(customerId)
  const hash = createHash('sha256').update(text).digest('base64url')
  expect([createToken(customerId).hash.length, parseToken(text)?.hash]).toEqual([hash.length, hash])
  expect(parseToken(forLink(text, 1_800_000_000))?.hash).toBe(hash)
})

test('a link says when its token lapses, and that proves and opens nothing', () => {
  const { text, ...token } = createToken(customerId)
  const read = parseToken(forLink(text, 1_800_000_000))
  expect(read).toEqual({ ...token, expiresAt: 1_800_000_000 })
  expect([1_799_999_999_999, 1_800_000_000_000].map((now) => read && isPast(read, now))).toEqual([false, true])
  expect(isPast(token, 1_800_000_000_000)).toBe(false)
})

test('a text that is not a token is undefined, not an error', () => {
  const { text } = createToken(customerId)
  const malformed = [
    '',
    customerId,
    `${text}x`,
    text.slice(0, -1),
    ` ${text}`,
    `${text}\n`,
    text.toUpperCase(),
    `${text},${text}`,
    `${text}.`,
    `${text}.A`,
    `${text}.0123456789`,
  ]
  expect(malformed.map(parseToken)).toEqual(malformed.map(() => undefined))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (rubbish) => parseToken(rubbish) === undefined))
})

test('the log gets the customer whose answer a token is, and nothing of another text', () => {
  const { text, customerId } = createToken('00000000-0000-8000-8000-000000000001')
  expect(askedFor(forLink(text, 1_780_000_000))).toEqual({ customerId })
  expect(askedFor(`${text}x`)).toEqual({})
})

test('a hash counts as stored only if every character matches', () => {
  const [a, b, c] = [createToken(customerId).hash, createToken(customerId).hash, createToken(customerId).hash]
  expect(isAmong(b, [a, b])).toBe(true)
  expect(isAmong(c, [a, b])).toBe(false)
  expect(isAmong(a.slice(0, -1), [a])).toBe(false)
  expect(isAmong(a, [])).toBe(false)
})
