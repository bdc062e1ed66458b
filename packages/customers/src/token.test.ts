import fc from 'fast-check'
import { customerIdOf } from './customer-id.ts'
import { createToken, forLink, isAmong, isPast, parseToken } from './token.ts'

const customerId = customerIdOf('ada@example.com', '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11')

test('an address has one id in a stage, and another in the next', () => {
  expect(customerIdOf('ada@example.com', '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11')).toBe(customerId)
  expect(customerIdOf('Ada@example.com', '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11')).not.toBe(customerId)
  expect(customerIdOf('ada@example.com', '1f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11')).not.toBe(customerId)
})

test('a token leads back to its customer and to the hash that is stored', () => {
  const { text, ...token } = createToken(customerId)
  expect(parseToken(text)).toEqual(token)
  expect(text).toMatch(/^[\w.-]+$/)
  expect(token.hash).not.toContain(text.split('.')[1])
  expect(createToken(customerId).text).not.toBe(text)
})

test('a link says when its token lapses, which proves nothing and opens nothing', () => {
  const { text, ...token } = createToken(customerId)
  const read = parseToken(forLink(text, 1_800_000_000))
  expect(read).toEqual({ ...token, expiresAt: 1_800_000_000 })
  expect([1_799_999_999_999, 1_800_000_000_000].map((now) => read && isPast(read, now))).toEqual([false, true])
  expect(isPast(token, 1_800_000_000_000)).toBe(false)
})

test('a text that is no token is undefined, not an error', () => {
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

test('a hash is among the stored ones only if it is there to the last character', () => {
  const [a, b, c] = [createToken(customerId).hash, createToken(customerId).hash, createToken(customerId).hash]
  expect(isAmong(b, [a, b])).toBe(true)
  expect(isAmong(c, [a, b])).toBe(false)
  expect(isAmong(a.slice(0, -1), [a])).toBe(false)
  expect(isAmong(a, [])).toBe(false)
})
