import { personalDataIn } from './personal-data.ts'

const secret = 'a1B2-_'.padEnd(43, 'c3')
const mails = [{ text: `https://example.com/confirm?token=0c0de111-0000-5000-8000-000000000001.${secret}.1z` }]
const found = (line: string) => personalDataIn(`begins\n${line}\nends`, ['ada+1@example.com'], mails)

test.each([
  ['an address', '{"message":"no mail to ada+1@example.com"}'],
  ['an address in a query', 'GET /?email=ada+1%40example.com'],
  ['an address in capitals', 'To: ADA+1@EXAMPLE.COM'],
  ['a token', `{"token":"0c0de111-0000-5000-8000-000000000001.${secret}.1z"}`],
  ['the secret of a token', `{"token":"${secret}"}`],
])('%s is found with its line', (_, line) => {
  expect(found(line)).toEqual([expect.stringContaining(line)])
})

test.each([
  ['an address that is no customer’s', 'support@example.com'],
  ['the id of a customer', '{"customerId":"0c0de111-0000-5000-8000-000000000001"}'],
  ['a hash', 'x'.repeat(43)],
])('%s is not personal data', (_, line) => {
  expect(found(line)).toEqual([])
})
