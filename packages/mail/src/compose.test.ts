import { createHash } from 'node:crypto'
import { type Locale, locales } from '@confirmation-reminder/contracts/locale'
import { mailTexts } from '@confirmation-reminder/texts/texts'
import { compose, type MailToSend } from './compose.ts'
import { textVersion } from './text-version.ts'

const common = { customerId: 'customer-1', claim: 'claim-1', to: 'ada@example.com', token: 'token-1' }
const letter = (kind: Exclude<MailToSend['kind'], 'alreadyConfirmed'>, locale: Locale = 'en'): MailToSend => ({
  ...common,
  kind,
  locale,
  expiresAt: Date.UTC(2026, 10, 27, 14, 5) / 1000,
})
const url = 'https://example.com/confirm?token=token-1'

const kinds = ['confirmation', 'reminder', 'firstReminder', 'secondReminder', 'lastReminder'] as const
test.each(kinds)('the %s mail carries its link in text and HTML', (kind) => {
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

test('the mail to a confirmed address has no link that confirms', () => {
  const { text, html } = compose({ ...common, kind: 'alreadyConfirmed', locale: 'en' }, 'https://example.com')
  expect(text + html).not.toContain('/confirm')
})

test.each(locales)('every mail in %s says how to have the address deleted', (locale) => {
  const notMe = 'https://example.com/withdraw?token=token-1'
  const letters: MailToSend[] = [
    ...kinds.map((kind) => letter(kind, locale)),
    { ...common, kind: 'alreadyConfirmed', locale },
  ]
  for (const { text, html } of letters.map((one) => compose(one, 'https://example.com'))) {
    expect(text.trim().split('\n').at(-1)).toBe(notMe)
    expect(html).toContain(`<a href="${notMe}"`)
    expect(html).toContain(mailTexts[locale].withdrawal)
  }
})

test('values from the settings are escaped in HTML', () => {
  const { html } = compose(letter('confirmation'), 'https://example.com/"><script>')
  expect(html).not.toContain('"><script>')
  expect(html).toContain('&quot;&gt;&lt;script&gt;')
})

test('the preheader adds to the subject in a length that fits a phone', () => {
  for (const locale of locales) {
    for (const [kind, { subject, preheader, opening }] of Object.entries(mailTexts[locale].mails)) {
      const { html, text } = compose(letter(kind as 'confirmation', locale), 'https://example.com')
      expect(html.match(/<body[^>]*>\s*<div style="display: none[^>]*>([^<]*)</)?.[1]).toBe(preheader)
      expect(text).not.toContain(preheader)
      expect(preheader).toMatch(/^.{30,90}$/)
      expect([subject, opening].some((said) => said.includes(preheader) || preheader.includes(said))).toBe(false)
    }
  }
})

test.each(locales)('every mail in %s says what to do if it was somebody else, and fits one header line', (locale) => {
  for (const { subject, notYou } of Object.values(mailTexts[locale].mails)) {
    expect(notYou).toMatch(/\?.+:$/)
    expect(subject).toMatch(/^[^\r\n]{1,78}$/)
  }
})

test.each([
  ['en', /\?.*ignore/],
  ['de', /\?.*ignorieren/],
] as const)('every mail in %s may be ignored', (locale, ignore) => {
  for (const { notYou } of Object.values(mailTexts[locale].mails)) expect(notYou).toMatch(ignore)
})

/** The texts of every version that was sent: a proof of consent refers to them. */
const fingerprints: Record<string, Partial<Record<Locale, string>>> = {
  '2026-11-23': { en: '5c716a96732e7072', de: '293ad75716cacce6' },
  // With a preheader.
  '2026-11-27': { en: 'b4b3d693ed8e32e7', de: '19883e1a4942cd5c' },
}

const changed = 'the texts are those of their version: if they change, set a new one in text-version.ts and add it here'
test.each(locales)(`%s: ${changed}`, (locale) => {
  const { mails, withdrawal } = mailTexts[locale]
  const texts = Object.values(mails).map(({ link, ...text }) => [text, link?.label, link?.validity('…')])
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([texts, withdrawal]))
    .digest('hex')
    .slice(0, 16)
  expect(fingerprints[textVersion]).toHaveProperty(locale, fingerprint)
})
