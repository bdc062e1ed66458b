import { growth } from '@confirmation-reminder/contracts/test/steps'
import { parseAddress } from './address.ts'
import { findToken } from './find-token.ts'
import { forLink, parseToken } from './token.ts'

const token = forLink(`0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11.${'a'.repeat(43)}`, 1_800_000_000)

const hostile: [string, (n: number) => string][] = [
  ['spaces', (n) => ' '.repeat(n)],
  ['spaces before a letter', (n) => `${' '.repeat(n)}a`],
  ['spaces after a letter', (n) => `a${' '.repeat(n)}`],
  ['spaces inside', (n) => `a${' '.repeat(n)}b`],
  ['letters', (n) => 'a'.repeat(n)],
  ['full stops', (n) => '.'.repeat(n)],
  ['letters with full stops', (n) => 'a.'.repeat(n / 2)],
  ['letters with full stops, and an error', (n) => `${'a.'.repeat(n / 2)}"@example.com`],
  ['at signs', (n) => '@'.repeat(n)],
  ['a long domain', (n) => `a@${'b.'.repeat(n / 2)}c`],
  ['a domain that is not ASCII', (n) => `a@${'ü.'.repeat(n / 2)}c`],
  ['hyphens', (n) => `a@${'-'.repeat(n)}`],
  ['brackets', (n) => '<'.repeat(n / 2) + '>'.repeat(n / 2)],
  ['mailto: many times', (n) => 'mailto:'.repeat(n / 7)],
  ['percent signs', (n) => '%'.repeat(n)],
  ['percent signs, encoded many times', (n) => `%${'25'.repeat(n / 2)}`],
  ['encoded percent signs', (n) => '%25'.repeat(n / 3)],
  ['line breaks', (n) => '=\r\n'.repeat(n / 3)],
  ['digits with breaks', (n) => '0 '.repeat(n / 2)],
  ['beginnings of a token', (n) => '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11.'.repeat(n / 37)],
  ['ends of a token', (n) => `.${'a'.repeat(43)}`.repeat(n / 44)],
  ['a token without its last character', (n) => `${token.slice(0, 79)}!`.repeat(n / 80)],
  ['a token', (n) => `${token}&`.repeat(n / 88)],
  ['a token with breaks', (n) => [...token].join(' ').repeat(n / 174)],
]

test.each(hostile)('the work to read %s as an address and as a token is proportional to their length', (_, text) => {
  for (const read of [parseAddress, findToken, parseToken]) {
    const work = (n: number) => {
      const input = text(n)
      return () => read(input)
    }
    expect(growth(work)).toBeLessThan(2.5)
  }
})
