import { brand } from '@confirmation-reminder/contracts/test/brand'
import type { LambdaFunction } from '../core/stack-model.ts'
import { sendingOf } from './sending.ts'

const functionWith = (environment: Record<string, string>) => ({ environment }) as LambdaFunction
const variables = {
  PUBLIC_URL: 'https://api.example.org',
  MAIL_SENDER: 'a@example.org',
  MAIL_REPLY_TO: 'b@example.org',
  MAIL_CONFIGURATION_SET: 'c',
}

test('the functions that send say how', () => {
  const functions = [
    functionWith({ PUBLIC_URL: 'https://other.example' }),
    functionWith({ ...variables, BRAND: JSON.stringify(brand), CUSTOMERS_TABLE: 't', PAGES: '{}' }),
  ]
  expect(sendingOf({ functions })).toEqual({ ...variables, BRAND: brand })
})

test('a stack that sends no mail gets an example', () => {
  expect(sendingOf({ functions: [functionWith({})] }).PUBLIC_URL).toBe('https://example.com')
})
