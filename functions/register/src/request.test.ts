import { form, json, type Request } from '@confirmation-reminder/handler/request'
import { readRegistration } from './request.ts'

const request = (mediaType: string, body: string): Request => ({
  method: 'POST',
  query: '',
  mediaType,
  body: Buffer.from(body),
  locale: 'de',
  sourceIp: '192.0.2.1',
})
const read = (fields: object) => readRegistration(request(json, JSON.stringify(fields)))
const readForm = (fields: Record<string, string>) =>
  readRegistration(request(form, new URLSearchParams(fields).toString()))

const email = 'ada@example.com'
const registration = { email, guessedLocale: 'de', from: '192.0.2.1' }

test.each([
  ['an address', read({ email }), registration],
  ['an address and a language', read({ email, locale: 'en' }), { ...registration, locale: 'en' }],
  ['an address in a form', readForm({ email }), registration],
  ['a form in which no language is chosen', readForm({ email, locale: '' }), registration],
  ['a form with a language', readForm({ email, locale: 'en' }), { ...registration, locale: 'en' }],
])('%s is a registration', (_, actual, expected) => {
  expect(actual).toEqual({ registration: expected })
})

const noAddress = { field: 'email', detail: 'The mail address is missing.' }
const noLocale = { field: 'locale', detail: 'Choose one of en, de, or leave it out.' }
const unknown = (field: string) => ({
  field,
  detail: 'There is no such field. A registration has email and locale.',
})

test.each([
  ['no address', read({}), [noAddress], { email: '', addressFault: 'empty' }],
  ['an address that is no text', read({ email: 7 }), [noAddress], { email: '', addressFault: 'empty' }],
  [
    'no address, in a language',
    read({ locale: 'en' }),
    [noAddress],
    { email: '', addressFault: 'empty', locale: 'en' },
  ],
  ['an unknown language', read({ email, locale: 'xx' }), [noLocale], { email }],
  ['an unknown language in a form', readForm({ email, locale: 'xx' }), [noLocale], { email }],
  ['no language in JSON', read({ email, locale: '' }), [noLocale], { email }],
  ['unknown fields', read({ email, a: 1, b: 2 }), [unknown('a'), unknown('b')], { email }],
])('%s is refused, and the refusal has what is needed to ask again', (_, actual, errors, more) => {
  const detail = errors.map(({ field, detail }) => `${field}: ${detail}`).join(' ')
  expect(actual).toEqual({ refusal: { status: 400, detail, errors, ...more } })
})

test('another media type is refused', () => {
  expect(readRegistration(request('text/plain', '{}'))).toEqual({
    refusal: { status: 415, detail: expect.stringContaining(`${json} or ${form}`) },
  })
})
