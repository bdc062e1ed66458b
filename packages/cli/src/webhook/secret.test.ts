import { Readable } from 'node:stream'
import { webhookPlaceholder } from '@confirmation-reminder/contracts/webhook'
import fc from 'fast-check'
import { Refusal } from '../terminal/refusal.ts'
import { madeSecret, parseSecret, secretOn } from './secret.ts'

const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))
const secrets = (minLength: number, maxLength: number) => fc.string({ unit: printable, minLength, maxLength })
const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 3 })

test('a secret is taken without the white space around it', () => {
  fc.assert(
    fc.property(secrets(16, 512), space, space, (secret, before, after) => {
      expect(parseSecret(`${before}${secret}${after}`)).toBe(secret)
    }),
  )
})

test.each([
  ['a short one', secrets(1, 15)],
  ['a long one', secrets(513, 600)],
  [
    'one with a character that a header may not have, or a space inside',
    fc
      .tuple(secrets(16, 100), fc.constantFrom(' ', '\n', '\0', '\x7f', 'ä', '€', '😀'), secrets(16, 100))
      .map((parts) => parts.join('')),
  ],
])('%s is refused with what is wanted, and not repeated', (_, refused) => {
  fc.assert(
    fc.property(refused, (secret) => {
      const wanted = 'The secret on standard input must have 16 to 512 printable ASCII characters, without spaces.'
      expect(() => parseSecret(secret)).toThrow(new Refusal(wanted))
    }),
  )
})

test('nothing, and the placeholder that everybody can read, are no secrets', () => {
  expect(() => parseSecret('\n')).toThrow('Standard input has no secret: write one to it')
  expect(() => parseSecret(`${webhookPlaceholder}\n`)).toThrow('has the placeholder')
})

test('a stream is read in any pieces, and not to the end of what cannot be a secret', async () => {
  const secret = 'correct-horse-battery-staple'
  expect(await secretOn(Readable.from([Buffer.from(secret.slice(0, 9)), Buffer.from(`${secret.slice(9)}\n`)]))).toBe(
    secret,
  )
  let read = 0
  const endless = new Readable({
    read() {
      read += 1
      this.push('x'.repeat(1000))
    },
  })
  await expect(secretOn(endless)).rejects.toThrow('must have 16 to 512')
  expect(read).toBeLessThan(1000)
})

test('a made secret is one, and another each time', () => {
  const made = Array.from({ length: 20 }, madeSecret)
  expect(made.map(parseSecret)).toEqual(made)
  expect(new Set(made).size).toBe(20)
  for (const one of made) expect(Buffer.from(one, 'base64url')).toHaveLength(32)
})
