import fc from 'fast-check'
import { arnMatches, covers, matches, resourceCovers, resourceMatches } from './wildcard.ts'

/** Few letters, so that patterns and values meet often. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '.', '*', '?', '('), maxLength: 12 })

/** The same as a regular expression. */
const expected = (pattern: string, value: string) =>
  new RegExp(
    `^${[...pattern].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[:.(]/, '\\$&'))).join('')}$`,
    's',
  ).test(value)

test('a pattern means what the same regular expression means', () => {
  fc.assert(
    fc.property(text, text, (pattern, value) => {
      expect(matches(pattern, value)).toBe(expected(pattern, value))
    }),
    { numRuns: 2000 },
  )
})

test('a value matches itself, a star, and any of its prefixes with a star behind', () => {
  const plain = fc.string()
  fc.assert(
    fc.property(plain, fc.nat(), (value, length) => {
      expect(matches(value, value)).toBe(true)
      expect(matches('*', value)).toBe(true)
      expect(matches(`${value.slice(0, length)}*`, value)).toBe(true)
    }),
  )
})

test('many stars cost no more than pattern times value', () => {
  expect(matches(`${'*a'.repeat(5_000)}*b`, 'a'.repeat(5_000))).toBe(false)
})

test('a wildcard in an ARN stays within its part, except in the resource', () => {
  const alarm = 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:a:b'
  expect(arnMatches('arn:aws:cloudwatch:*:000000000000:alarm:*', alarm)).toBe(true)
  expect(arnMatches('arn:aws:cloudwatch:*:alarm:*', alarm)).toBe(false)
  expect(arnMatches('arn:aws:cloudwatch:*:111111111111:alarm:*', alarm)).toBe(false)
  expect(arnMatches('arn:aws:cloudwatch:eu-*-?:*:alarm:a:b', alarm)).toBe(true)
})

test('a pattern covers another only if every text of the other matches it', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 })
  const example = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 3 }), {
    minLength: 8,
    maxLength: 8,
  })
  fc.assert(
    fc.property(pattern, pattern, example, (wide, narrow, fills) => {
      const text = [...narrow].map((c, index) =>
        c === '*' ? fills[index] : c === '?' ? ((fills[index] ?? '')[0] ?? 'a') : c,
      )
      if (covers(wide, narrow)) expect(matches(wide, text.join(''))).toBe(true)
      if (resourceCovers(wide, narrow) && resourceMatches(narrow, text.join(''))) {
        expect(resourceMatches(wide, text.join(''))).toBe(true)
      }
      expect(covers(narrow, narrow)).toBe(true)
      expect(resourceCovers(narrow, narrow)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('a question mark covers no star', () => {
  expect(covers('a?', 'a*')).toBe(false)
  expect(covers('a*', 'a?')).toBe(true)
})
