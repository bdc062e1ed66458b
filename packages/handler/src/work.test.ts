import { growth } from '@confirmation-reminder/contracts/test/steps'
import { preferredLocale } from './preferred-locale.ts'
import { form, json, type MediaType, readFields, readRequest } from './request.ts'
import { httpEvent } from './test/http-event.ts'

const reading = (type: string, body: string, isBase64Encoded = false) => {
  const event = httpEvent('POST', '/registrations', { headers: { 'content-type': type }, body, isBase64Encoded })
  return () => readFields(readRequest(event), [json, form])
}

// So short that both sizes are below the limits and the parsing is measured.
test.each<[string, MediaType, (n: number) => string]>([
  ['a form with one long field', form, (n) => `email=${'a'.repeat(n)}`],
  ['a form of separators', form, (n) => '&'.repeat(n)],
  ['a form of many fields', form, (n) => 'a=b&'.repeat(n / 4)],
  ['a form of one field many times', form, (n) => '=&'.repeat(n / 2)],
  ['a form of percent signs', form, (n) => '%'.repeat(n)],
  ['JSON with one long field', json, (n) => `{"email":"${'a'.repeat(n)}"}`],
  ['JSON that nests', json, (n) => '['.repeat(n)],
  ['JSON of many fields', json, (n) => `{${'"a":1,'.repeat(n / 6)}"b":1}`],
])('the work to read %s is proportional to its length', (_, type, body) => {
  expect(growth((n) => reading(type, body(n)))).toBeLessThan(2.5)
  expect(growth((n) => reading(type, Buffer.from(body(n)).toString('base64'), true))).toBeLessThan(2.5)
})

test.each(['', form, json, 'text/plain', 'multipart/form-data; boundary=x'])(
  'the work for a body of type %j that is too long does not grow with its length',
  (type) => {
    const body = (n: number) => '\r\n--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"'.repeat(n)
    expect(growth((n) => reading(type, body(n)), 20_000)).toBeLessThan(1.25)
    expect(growth((n) => reading(type, body(n).replaceAll(/[^a-z]/g, ''), true), 20_000)).toBeLessThan(1.25)
  },
)

test.each<[string, (n: number) => string]>([
  ['commas', (n) => ','.repeat(n)],
  ['semicolons', (n) => ';'.repeat(n)],
  ['spaces', (n) => `a${' '.repeat(n)}b`],
  ['hyphens', (n) => `de${'-'.repeat(n)}!`],
  ['a language many times', (n) => 'de;q=0.5,'.repeat(n / 9)],
  ['equals signs', (n) => `de;q${'='.repeat(n)}`],
])('the work to read an Accept-Language of %s is proportional to its length, up to a limit', (_, header) => {
  const work = (n: number) => {
    const text = header(n)
    return () => preferredLocale(text)
  }
  expect(growth(work, 450)).toBeLessThan(2.5)
  expect(growth(work, 50_000)).toBeLessThan(1.25)
})

test.each(['cookie', 'content-type', 'accept-language', 'x-anything'])(
  'the work for a header %s does not grow with its length',
  (name) => {
    const work = (n: number) => {
      const event = httpEvent('GET', '/confirm', { headers: { [name]: '; a=b,'.repeat(n) } })
      return () => readRequest(event)
    }
    expect(growth(work, 20_000)).toBeLessThan(1.25)
  },
)

test('the work for a query does not grow with its length', () => {
  const work = (n: number) => {
    const event = httpEvent('GET', '/confirm', { query: { token: '%'.repeat(n) } })
    return () => readRequest(event)
  }
  expect(growth(work, 20_000)).toBeLessThan(1.25)
})
