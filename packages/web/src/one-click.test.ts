import { isOneClick } from './one-click.ts'
import { readRequest } from './request.ts'
import { httpEvent } from './test/http-event.ts'

const posted = (type: string, body: string) =>
  readRequest(httpEvent('POST', '/withdraw', { headers: { 'content-type': type }, body }))
const form = 'application/x-www-form-urlencoded'
const multipart = 'multipart/form-data; boundary=---0'
const part = (name: string, value: string) =>
  `-----0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n-----0--\r\n`

test.each([
  ['a form', form, 'List-Unsubscribe=One-Click'],
  ['a form with more', form, 'a=b&List-Unsubscribe=One-Click'],
  ['parts', multipart, part('List-Unsubscribe', 'One-Click')],
])('%s may be one click', (_, type, body) => {
  expect(isOneClick(posted(type, body))).toBe(true)
})

test.each([
  ['nothing', '', ''],
  ['a form with a token', form, 'token=x'],
  ['another value', form, 'List-Unsubscribe=Two-Clicks'],
  ['another part', multipart, part('token', 'One-Click')],
  ['a part of another value', multipart, part('List-Unsubscribe', 'No')],
  ['JSON', 'application/json', '{"List-Unsubscribe":"One-Click"}'],
])('%s is not', (_, type, body) => {
  expect(isOneClick(posted(type, body))).toBe(false)
})
