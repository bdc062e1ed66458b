import { createHash } from 'node:crypto'
import { framed, type Scheme, schemes } from './framed.ts'
import { samples } from './samples.ts'
import { sending } from './test/sending.ts'

const shown = samples.map(({ what, show }) => [what, show('en', sending)] as const)
const documentOf = (what: string, scheme?: Scheme) => {
  const [, found] = shown.find(([name]) => name === what) ?? []
  if (!found) throw new Error(`There is no ${what}.`)
  return framed(found, scheme)
}

test('without a scheme a mail is what is sent', () => {
  const [, mail] = shown.find(([what]) => what === 'mail-reminder') ?? []
  expect(documentOf('mail-reminder').body).toBe(mail && 'html' in mail && mail.html)
})

test.each(schemes)('in the scheme %s no document depends on the browser, and each allows its style', (scheme) => {
  for (const [what, one] of shown) {
    const { body = '', headers } = framed(one, scheme)
    expect(body).not.toMatch(/prefers-color-scheme|"color-scheme" content="light dark|[ {]color-scheme: light dark/)
    expect(body).toContain(`color-scheme: only ${scheme}`)
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(body) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers?.['content-security-policy']).toContain(
      what.startsWith('mail-') ? "'unsafe-inline'" : `'sha256-${hash}'`,
    )
  }
})

test('the rules of a page for dark apply in dark only', () => {
  expect(documentOf('confirm-pending', 'dark').body).toContain('@media (min-width: 0) { :root { --paper: #12161c')
  expect(documentOf('confirm-pending', 'light').body).toContain('@media (max-width: 0) { :root { --paper: #12161c')
})
