import type { EnvironmentVariables, FunctionName } from '@confirmation-reminder/contracts/functions'
import { brand } from '@confirmation-reminder/contracts/test/brand'

/*
 * The environment of each function while it is measured. It is written here, and not read from a stage, so that a change of
 * settings does not look like a change of the code.
 */

const customersTable = { CUSTOMERS_TABLE: 'customers' }
const looks = { BRAND: JSON.stringify(brand) }
const pages = { ...looks, FORM_URL: '', PAGES: '{}', PROOF_OF_WORK: '0' }
const sending = {
  ...looks,
  PUBLIC_URL: 'https://example.com',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'help@example.com',
  MAIL_CONFIGURATION_SET: 'mails',
}
const queue = 'https://sqs.eu-west-1.amazonaws.com/123456789012'

export const environments: { readonly [F in FunctionName]: EnvironmentVariables<F> } = {
  register: {
    ...customersTable,
    ...sending,
    ...pages,
    SOURCES_TABLE: 'sources',
    REGISTRATIONS_PER_SOURCE_AND_HOUR: '20',
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:123456789012:stateMachine:confirmation-reminder',
    ATTRIBUTES: '{}',
    REGISTRATION_LIFETIME_SECONDS: '777600',
  },
  confirm: { ...customersTable, ...pages, CONFIRM_BY: 'sign' },
  withdraw: { ...customersTable, ...pages, WITHDRAWAL_HOLD_DAYS: '30' },
  reminder: {
    ...customersTable,
    ...sending,
    EVENTS_QUEUE_URL: `${queue}/mail-events`,
    EVENTS_UNDELIVERED_URL: `${queue}/mail-events-undelivered`,
    EVENTS_DEAD_LETTERS_URL: `${queue}/mail-events-dead-letters`,
    QUIET_HOURS: '',
    SPREAD_SECONDS: '0',
  },
  failures: {
    FAILURES_TABLE: 'failures',
    NOTIFY_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:notify',
    RUNBOOK_URL: 'https://example.com/runbook',
  },
  feedback: customersTable,
  announce: { EVENT_BUS: 'events', EVENTS_WITH_ADDRESS: 'false' },
}

/** What Lambda sets besides, with the endpoint of a stub. Nothing of this machine's environment gets in. */
export const lambdaEnvironment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_LAMBDA_FUNCTION_NAME: 'measured',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  // On Lambda's Node there is nothing to warn of.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
})
