import { growth } from '@confirmation-reminder/contracts/test/steps'
import { scrub } from './scrub.ts'

const token = '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11.abcdefghijklmnopqrstuvwxyz-_0123456789ABCDE'

test.each([
  ['to ada@example.com failed', 'to [address] failed'],
  ['<ada@example.com>, "bob@example.com"', '<[address]>, "[address]"'],
  ['a@b@c', '[address]'],
  ['@aws-sdk/client-ses', '@aws-sdk/client-ses'],
  [`token=${token}&x=y`, 'token=[token]&x=y'],
  [`/confirm?token=${token}.tpjy4r HTTP`, '/confirm?token=[token] HTTP'],
  [
    '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11_22222222-2222-4222-8222-222222222222',
    '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11_22222222-2222-4222-8222-222222222222',
  ],
  ['File handler.js:1:2 in node:internal.', 'File handler.js:1:2 in node:internal.'],
])('%s', (text, scrubbed) => {
  expect(scrub(text)).toBe(scrubbed)
})

test.each<[string, (n: number) => string]>([
  ['letters', (n) => 'a'.repeat(n)],
  ['at signs', (n) => 'a@'.repeat(n / 2)],
  ['full stops', (n) => '.'.repeat(n)],
  ['beginnings of a token', (n) => '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11.'.repeat(n / 37)],
  ['tokens', (n) => `${token} `.repeat(n / 81)],
])('the work to scrub %s is proportional to their length', (_, text) => {
  const work = (n: number) => {
    const made = text(n)
    return () => scrub(made)
  }
  expect(growth(work)).toBeLessThan(2.5)
})
