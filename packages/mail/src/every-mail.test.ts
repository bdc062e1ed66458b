import { locales } from '@confirmation-reminder/contracts/locale'
import { brand, hostileBrands } from '@confirmation-reminder/contracts/test/brand'
import { mailTexts } from '@confirmation-reminder/texts/texts'
import fc from 'fast-check'
import { simpleParser } from 'mailparser'
import PostalMime from 'postal-mime'
import { compose, type MailToSend } from './compose.ts'
import type { Sending } from './headers.ts'
import { openMailer } from './mailer.ts'
import { mime } from './mime.ts'
import { startMailbox } from './test/mailbox.ts'

/*
 * Every mail in every language, as its bytes reach SES. Two independent parsers read them.
 */

const kinds = [
  'confirmation',
  'reminder',
  'firstReminder',
  'secondReminder',
  'lastReminder',
  'alreadyConfirmed',
] as const
const letters = locales.flatMap((locale) =>
  kinds.map(
    (kind): MailToSend => ({
      kind,
      locale,
      to: `${'long.local-part+'.repeat(3)}@${'sub.'.repeat(20)}example.com`,
      customerId: '00000000-0000-4000-8000-000000000000',
      claim: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
      token: `00000000-0000-4000-8000-000000000000.${'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'}`,
      expiresAt: 1_800_000_000,
    }),
  ),
)

const plain: Sending = {
  BRAND: brand,
  PUBLIC_URL: 'https://example.com',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'Help <help@example.com>',
  MAIL_CONFIGURATION_SET: 'confirmation-reminder-prod-mail',
}
const odd: Sending = {
  BRAND: { ...brand, name: 'Jürgens Bücher & Söhne', logo: 'https://example.com/logo.png' },
  // As long as API Gateway's own URL, and longer.
  PUBLIC_URL: `https://abcdefghij.execute-api.eu-central-1.amazonaws.com/${'folder/'.repeat(20)}prod`,
  MAIL_SENDER: 'Jürgens Bücher, Käse & Söhne – „Genossenschaft für gute Laune“ <hello@example.com>',
  MAIL_REPLY_TO: `"Doe, Jane (\\"support\\") and all ${'who help her '.repeat(8)}" <${'help.'.repeat(12)}me@example.com>`,
  MAIL_CONFIGURATION_SET: 'mail',
}

let mailbox: Awaited<ReturnType<typeof startMailbox>>
beforeAll(async () => {
  mailbox = await startMailbox()
})
afterAll(() => mailbox.stop())

async function sent(letter: MailToSend, sending: Sending): Promise<string> {
  await openMailer(sending, { patienceMs: 10_000 }).send(letter)
  return mailbox.raws.at(-1) ?? ''
}

/** The lines of each header by its name, still folded. */
function headersOf(raw: string): Map<string, string[]> {
  const [head = ''] = raw.split('\r\n\r\n', 1)
  return new Map(
    head.split(/\r\n(?! )/).map((header) => [header.slice(0, header.indexOf(':')), header.split('\r\n')] as const),
  )
}

/** The two texts of a mail, decoded from their Base64 alone. */
function partsOf(raw: string): string[] {
  return [...raw.matchAll(/base64\r\n\r\n([\w+/=\r\n]+?)\r\n--/g)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64').toString(),
  )
}

/** A text as its reader sees it. */
const read = (text = '') => text.replaceAll('\r\n', '\n').trim()

/** Lines that may be longer than recommended: those with one unbreakable word. */
const isUnbreakable = (line: string) => /^(To:|List-Unsubscribe:|X-SES-[A-Z-]+:.*|) <?\S+$/.test(line)

