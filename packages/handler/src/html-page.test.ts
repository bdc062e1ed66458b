import { createHash } from 'node:crypto'
import { html } from './html.ts'
import { page } from './html-page.ts'
import { methodNotAllowed, problem } from './problem.ts'
import { withoutBody } from './response.ts'

const plain = { status: 200, locale: 'de', title: 'Über <uns>', body: html`<p>Text</p>` } as const
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
  expect(between(body, 'title')).toBe('Über &lt;uns&gt;')
  expect(between(body, 'h1')).toBe('Über &lt;uns&gt;')
  expect(body).not.toMatch(/https?:|src=|@import|url\(/)
})

test('a problem has the form of RFC 9457', () => {
  const answer = problem({ status: 400, detail: 'Mend it.', errors: [{ field: 'email', detail: 'It is missing.' }] })
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' })
  expect(JSON.parse(answer.body ?? '')).toEqual({
    title: 'Bad Request',
    status: 400,
    detail: 'Mend it.',
    errors: [{ field: 'email', detail: 'It is missing.' }],
  })
})

test('405 lists the allowed methods, and HEAD gets it without a body', () => {
  const answer = withoutBody(methodNotAllowed('GET, POST'))
  expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, POST' }, body: '' })
})
