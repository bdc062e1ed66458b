import { createHash } from 'node:crypto'
import { type Locale, locales } from '@confirmation-reminder/contracts/locale'
import { brand, hostileBrands } from '@confirmation-reminder/contracts/test/brand'
import { footerTexts, mailTexts } from '@confirmation-reminder/texts/texts'
import fc from 'fast-check'
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
const writer = { PUBLIC_URL: 'https://example.com', BRAND: brand }
const textsIn = (locale: Locale) => mailTexts[locale](brand.name)

const kinds = ['confirmation', 'reminder', 'firstReminder', 'secondReminder', 'lastReminder'] as const
test.each(kinds)('the %s mail carries its link in text and HTML', (kind) => {
  const { text, html } = compose(letter(kind), writer)
  expect(text.split('\n')).toContain(url)
  expect(html).toContain(`<a href="${url}"`)
})

test('the mail says until when the link works, in its language', () => {
  const inEnglish = compose(letter('confirmation'), writer)
  expect(inEnglish.text).toMatch(/works until 27 November 2026\D+14:05 UTC\./)
  expect(inEnglish.html).toMatch(/works until 27 November 2026\D+14:05 UTC\./)
  expect(compose(letter('confirmation', 'de'), writer).text).toMatch(/27\. November 2026\D+14:05 Uhr \(UTC\)\./)
})

test('the mail to a confirmed address has no link that confirms', () => {
  const { text, html } = compose({ ...common, kind: 'alreadyConfirmed', locale: 'en' }, writer)
  expect(text + html).not.toContain('/confirm')
})

test.each(locales)('every mail in %s says how to have the address deleted', (locale) => {
  const notMe = 'https://example.com/withdraw?token=token-1'
  const letters: MailToSend[] = [
    ...kinds.map((kind) => letter(kind, locale)),
    { ...common, kind: 'alreadyConfirmed', locale },
  ]
  for (const { text, html } of letters.map((one) => compose(one, writer))) {
    const [ours = '', foot = ''] = text.split('\n\n-- \n')
    expect(ours.split('\n').at(-1)).toBe(notMe)
    expect(foot).not.toContain(notMe)
    expect(html).toContain(`<a href="${notMe}"`)
    expect(html).toContain(textsIn(locale).withdrawal)
  }
})

test('values from the settings are escaped in HTML', () => {
  const { html } = compose(letter('confirmation'), { ...writer, PUBLIC_URL: 'https://example.com/"><script>' })
  expect(html).not.toContain('"><script>')
  expect(html).toContain('&quot;&gt;&lt;script&gt;')
})

