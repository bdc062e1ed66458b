import { preferredLocale } from './preferred-locale.ts'

test.each([
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en-GB, de;q=0.9', 'en'],
  ['en;q=0.5, DE;q=0.7', 'de'],
  ['fr, it;q=0.9, de;q=0.1', 'de'],
  ['fr', 'en'],
  ['de;q=0', 'en'],
  ['de;q=rubbish, en', 'en'],
  [';;,,;q=', 'en'],
])('Accept-Language %j is answered in %s', (header, locale) => {
  expect(preferredLocale(header)).toBe(locale)
})
