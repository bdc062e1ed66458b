import { createHash } from 'node:crypto'
import { brand, hostileBrands } from '@confirmation-reminder/contracts/test/brand'
import { html } from '@confirmation-reminder/handler/html'
import { page } from './html-page.ts'

const site = { BRAND: brand }
const plain = { status: 200, locale: 'de', site, title: 'Über <uns>', body: html`<p>Text</p>` } as const
const between = (text: string, tag: string) => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1] ?? 'missing'
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

test('a page allows its own style and nothing else', () => {
  const { headers, body = '' } = page(plain)
  expect(headers?.['content-security-policy']).toBe(
    `default-src 'none'; style-src ${hashOf(between(body, 'style'))}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  )
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
})

test('a script is allowed only if the page has one, and only that one', () => {
  const { headers, body = '' } = page({ ...plain, script: 'document.title = "<&>"' })
  expect(between(body, 'script')).toBe('document.title = "<&>"')
  expect(headers?.['content-security-policy']).toContain(`script-src ${hashOf('document.title = "<&>"')};`)
})

test('a page names its language and its title, and loads nothing', () => {
  const { body = '' } = page(plain)
  expect(body).toContain('<html lang="de">')
  expect(between(body, 'title')).toBe('Über &lt;uns&gt; – Example')
  expect(between(body, 'h1')).toBe('Über &lt;uns&gt;')
  expect(body.replaceAll(/<a href="https:[^"]*"/g, '')).not.toMatch(/https?:|src=|@import|url\(/)
})

test('a page says whose it is, and who they are', () => {
  const { body = '' } = page(plain)
  expect(between(body, 'header')).toBe('Example')
  expect(between(body, 'footer')).toBe(
    '<p>Example Ltd, 1 Example Street, Dublin, Ireland</p><a href="https://www.example.com/privacy">Datenschutz</a> ' +
      '<a href="https://www.example.com/support">Hilfe und Kontakt</a> ',
  )
  const { privacyUrl, supportUrl, ...bare } = brand
  expect(between(page({ ...plain, site: { BRAND: bare } }).body ?? '', 'footer')).toBe(`<p>${brand.postalAddress}</p>`)
})

test('a logo is allowed by its origin, and nothing else from there', () => {
  const logo = 'https://cdn.example.com:8443/logo.png?v=1&w=2'
  const { headers, body = '' } = page({ ...plain, site: { BRAND: { ...brand, logo } } })
  expect(headers?.['content-security-policy']).toContain("; img-src https://cdn.example.com:8443; form-action 'self'")
  expect(between(body, 'header')).toBe(
    '<img src="https://cdn.example.com:8443/logo.png?v=1&amp;w=2" alt="Example" height="40">',
  )
})

test('the accent is the only difference between the styles of two brands', () => {
  const styleOf = (accent: string) =>
    between(page({ ...plain, site: { BRAND: { ...brand, accent } } }).body ?? '', 'style')
  expect(styleOf('#7a3e00')).toContain('--accent: #7a3e00;')
  expect(styleOf('#7a3e00').replaceAll('#7a3e00', '#1f5fbf')).toBe(styleOf('#1f5fbf'))
})

test.each(hostileBrands)('the brand $name adds no markup to a page', (hostile) => {
  const tagsOf = (some: typeof brand) =>
    [...(page({ ...plain, site: { BRAND: some } }).body ?? '').matchAll(/<(\/?[\w!]+)/g)].map(([, tag]) => tag)
  const tame = { ...brand, ...(hostile.logo && { logo: 'https://example.com/logo.png' }) }
  expect(tagsOf(hostile)).toEqual(tagsOf(tame))
  const { headers } = page({ ...plain, site: { BRAND: hostile } })
  expect(String(headers?.['content-security-policy']).split(';')).toHaveLength(hostile.logo ? 6 : 5)
})
