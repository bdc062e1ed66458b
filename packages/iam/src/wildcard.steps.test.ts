// First, so that all that follows is counted.
import { growth } from '@confirmation-reminder/contracts/test/steps'
import { grantsOf, narrowing, widening } from './compare.ts'
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

test('twice as many statements in two policies take four times the steps, with wildcards too', () => {
  const policy = (n: number, verb: string) => {
    const Statement = Array.from({ length: n }, (_, index) => ({
      ...{ Effect: 'Allow', Action: [`a:*${verb}${index}*`], Resource: [`${arn}*-${index}-*`] },
    }))
    return grantsOf(JSON.stringify({ Statement })) ?? []
  }
  const work = (n: number) => {
    const [before, after] = [policy(n, 'Get'), policy(n, 'Put')]
    return () => [widening(before, after), narrowing(before, after)]
  }
  expect(growth(work, 50)).toBeLessThan(5)
})
