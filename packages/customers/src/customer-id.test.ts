import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { version } from 'uuid'
import { parseAddress } from './address.ts'
import { customerIdOf } from './customer-id.ts'
import { keyFrom } from './stage-key.ts'
import { testKey } from './test/stage-key.ts'

test('an id is half a MAC of the address in lower case, as a UUID of version 8', async () => {
  const id = await customerIdOf(testKey, 'Ada@example.com')
  expect(version(id)).toBe(8)
  const mac = createHmac('sha256', Buffer.alloc(32, 'test')).update('customer:ada@example.com').digest('hex')
  // All but the six bits of version and variant.
  expect(id.replaceAll('-', '').replace(/^(.{12}).(.{3})./, '$1$2')).toBe(
    mac.slice(0, 32).replace(/^(.{12}).(.{3})./, '$1$2'),
  )
})

test('a key that differs by one bit gives an address another id', async () => {
  const other = Buffer.alloc(32, 'test')
  other[31] = (other[31] ?? 0) ^ 1
  const ids = await Promise.all(
    [testKey, keyFrom(async () => other)].map((key) => customerIdOf(key, 'ada@example.com')),
  )
  expect(new Set(ids).size).toBe(2)
})

const address = fc.emailAddress().map(parseAddress)
const normalised = address.filter((parsed) => 'address' in parsed).map((parsed) => parsed.address)
const idOf = (text: string) => customerIdOf(testKey, text)

test('an address is one customer in upper and lower case', async () => {
  const spellings = normalised.chain((text) => fc.tuple(fc.constant(text), fc.mixedCase(fc.constant(text))))
  await fc.assert(
    fc.asyncProperty(spellings, async ([text, spelt]) => expect(await idOf(spelt)).toBe(await idOf(text))),
  )
})

test('different addresses are different customers', async () => {
  await fc.assert(
    fc.asyncProperty(normalised, normalised, async (one, other) => {
      expect((await idOf(one)) === (await idOf(other))).toBe(one.toLowerCase() === other.toLowerCase())
    }),
  )
})

test.each([
  ['a plus sign and what follows', 'ada@example.com', 'ada+news@example.com'],
  ['dots', 'ada.l@example.com', 'adal@example.com'],
  ['the domain', 'ada@example.com', 'ada@example.org'],
  ['the place of the @', 'a.b@c.example', 'a@b.c.example'],
])('%s makes a difference: only the receiving server knows whether it should not', async (_, one, other) => {
  expect(await idOf(one)).not.toBe(await idOf(other))
})
