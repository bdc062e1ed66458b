import type { EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import { tableName } from '@confirmation-reminder/customers/test/table'
import { stateMachineArn } from './machine.ts'

/** The environment of the function in its tests, with a limit for the one address that they come from. */
export const environmentWith = (limit: number): EnvironmentVariables<'register'> => ({
  CUSTOMERS_TABLE: tableName,
  BRAND: JSON.stringify(brand),
  SOURCES_TABLE: 'sources',
  REGISTRATIONS_PER_SOURCE_AND_HOUR: String(limit),
  STATE_MACHINE_ARN: stateMachineArn,
  REGISTRATION_LIFETIME_SECONDS: '345600',
  ATTRIBUTES: JSON.stringify({ plan: { maxLength: 8 }, company: { maxLength: 40 } }),
  PUBLIC_URL: 'https://example.com',
  FORM_URL: '',
  PAGES: '{}',
  PROOF_OF_WORK: '0',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'help@example.com',
  MAIL_CONFIGURATION_SET: 'mails',
})