test('the preheader adds to the subject in a length that fits a phone', () => {
  for (const locale of locales) {
    for (const [kind, { subject, preheader, opening }] of Object.entries(textsIn(locale).mails)) {
      const { html, text } = compose(letter(kind as 'confirmation', locale), writer)
      expect(html.match(/<body[^>]*>\s*<div style="display: none[^>]*>([^<]*)</)?.[1]).toBe(preheader)
      expect(text).not.toContain(preheader)
      expect(preheader).toMatch(/^.{30,90}$/)
      expect([subject, opening].some((said) => said.includes(preheader) || preheader.includes(said))).toBe(false)
    }
  }
})

test.each(locales)('every mail in %s says what to do if it was somebody else, and fits one header line', (locale) => {
  for (const { subject, notYou } of Object.values(textsIn(locale).mails)) {
    expect(notYou).toMatch(/\?.+:$/)
    expect(subject).toMatch(/^[^\r\n]{1,78}$/)
  }
})

test.each([
  ['en', /\?.*ignore/],
  ['de', /\?.*ignorieren/],
] as const)('every mail in %s may be ignored', (locale, ignore) => {
  for (const { notYou } of Object.values(textsIn(locale).mails)) expect(notYou).toMatch(ignore)
})

test.each(locales)('every mail in %s names the service in its subject and its first sentence', (locale) => {
  for (const { subject, opening } of Object.values(mailTexts[locale]('{name}').mails)) {
    expect(subject).toContain('{name}')
    expect(opening).toMatch(/^[^.:]*\{name\}/)
  }
})

test.each(locales)('every mail in %s ends with who sends it, and their links', (locale) => {
  const { privacy, support } = footerTexts[locale]
  for (const kind of kinds) {
    const { text, html } = compose(letter(kind, locale), writer)
    expect(text.split('\n-- \n')[1]?.split('\n')).toEqual([
      brand.postalAddress,
      `${privacy}:`,
      brand.privacyUrl,
      `${support}:`,
      brand.supportUrl,
      '',
    ])
    expect(html).toMatch(
      new RegExp(
        `${brand.postalAddress}<br><a href="${brand.privacyUrl}"[^>]*>${privacy}</a><br><a href="${brand.supportUrl}"`,
      ),
    )
  }
})

test('a brand without links and logo has neither in its mails', () => {
  const { privacyUrl, supportUrl, ...bare } = brand
  const { text, html } = compose(letter('reminder'), { ...writer, BRAND: bare })
  expect(text.split('\n-- \n')[1]).toBe(`${brand.postalAddress}\n`)
  expect(html.match(/<a /g)).toHaveLength(2)
  expect(html).not.toMatch(/<img|undefined/)
  expect(html).toContain(`>${brand.name}</p>`)
})

test('a brand colours the button, and its logo stands for its name', () => {
  const logo = 'https://www.example.com/logo.png'
  const { html } = compose(letter('reminder'), { ...writer, BRAND: { ...brand, accent: '#7a3e00', logo } })
  expect(html).toContain('<td bgcolor="#7a3e00"')
  expect(html.match(/<img[^>]*>/g)).toEqual([
    expect.stringMatching(`^<img src="${logo}" alt="Example" height="40" style="`),
  ])
})

test.each(hostileBrands)('the brand $name adds no markup, and keeps its words', (hostile) => {
  const tagsOf = ({ html }: { html: string }) => [...html.matchAll(/<(\/?[\w!]+)/g)].map(([, tag]) => tag)
  const { name, logo, postalAddress } = hostile
  for (const locale of locales) {
    const hostileMail = compose(letter('reminder', locale), { ...writer, BRAND: hostile })
    const tame = { ...brand, ...(logo && { logo: 'https://example.com/logo.png' }) }
    expect(tagsOf(hostileMail)).toEqual(tagsOf(compose(letter('reminder', locale), { ...writer, BRAND: tame })))
    expect(hostileMail.subject).toContain(name)
    expect(hostileMail.text.replaceAll('\n', ' ')).toContain(name)
    expect(hostileMail.text.replaceAll('\n', ' ')).toContain(postalAddress)
  }
})

const momentsAs = { en: 'en-GB', de: 'de-DE' } satisfies Record<Locale, string>
test.each(locales)('any moment in %s is written as Intl writes it', (locale) => {
  const [date, time] = ['dateStyle', 'timeStyle'].map(
    (part) =>
      new Intl.DateTimeFormat(momentsAs[locale], { [part]: part === 'dateStyle' ? 'long' : 'short', timeZone: 'UTC' }),
  )
  const { link } = textsIn(locale).mails.confirmation
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (at) => {
      const expiresAt = Math.floor(at.getTime() / 1000)
      const said = {
        en: `${date?.format(at)} at ${time?.format(at)} UTC`,
        de: `${date?.format(at)} um ${time?.format(at)} Uhr (UTC)`,
      }
      const { text } = compose({ ...letter('confirmation', locale), expiresAt } as MailToSend, writer)
      expect(text).toContain(`\n\n${link?.validity(said[locale])}\n\n`)
    }),
  )
})

/** The texts of every version that was sent: a proof of consent refers to them. */
const fingerprints: Record<string, Partial<Record<Locale, string>>> = {
  '2026-11-23': { en: '5c716a96732e7072', de: '293ad75716cacce6' },
  // With a preheader.
  '2026-11-27': { en: 'b4b3d693ed8e32e7', de: '19883e1a4942cd5c' },
  // Edited: "email" for "mail", and shorter sentences.
  '2026-11-28': { en: '3b145e26efc673e1', de: '9aedde37de369ede' },
  // Naming the service, in the subject and in the sentence that says why the mail came; with a footer.
  '2026-11-29': { en: '80ace5f59964b7a4', de: '332c8b9a6fcdccb1' },
}

const changed = 'the texts are those of their version: if they change, set a new one in text-version.ts and add it here'
test.each(locales)(`%s: ${changed}`, (locale) => {
  const { mails, withdrawal, moment } = mailTexts[locale]('{name}')
  const texts = Object.values(mails).map(({ link, ...text }) => [text, link?.label, link?.validity('…'), link?.copy])
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([texts, withdrawal, moment(1, 0, 2026, '00:00'), footerTexts[locale]]))
    .digest('hex')
    .slice(0, 16)
  expect(fingerprints[textVersion]).toHaveProperty(locale, fingerprint)
})
