import { compose, type Letter } from './compose.ts'
import { words } from './words.ts'

const letter = (kind: 'confirmation' | 'reminder', locale: 'en' | 'de' = 'en'): Letter => ({
  kind,
  to: 'ada@example.com',
  locale,
  token: 'token-1',
  expiresAt: Date.UTC(2026, 10, 27, 14, 5) / 1000,
})
const url = 'https://example.com/confirm?token=token-1'

test.each(['confirmation', 'reminder'] as const)('the %s mail carries its link in text and HTML', (kind) => {
  const { text, html } = compose(letter(kind), 'https://example.com')
  expect(text.split('\n')).toContain(url)
  expect(html).toContain(`<a href="${url}"`)
})

test('the mail says until when the link works, in its language', () => {
  const inEnglish = compose(letter('confirmation'), 'https://example.com')
  expect(inEnglish.text).toMatch(/works until 27 November 2026\D+14:05 UTC\./)
  expect(inEnglish.html).toMatch(/works until 27 November 2026\D+14:05 UTC\./)
  expect(compose(letter('confirmation', 'de'), 'https://example.com').text).toMatch(/27\. November 2026\D+14:05 UTC\./)
})

test('the mail to a confirmed address has no link', () => {
  const { text, html } = compose(
    { kind: 'alreadyConfirmed', to: 'ada@example.com', locale: 'en' },
    'https://example.com',
  )
  expect(text + html).not.toContain('http')
})

test('what stands in the settings is escaped in HTML', () => {
  const { html } = compose(letter('confirmation'), 'https://example.com/"><script>')
  expect(html).not.toContain('"><script>')
  expect(html).toContain('&quot;&gt;&lt;script&gt;')
})

test('every mail in every language says what to do if it was somebody else, and fits one header line', () => {
  for (const kinds of Object.values(words)) {
    for (const { subject, notYou } of Object.values(kinds)) {
      expect(notYou).toMatch(/\?.*(ignore|ignorieren)/)
      expect(subject).toMatch(/^[^\r\n]{1,78}$/)
    }
  }
})
