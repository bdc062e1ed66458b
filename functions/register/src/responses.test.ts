import { brand } from '@confirmation-reminder/contracts/test/brand'
import { form, json, type Request } from '@confirmation-reminder/handler/request'
import { accepted, asked, refused, unavailable } from './responses.ts'

const request = (mediaType: string): Request => ({
  method: 'POST',
  query: '',
  mediaType,
  body: undefined,
  locale: 'en',
  sourceIp: '192.0.2.1',
})
const registration = { email: 'ada@example.com', guessedLocale: 'en', from: '192.0.2.1' } as const
const german = { ...registration, locale: 'de' } as const
const page = { 'content-type': 'text/html; charset=utf-8' }
const site = { BRAND: brand, FORM_URL: '' }
const problem = { 'content-type': 'application/problem+json' }

test('the form is a page in the language of the request', () => {
  expect(asked(request(''), site)).toMatchObject({ statusCode: 200, headers: page })
  expect(asked(request(''), site).body).toMatch(
    /<html lang="en">.*<h1>Register<.*<p id="why">Enter your email address to register with Example, /s,
  )
})

test('a program gets JSON', () => {
  expect(accepted(request(json), registration, site)).toMatchObject({ statusCode: 202, body: '{"status":"pending"}' })
  const errors = [{ field: 'email', detail: 'missing' }]
  const refusal = refused(request(json), { status: 400, detail: 'email: missing', errors }, site)
  expect(refusal).toMatchObject({ statusCode: 400, headers: problem })
  expect(JSON.parse(refusal.body ?? '')).toEqual({
    title: 'Bad Request',
    status: 400,
    detail: 'email: missing',
    errors,
  })
  const later = unavailable(request(json), registration, 'MailThrottled', site)
  expect(later).toMatchObject({ statusCode: 503, headers: { ...problem, 'retry-after': '2' } })
})

test('a form gets pages, in the language of the registration or else of the request', () => {
  const taken = accepted(request(form), registration, { ...site, FORM_URL: 'https://example.com/form' })
  expect(taken).toMatchObject({ statusCode: 202, headers: page })
  expect(taken.body).toMatch(/<html lang="en">.*<h1>Check your email<.*<a href="https:\/\/example\.com\/form">/s)
  expect(taken.body).toContain('<p>We’ve sent you an email with a link.')
  expect(accepted(request(form), german, site).body).toContain('<html lang="de">')

  const refusal = refused(request(form), { status: 413, detail: 'too long' }, site)
  expect(refusal).toMatchObject({ statusCode: 413, headers: page })
  expect(refusal.body).toMatch(/<html lang="en">.*<h1>That didn’t work<.*couldn’t process/s)
  const typed = { status: 400, detail: 'missing', addressFault: 'empty', email: 'x', locale: 'de' } as const
  expect(refused(request(form), typed, site).body).toMatch(/<html lang="de">.*value="x"/s)
  expect(refused(request(form), { ...typed, locale: 'en' }, site).body).toContain('The email address is missing.')

  const later = unavailable(request(form), german, 'MailQuotaExceeded', site)
  expect(later).toMatchObject({ statusCode: 503, headers: { ...page, 'retry-after': '3600' } })
  expect(later.body).toMatch(/<html lang="de">.*value="ada@example\.com"/s)
})
