import { form, json, readFields, readRequest } from './request.ts'
import { formEvent, httpEvent } from './test/http-event.ts'

const posted = (type: string, body: string, isBase64Encoded = false) =>
  readRequest(httpEvent('POST', '/registrations', { headers: { 'content-type': type }, body, isBase64Encoded }))
const fieldsOf = (type: string, body: string, base64 = false) => readFields(posted(type, body, base64), [json, form])

test('a form and JSON hold the same fields', () => {
  const fields = { email: 'ada@bücher.example', locale: 'de' }
  expect(fieldsOf('application/json; charset=UTF-8', JSON.stringify(fields))).toEqual({ fields })
  expect(readFields(readRequest(formEvent('/registrations', fields)), [json, form])).toEqual({ fields })
})

test('base64 is decoded', () => {
  expect(fieldsOf('application/json', Buffer.from('{"a":"ü"}').toString('base64'), true)).toEqual({
    fields: { a: 'ü' },
  })
})

test.each([
  ['malformed JSON', 'application/json', '{"email":', 400],
  ['nothing', 'application/json', '', 400],
  ['a list', 'application/json', '[]', 400],
  ['null', 'application/json', 'null', 400],
  ['a text', 'application/json', '"ada@example.com"', 400],
  ['another type', 'text/plain', '{}', 415],
  ['no type', '', '{}', 415],
  ['a type that only begins alike', 'application/json-patch', '{}', 415],
])('%s is refused', (_, type, body, status) => {
  expect(fieldsOf(type, body)).toEqual({ refusal: { status, detail: expect.any(String) } })
})

test('a type that is not accepted here is refused, and the refusal names the one that is', () => {
  expect(readFields(posted(json, '{}'), [form])).toEqual({
    refusal: { status: 415, detail: expect.stringContaining(form) },
  })
})

test('bytes that are no UTF-8 are refused', () => {
  const latin1 = Buffer.from('{"email":"jürgen@example.com"}', 'latin1').toString('base64')
  expect(fieldsOf(json, latin1, true)).toMatchObject({ refusal: { status: 400 } })
})

test('the limit of 8 KB counts decoded bytes', () => {
  const padded = (bytes: number) => `{"a":"${'ü'.repeat((bytes - 8) / 2)}"}`
  expect(Buffer.byteLength(padded(8192))).toBe(8192)
  expect(fieldsOf(json, padded(8192))).toHaveProperty('fields')
  expect(fieldsOf(json, Buffer.from(padded(8192)).toString('base64'), true)).toHaveProperty('fields')
  expect(fieldsOf(json, padded(8194))).toMatchObject({ refusal: { status: 413 } })
})

test('the query is read as the browser wrote it', () => {
  const { query, method } = readRequest(httpEvent('GET', '/confirm', { query: { token: 'a+b,c', more: '1' } }))
  expect(query.get('token')).toBe('a+b,c')
  expect(method).toBe('GET')
})
