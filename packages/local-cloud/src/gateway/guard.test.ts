import fc from 'fast-check'
import { refusalOf } from './guard.ts'

/** What a request is refused for, by its headers in turn. */
const refused = (rawHeaders: string[], { url = '/', allowed = ['devbox', '[fd00::1]'] } = {}) =>
  refusalOf({ url, rawHeaders }, allowed)
const from = (host: string, ...others: string[]) => refused(['Host', host, ...others])

test.each([
  '127.0.0.1',
  '127.0.0.1:4566',
  '127.255.0.3:80',
  'localhost',
  'LOCALHOST:4566',
  '[::1]',
  '[::1]:4566',
  'devbox:8443',
  'DevBox',
  '[fd00::1]:4566',
])('the host %s is allowed', (host) => {
  expect(from(host)).toBeUndefined()
})

test.each([
  'evil.example',
  'evil.example:4566',
  '127.0.0.1.evil.example',
  '127.0.0.1.',
  'localhost.',
  'a.localhost',
  'localhost.evil.example',
  '127.0.0.256',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '0.0.0.0',
  '128.0.0.1',
  '10.0.0.1',
  '[::]',
  '[::2]',
  '[::ffff:127.0.0.1]',
  '[::1',
  '::1',
  '127.0.0.1:',
  '127.0.0.1:port',
  '127.0.0.1:4566:80',
  '127.0.0.1@evil.example',
  'evil.example@127.0.0.1',
  'user:password@127.0.0.1',
  '127.0.0.1/evil.example',
  '127.0.0.1\\evil.example',
  '127.0.0.1, evil.example',
  '127.0.0.1 evil.example',
  'http://127.0.0.1',
  'devbox.evil.example',
  'mydevbox',
  '',
])('the host %s is rejected', (host) => {
  expect(from(host)).toMatch(/127\.0\.0\.1/)
})

test('a request must have one host', () => {
  expect(refused([])).toMatch('one Host header')
  expect(refused(['Host', '127.0.0.1', 'host', '127.0.0.1'])).toMatch('one Host header')
  expect(refused(['Host', '127.0.0.1', 'HOST', 'evil.example'])).toMatch('one Host header')
})

test.each(['http://evil.example/', 'http://127.0.0.1/', '*', 'evil.example:443', '', 'x'])(
  'the target %j is no path',
  (url) => {
    expect(refused(['Host', '127.0.0.1'], { url })).toMatch('a path')
  },
)

test.each(['http://127.0.0.1:4566', 'https://127.0.0.1:4566'])('the origin %s is its own', (origin) => {
  expect(from('127.0.0.1:4566', 'Origin', origin)).toBeUndefined()
})

test.each([
  'null',
  '',
  'http://evil.example',
  'http://127.0.0.1',
  'http://127.0.0.1:3000',
  'http://localhost:4566',
  'http://127.0.0.1:4566.evil.example',
  'http://127.0.0.1:4566/',
  'http://127.0.0.1:4566 http://evil.example',
  'http://devbox:4566',
  'file://',
  'chrome-extension://abc',
])('the origin %j is foreign', (origin) => {
  expect(from('127.0.0.1:4566', 'Origin', origin)).toMatch('another origin')
})

test('an origin that occurs twice is foreign', () => {
  const own = 'http://127.0.0.1:4566'
  expect(from('127.0.0.1:4566', 'Origin', own, 'origin', own)).toMatch('another origin')
  expect(from('127.0.0.1:4566', 'Origin', own, 'origin', 'http://evil.example')).toMatch('another origin')
})

test.each(['none', 'same-origin'])('the site %s may send', (site) => {
  expect(from('127.0.0.1', 'Sec-Fetch-Site', site)).toBeUndefined()
})

test.each(['cross-site', 'same-site', '', 'NONE', 'none, same-origin'])('the site %j may not', (site) => {
  expect(from('127.0.0.1', 'Sec-Fetch-Site', site)).toMatch('another site')
  expect(from('127.0.0.1', 'Sec-Fetch-Site', 'none', 'sec-fetch-site', site)).toMatch('another site')
})

test('every header name is handled', () => {
  expect(from('127.0.0.1', '__proto__', 'x', 'constructor', 'y', 'x-http-method-override', 'DELETE')).toBeUndefined()
  expect(from('127.0.0.1', 'x-forwarded-host', 'evil.example', 'forwarded', 'host=evil.example')).toBeUndefined()
  expect(from('evil.example', 'x-forwarded-host', '127.0.0.1')).toMatch('evil.example')
})

test('of any hosts, only loopback’s and the configured ones are allowed', () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.string()), fc.option(fc.nat(70_000)), (name, port) => {
      const loopback = name === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(name)
      if (!loopback) expect(from(port === null ? name : `${name}:${port}`)).toBeDefined()
    }),
  )
})
