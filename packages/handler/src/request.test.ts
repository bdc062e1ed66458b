import { form, json, readFields, readRequest } from './request.ts'
import { formEvent, httpEvent } from './test/http-event.ts'

const posted = (type: string, body: string, isBase64Encoded = false) =>
  readRequest(httpEvent('POST', '/registrations', { headers: { 'content-type': type }, body, isBase64Encoded }))
const fieldsOf = (type: string, body: string, base64 = false) => readFields(posted(type, body, base64), [json, form])

test('a form and JSON give the same fields', () => {
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
  ['a type that only begins like JSON', 'application/json-patch', '{}', 415],
])('%s is refused', (_, type, body, status) => {
  expect(fieldsOf(type, body)).toEqual({ refusal: { status, detail: expect.any(String) } })
})

test('a type that is not accepted here is refused, and the refusal names the one that is', () => {
  expect(readFields(posted(json, '{}'), [form])).toEqual({
    refusal: { status: 415, detail: expect.stringContaining(form) },
  })
})

test('bytes that are not UTF-8 are refused', () => {
  const latin1 = Buffer.from('{"email":"jürgen@example.com"}', 'latin1').toString('base64')
  expect(fieldsOf(json, latin1, true)).toMatchObject({ refusal: { status: 400 } })
})

const padded = (bytes: number) => `{"a":"${'ü'.repeat((bytes - 8) / 2)}"}`
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('the limit of 8 KB counts decoded bytes', () => {
  expect(Buffer.byteLength(padded(8192))).toBe(8192)
  expect(fieldsOf(json, padded(8192))).toHaveProperty('fields')
  expect(fieldsOf(json, base64(padded(8192)), true)).toHaveProperty('fields')
  for (const bytes of [8194, 8196, 10_000]) {
    expect(fieldsOf(json, padded(bytes))).toMatchObject({ refusal: { status: 413 } })
    expect(fieldsOf(json, base64(padded(bytes)), true)).toMatchObject({ refusal: { status: 413 } })
  }
})

test('a body that is too long is refused before its type is checked and before it is decoded', () => {
  const megabyte = 'x'.repeat(1024 * 1024)
  for (const type of ['', 'multipart/form-data; boundary=x', json, form]) {
    expect(fieldsOf(type, megabyte)).toMatchObject({ refusal: { status: 413 } })
    expect(fieldsOf(type, base64(megabyte), true)).toMatchObject({ refusal: { status: 413 } })
  }
  const decode = jest.spyOn(Buffer, 'from')
  posted('multipart/form-data; boundary=x', megabyte, true)
  posted('text/plain', megabyte)
  expect(decode).not.toHaveBeenCalled()
  decode.mockRestore()
})

test('the query is as the browser wrote it, cut beyond the length of our longest link', () => {
  const { query, method } = readRequest(httpEvent('GET', '/confirm', { query: { token: 'a+b,c', more: '1' } }))
  expect(query).toBe('token=a%2Bb%2Cc&more=1')
  expect(method).toBe('GET')
  const long = readRequest(httpEvent('GET', '/confirm', { query: { token: 'x'.repeat(100_000) } }))
  expect(long.query).toHaveLength(8192)
})

test('headers of any length are read up to a limit', () => {
  const headers = {
    'content-type': `text/plain;${'x'.repeat(100_000)}`,
    'accept-language': `de,${'x'.repeat(100_000)}`,
  }
  const { mediaType, locale } = readRequest(httpEvent('POST', '/confirm', { headers }))
  expect([mediaType, locale]).toEqual(['text/plain', 'de'])
})