describe.each([
  ['plain settings', plain],
  ['odd names and long URLs', odd],
  ...hostileBrands.map((BRAND): [string, Sending] => [`the brand ${BRAND.name}`, { ...plain, BRAND }]),
])('with %s', (_, sending) => {
  test.each(letters)('$kind in $locale', async (letter) => {
    const raw = await sent(letter, sending)
    const { text, html, subject } = compose(letter, sending)

    // RFC 5322, 2.1.1 and 2.3: only CRLF ends a line, and a line contains only ASCII.
    expect(raw).toMatch(/^(?:[ -~]*\r\n)*$/)
    for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
    const headers = headersOf(raw)
    for (const [name, lines] of headers) {
      for (const line of lines) {
        if (lines.some((one) => one.includes('=?')) && !isUnbreakable(line)) expect(line.length).toBeLessThanOrEqual(76)
        if (line.length > 78) expect(isUnbreakable(line) || `${name}: ${line}`).toBe(true)
      }
    }
    for (const line of headers.get('Subject') ?? []) expect(line.length).toBeLessThanOrEqual(76)
    // SES adds these two.
    expect([...headers.keys()].filter((name) => /^(date|message-id)$/i.test(name))).toEqual([])

    // RFC 2045, 6.8: encoded text has CRLF between its lines, too.
    const parts = partsOf(raw)
    expect(parts).toHaveLength(2)
    for (const part of parts) expect(part.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    const lines = (parts[0] ?? '').split('\r\n')
    const links = lines.filter((line) => line.includes('https:'))
    for (const line of lines)
      if (line.includes(' ') && !links.includes(line)) expect(line.length).toBeLessThanOrEqual(78)
    expect(links).toEqual([
      ...(letter.kind === 'alreadyConfirmed' ? [] : [`${sending.PUBLIC_URL}/confirm?token=${letter.token}`]),
      `${sending.PUBLIC_URL}/withdraw?token=${letter.token}`,
      sending.BRAND.privacyUrl,
      sending.BRAND.supportUrl,
    ])

    const postal = await PostalMime.parse(raw)
    const parsed = await simpleParser(raw)
    expect([postal.subject, parsed.subject]).toEqual([subject, subject])
    expect([postal.text, parsed.text].map(read)).toEqual([text.trim(), text.trim()])
    expect([postal.html, parsed.html || ''].map(read)).toEqual([html.trim(), html.trim()])
    const to = [parsed.to].flat()[0]?.value
    expect([postal.to?.[0]?.address, to?.[0]?.address]).toEqual([letter.to, letter.to])
    for (const { name, address } of [parsed.from?.value[0], postal.from].map(Object)) {
      expect(`${name} <${address}>`.trim()).toBe(sending === odd ? odd.MAIL_SENDER : ' <hello@example.com>'.trim())
    }
    for (const { name } of [parsed.replyTo?.value[0], postal.replyTo?.[0]].map(Object)) {
      expect(name.trim()).toBe(
        sending === odd ? `Doe, Jane ("support") and all ${'who help her '.repeat(8)}`.trim() : 'Help',
      )
    }

    const header = (name: string) => postal.headers.find(({ key }) => key === name)?.value
    expect(header('auto-submitted')).toBe('auto-generated')
    expect(header('x-auto-response-suppress')).toBe('All')
    expect(header('content-language')).toBe(letter.locale)
    const isReminder = /reminder/i.test(letter.kind)
    const unsubscribe = `<${sending.PUBLIC_URL}/withdraw?token=${letter.token}>`
    expect(header('list-unsubscribe')).toBe(isReminder ? unsubscribe : undefined)
    expect(header('x-ses-message-tags')).toBe(`customer=${letter.customerId}, claim=${letter.claim}`)

    expect(html).toContain(`<html lang="${letter.locale}">`)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html.match(/<img/g)?.length).toBe(sending.BRAND.logo && 1)
    expect(html).not.toMatch(/url\(|<script|<link/)
    // Word, which Outlook renders with, applies the colour of a cell but not the padding of a link.
    if (letter.kind !== 'alreadyConfirmed')
      expect(html).toMatch(/<td bgcolor="#[0-9a-f]{6}"[^>]*mso-padding-alt[^>]*><a /)
    // Gmail cuts mails off at 102 KB; a confirmation stays far below.
    expect(raw.length).toBeLessThan(8_000 + 20 * sending.PUBLIC_URL.length)
  })
})

test('the two subjects that were too long are folded', () => {
  for (const kind of ['confirmation', 'lastReminder'] as const) {
    const { subject } = mailTexts.de(brand.name).mails[kind]
    const lines = headersOf(mime({}, { subject, text: '', html: '' })).get('Subject') ?? []
    expect(lines[0]).toMatch(/^Subject: =\?utf-8\?B\?/)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(76)
  }
})

describe('any header', () => {
  const grapheme = fc.string({ unit: 'grapheme', maxLength: 120 }).map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, ''))
  const ascii = fc.string({ unit: fc.constantFrom(...'abcXYZ 0189    ,."\\()<>@:;[]=?-_'), maxLength: 200 })
  const text = fc.oneof(grapheme, ascii).map((some) => some.trim())

  test('is read as it was written, in lines of the recommended length', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (subject, name) => {
        const quoted = `"${name.replaceAll(/["\\]/g, '\\$&')}"`
        const raw = mime({ From: `${quoted} <a@example.com>`, To: 'b@example.com' }, { subject, text: 'x', html: 'x' })
        for (const lines of headersOf(raw).values()) {
          const longest = lines.some((line) => line.includes('=?')) ? 76 : 78
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(longest)
          for (const line of lines) expect(line).toMatch(/[^ ]/)
        }
        const postal = await PostalMime.parse(raw)
        // Parsers replace several spaces by one.
        const blanks = (some = '') => some.replaceAll(/\s+/g, ' ').trim()
        expect(blanks(postal.subject)).toBe(blanks(subject))
        expect(postal.from?.address).toBe('a@example.com')
        expect(blanks(postal.from?.name)).toBe(blanks(name))
      }),
      // A dot of a regular expression matches no line separator.
      {
        numRuns: 500,
        examples: [
          ['', '!\u2028!'],
          ['', 'Ada\u2029\\ "B"'],
        ],
      },
    )
  })

  test('that does not fit into a line is refused', () => {
    const long = `<https://example.com/${'x'.repeat(1000)}>`
    expect(() => mime({ 'List-Unsubscribe': long }, { subject: '', text: '', html: '' })).toThrow('List-Unsubscribe')
    expect(() => mime({ To: 'ä@example.com' }, { subject: '', text: '', html: '' })).toThrow(
      'The header To is not ASCII',
    )
  })
})

test('any paragraph is wrapped at its spaces without losing any text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 100 }), { maxLength: 60 }),
      (some) => {
        const said = some.map((word) => word.replaceAll(/\s/g, '_')).join(' ')
        const { text } = compose(letters[0] as MailToSend, { ...plain, BRAND: { ...brand, name: said } })
        const paragraph = text.split('\n\n')[1] ?? ''
        expect(paragraph.replaceAll('\n', ' ')).toBe(mailTexts.en(said).mails.confirmation.opening)
        for (const line of paragraph.split('\n')) expect(line.length <= 78 || !line.includes(' ')).toBe(true)
      },
    ),
  )
})
