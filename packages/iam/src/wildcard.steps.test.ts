// First, so that all that follows is counted.
import { growth } from '@confirmation-reminder/contracts/test/steps'
import { arnMatches, covers, matches, resourceCovers, resourceMatches } from './wildcard.ts'

const stars = '*a'.repeat(8)
const arn = 'arn:aws:sns:eu-west-1:123456789012:'

test.each([
  ['covers', (n: number) => () => covers(`${stars}b`, 'a'.repeat(n))],
  ['matches', (n: number) => () => matches(`${stars}b`, 'a'.repeat(n))],
  ['resourceCovers', (n: number) => () => resourceCovers(`arn:*:${stars}b`, arn + 'a'.repeat(n))],
  ['resourceMatches', (n: number) => () => resourceMatches(`arn:*:${stars}b`, arn + 'a'.repeat(n))],
  ['arnMatches', (n: number) => () => arnMatches(`${arn}${stars}b`, arn + 'a'.repeat(n))],
])('%s takes steps in proportion to the text, with many stars too', (_, work) => {
  expect(growth(work, 500)).toBeLessThan(2.5)
})

test('a pattern and a text that both grow take steps in proportion to their product, not to its power', () => {
  expect(growth((n) => () => covers(`${'*a'.repeat(n)}b`, 'a*'.repeat(n)), 50)).toBeLessThan(5)
})
