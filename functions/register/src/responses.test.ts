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
const problem = { 'content-type': 'application/problem+json' }

test('the form is a page in the language of the request', () => {
  expect(asked(request(''))).toMatchObject({ statusCode: 200, headers: page })
  expect(asked(request('')).body).toMatch(/<html lang="en">.*<h1>Register<.*<p id="why">Enter your mail address\. /s)
})

test('a program gets JSON', () => {
  expect(accepted(request(json), registration, '')).toMatchObject({ statusCode: 202, body: '{"status":"pending"}' })
  const errors = [{ field: 'email', detail: 'missing' }]
  const refusal = refused(request(json), { status: 400, detail: 'email: missing', errors })
  expect(refusal).toMatchObject({ statusCode: 400, headers: problem })
  expect(JSON.parse(refusal.body ?? '')).toEqual({
    title: 'Bad Request',
    status: 400,
    detail: 'email: missing',
    errors,
  })
  const later = unavailable(request(json), registration, 'MailThrottled')
  expect(later).toMatchObject({ statusCode: 503, headers: { ...problem, 'retry-after': '2' } })
})

test('a form gets pages, in the language of the registration or else of the request', () => {
  const taken = accepted(request(form), registration, 'https://example.com/form')
  expect(taken).toMatchObject({ statusCode: 202, headers: page })
  expect(taken.body).toMatch(/<html lang="en">.*<h1>Look into your mail<.*<a href="https:\/\/example\.com\/form">/s)
  expect(taken.body).toContain('<p>We have sent you a mail with a link.')
  expect(accepted(request(form), german, '').body).toContain('<html lang="de">')

  const refusal = refused(request(form), { status: 413, detail: 'too long' })
  expect(refusal).toMatchObject({ statusCode: 413, headers: page })
  expect(refusal.body).toMatch(/<html lang="en">.*<h1>This did not work<.*do not understand/s)
  const typed = { status: 400, detail: 'missing', addressFault: 'empty', email: 'x', locale: 'de' } as const
  expect(refused(request(form), typed).body).toMatch(/<html lang="de">.*value="x"/s)
  expect(refused(request(form), { ...typed, locale: 'en' }).body).toContain('The mail address is missing.')

  const later = unavailable(request(form), german, 'MailQuotaExceeded')
  expect(later).toMatchObject({ statusCode: 503, headers: { ...page, 'retry-after': '3600' } })
  expect(later.body).toMatch(/<html lang="de">.*value="ada@example\.com"/s)
})
