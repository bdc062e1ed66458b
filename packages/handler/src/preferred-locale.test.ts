import { locales } from '@confirmation-reminder/contracts/locale'
import fc from 'fast-check'
import { preferredLocale } from './preferred-locale.ts'

// No language has the code xx.
test.each([
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en-GB, de;q=0.9', 'en'],
  ['en;q=0.5, DE;q=0.7', 'de'],
  ['xx, it;q=0.9, de;q=0.1', 'de'],
  ['xx', 'en'],
  ['de;q=0', 'en'],
  ['de;q=rubbish, en', 'en'],
  [';;,,;q=', 'en'],
  ['de_DE', 'de'],
  ['de_AT.UTF-8', 'de'],
  ['DE', 'de'],
  [' de ', 'de'],
  ['en;q=0', 'de'],
  ['en;q=0.0, xx', 'de'],
  [locales.map((locale) => `${locale};q=0`).join(', '), 'en'],
  ['en;q=0, *;q=0.1', 'de'],
  ['de;q=0, *', 'en'],
  ['*;q=0.5, de', 'de'],
  ['*, de;q=0.5', 'en'],
  ['xx, *;q=0.5', 'en'],
  ['en;q=0.4, de;q=0.5;foo', 'de'],
  ['en;q=0.4, de;level=1;q=0.5', 'de'],
  ['en;q = 0.4, de;q = 0.5', 'de'],
  ['en;Q=0.4, de', 'de'],
  ['en;q=2, de;q=0.1', 'de'],
  ['en;q=-1, de;q=0.1', 'de'],
  ['en;q=NaN, de;q=0.1', 'de'],
  ['deutsch', 'en'],
  ['de/at', 'en'],
  ['constructor, __proto__, de', 'de'],
  ['\0\u{1f600}\u2028', 'en'],
  [`${'xx,'.repeat(30_000)}de`, 'en'],
  [`de,${'xx,'.repeat(30_000)}`, 'de'],
])('Accept-Language %j is answered in %s', (header, locale) => {
  expect(preferredLocale(header)).toBe(locale)
})

test('every header is answered with a locale', () => {
  const piece = fc.constantFrom(
    'de',
    'en',
    'xx',
    '*',
    ',',
    ';',
    'q',
    '=',
    '0',
    '1',
    '.5',
    '-',
    '_',
    ' ',
    'AT',
    '\t',
    '\0',
  )
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  )
  fc.assert(fc.property(header, (text) => locales.includes(preferredLocale(text))))
})
