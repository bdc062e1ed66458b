import type { InferInput } from 'valibot'
import type { FunctionName, functions } from './functions.ts'
import type { MailEvent } from './mail-event.ts'

const sent = {
  eventType: 'Send',
  mail: {
    timestamp: '2026-11-23T12:00:00.123Z',
    tags: {
      customer: ['11111111-1111-4111-8111-111111111111'],
      claim: ['abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'],
    },
  },
} satisfies MailEvent

/**
 * For every function one payload as its callers write it today, with every field. `npm run ship -- sample <function>`
 * turns it into a sample that is kept for good; docs/shipping.md says when.
 */
export const examples: { readonly [F in FunctionName]: InferInput<(typeof functions)[F]['input']> } = {
  register: { email: 'ada@example.com', locale: 'de' },
  confirm: { token: '11111111-1111-4111-8111-111111111111.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' },
  withdraw: { token: '11111111-1111-4111-8111-111111111111.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' },
  reminder: {
    customerId: '11111111-1111-4111-8111-111111111111',
    traceId: '22222222-2222-4222-8222-222222222222',
    step: 2,
    words: 'lastReminder',
  },
  failures: {
    detail: {
      executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:confirmation-reminder:example',
      name: 'example',
      status: 'FAILED',
      stopDate: 1_800_000_000_000,
      error: 'MailRefused',
      cause: '{"errorMessage":"SES refused the mail."}',
    },
  },
  feedback: { Records: [{ Sns: { Message: JSON.stringify(sent) } }] },
}
