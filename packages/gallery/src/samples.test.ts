import { type Locale, locales } from '@confirmation-reminder/contracts/locale'
import * as texts from '@confirmation-reminder/texts/texts'
import { kebab } from './sample.ts'
import { groups, samples } from './samples.ts'
import { sending } from './test/sending.ts'

const entities = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
])
const unescaped = (html: string) => html.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities.get(entity) ?? '')

/** All that customers can read in the samples of a locale. */
function shownIn(locale: Locale): string {
  return samples
    .map(({ show }) => show(locale, sending))
    .map((shown) => ('html' in shown ? `${shown.subject}\n${shown.text}\n${shown.html}` : shown.response.body))
    .map((document) => unescaped(String(document)))
    .join('\n')
}

/** Every text below a value, with its path; of a sentence with a moment in it, the part before that. */
function textsIn(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, value('|').split('|')[0]]]
  return Object.entries(value as object).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`))
}

test.each(locales)('every text in %s is in a sample', (locale) => {
  const shown = shownIn(locale)
  // No text by itself.
  const { moment, ...mail } = texts.mailTexts[locale](sending.BRAND.name)
  const all = Object.entries({ ...texts, mailTexts: { [locale]: mail } }).flatMap(([name, byLocale]) => {
    const inLocale = (byLocale as Record<string, unknown>)[locale]
    return textsIn(typeof inLocale === 'function' ? inLocale(sending.BRAND.name) : inLocale, name)
  })
  expect(all.length).toBeGreaterThan(80)
  expect(all.filter(([, text]) => !shown.includes(text))).toEqual([])
})

test('every sample has a name of its own, which fits an address', () => {
  const names = samples.map(({ what }) => what)
  expect(new Set([...names, 'all']).size).toBe(names.length + 1)
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/)
  expect(groups.map(({ id }) => id)).toEqual([
    ...new Set(samples.map(({ what }) => what.replace(/^mail-.*/, 'mails').replace(/-.*/, ''))),
  ])
})

test.each(locales)('no two samples in %s are the same', (locale) => {
  const documents = samples
    .map(({ show }) => show(locale, sending))
    .map((shown) => ('html' in shown ? shown.html : shown.response.body))
  expect(new Set(documents).size).toBe(samples.length)
})

test('a name is written for an address', () => {
  expect(kebab('lastReminder')).toBe('last-reminder')
})
