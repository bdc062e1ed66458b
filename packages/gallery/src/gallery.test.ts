import { createHash } from 'node:crypto'
import { locales } from '@confirmation-reminder/contracts/locale'
import { mailTexts } from '@confirmation-reminder/texts/texts'
import { answerGallery } from './gallery.ts'
import { samples } from './samples.ts'
import { sending } from './test/sending.ts'

const get = (path: string) => answerGallery(new URL(`http://127.0.0.1/_local/gallery${path}`), sending)
const bodyOf = (path: string) => String(get(path).body)
const policyOf = (path: string) => String(get(path).headers?.['content-security-policy'])
const hashesOf = (body: string) =>
  [...body.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) =>
    createHash('sha256').update(style).digest('base64'),
  )

const each = locales.flatMap((locale) => samples.map(({ what }) => [what, locale] as const))

test.each(locales)('the overview in %s shows every sample in four frames, and links to each', (locale) => {
  const body = bodyOf(`/all/${locale}`)
  for (const { what } of samples) {
    const address = `/_local/gallery/${what}/${locale}`
    for (const scheme of ['light', 'dark'])
      expect(body.split(`src="${address}/document/${scheme}" sandbox`)).toHaveLength(3)
    expect(body).toContain(`<a href="${address}">`)
  }
})

test('without a language it is the first', () => {
  for (const path of ['', '/', '/all']) expect(bodyOf(path)).toBe(bodyOf('/all/en'))
  expect(bodyOf('/mail-reminder')).toContain(mailTexts.en(sending.BRAND.name).mails.reminder.subject)
})

test.each(each)('%s in %s has a page and a document', (what, locale) => {
  expect(get(`/${what}/${locale}`).statusCode).toBe(200)
  const document = get(`/${what}/${locale}/document`)
  expect(document.statusCode).toBe(200)
  expect(document.body).toContain(`<html lang="${locale}">`)
})

test.each(['/all/en', '/mail-reminder/de', '/confirm-unknown/de', '/none'])(
  'the page %s allows its style and its frames, and nothing else',
  (path) => {
    const body = bodyOf(path)
    expect(policyOf(path)).toBe(
      `default-src 'none'; style-src 'sha256-${hashesOf(body)[0]}'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
    )
    expect(body).not.toMatch(/<script|<link (?!rel="icon" href="data:,")|<img| style=| on[a-z]+=/)
  },
)

test.each(each)('the document of %s in %s is in a sandbox, and runs, posts and loads nothing', (what, locale) => {
  const path = `/${what}/${locale}/document`
  const [body, policy] = [bodyOf(path), policyOf(path)]
  expect(policy).toMatch(/^sandbox; default-src 'none'; style-src [^;]+;.* frame-ancestors 'self'$/)
  expect(policy).not.toContain('script-src')
  expect(policyOf(`${path}/dark`).startsWith('sandbox; ')).toBe(true)
  if (!what.startsWith('mail-')) for (const hash of hashesOf(body)) expect(policy).toContain(`'sha256-${hash}'`)
  expect(body).not.toMatch(/<script|<link|<img|url\(/)
})

test('the document of a brand with a logo loads this from its origin, and nothing else', () => {
  const branded = { ...sending, BRAND: { ...sending.BRAND, logo: 'https://cdn.example.com/logo.png?v=1&w=2' } }
  for (const [what, locale] of each) {
    const { body = '', headers } = answerGallery(
      new URL(`http://127.0.0.1/_local/gallery/${what}/${locale}/document`),
      branded,
    )
    expect(body.match(/<img[^>]*>/g)).toHaveLength(1)
    expect(String(headers?.['content-security-policy']).match(/img-src [^;]*/g)).toEqual([
      'img-src https://cdn.example.com',
    ])
  }
})

test('a mail has its subject, its headers, its text version and its source', () => {
  const body = bodyOf('/mail-last-reminder/en')
  const { subject, preheader, opening } = mailTexts.en(sending.BRAND.name).mails.lastReminder
  for (const text of [subject, preheader, 'Example &lt;hello@example.com&gt;', 'List-Unsubscribe-Post']) {
    expect(body).toContain(`>${text}<`)
  }
  expect(body.replaceAll('\n', ' ')).toContain(opening)
  expect(body).toContain('Content-Transfer-Encoding: base64')
  expect(bodyOf('/mail-last-reminder/en/document')).toContain(`<p>${opening}</p>`)
})

test('a page has its status and its headers', () => {
  const body = bodyOf('/register-unavailable/de')
  expect(body).toContain('<dt>Status</dt><dd>503</dd>')
  expect(body).toContain('<dt>retry-after</dt>')
  expect(body).toContain('frame-ancestors &#39;none&#39;')
})

test('the page that confirms is shown as its script leaves it', () => {
  expect(bodyOf('/confirm-pending/en/document')).toMatch(/data-text="([^"]+)">\1<\/p>/)
})

test('each link and each frame carries the token', () => {
  for (const path of ['/all/de', '/mail-reminder/de', '/none/de']) {
    const links = bodyOf(`${path}?token=a%26b`).matchAll(/(?:href|src)="([^#"][^"]*)"/g)
    const addresses = [...links].map(([, address]) => address).filter((address) => address !== 'data:,')
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses) expect(address).toMatch(/^\/(_local\/gallery\/.*)?\?token=a%26b$/)
  }
})

test.each([
  '/none',
  '/none/en',
  '/mail-reminder/fr',
  '/mail-reminder/en/other',
  '/mail-reminder/en/document/1',
  '/mail-reminder/en/document/dark/1',
  '/all/en/document',
])('%s is not in the gallery', (path) => {
  expect(get(path)).toMatchObject({ statusCode: 404, body: expect.stringContaining('/_local/gallery/all/en') })
})
