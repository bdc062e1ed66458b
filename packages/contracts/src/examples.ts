import type { InferInput } from 'valibot'
import { type CustomerEvent, type CustomerEventType, customerEventSource } from './customer-event.ts'
import type { FunctionName, functions } from './functions.ts'
import { locales } from './locale.ts'
import type { MailEvent } from './mail-event.ts'
import { tagsHeader } from './mail-tags.ts'

const ids = {
  customerId: '11111111-1111-4111-8111-111111111111',
  traceId: '22222222-2222-4222-8222-222222222222',
} as const

const token = `${ids.customerId}.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG`

const mail = {
  timestamp: '2026-11-23T12:00:00.123Z',
  tags: { customer: [ids.customerId], claim: ['abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'] },
} satisfies MailEvent['mail']

/** An event of the configuration set, and a notification of an identity, which has the tags in a header. */
const mailEvents = {
  sent: { eventType: 'Send', mail },
  bounced: {
    eventType: 'Bounce',
    mail,
    bounce: { bounceType: 'Transient', bouncedRecipients: [{ status: '5.1.1' }] },
  },
  complained: { eventType: 'Complaint', mail, complaint: { complaintFeedbackType: 'abuse' } },
  notified: {
    notificationType: 'Complaint',
    mail: {
      timestamp: mail.timestamp,
      headers: [{ name: tagsHeader, value: `customer=${mail.tags.customer}, claim=${mail.tags.claim}` }],
    },
    complaint: { complaintFeedbackType: null },
  },
} as const

const notificationOf = (message: object) => ({ Records: [{ Sns: { Message: JSON.stringify(message) } }] })
const queued = (...messages: object[]) => ({
  Records: messages.map((message) => ({ messageId: ids.traceId, body: JSON.stringify(message) })),
})

const run = {
  executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:confirmation-reminder:example',
  name: 'example',
  status: 'FAILED',
  stopDate: 1_800_000_000_000,
} as const

const planned = { step: 1, words: 'reminder', postponable: true, lifetimeSeconds: 777_600 } as const

const inEveryLocale = Object.fromEntries(locales.map((locale) => [locale, { email: 'ada@example.com', locale }]))

const detail = {
  version: 1,
  eventId: '33333333-3333-5333-8333-333333333333',
  ...ids,
  at: '2026-11-23T12:00:00.123Z',
  attributes: { plan: 'pro' },
} as const
/** What an event of each kind has besides, and what else it may have. */
const eventKinds: [name: string, type: CustomerEventType, besides: object, others?: Record<string, object>][] = [
  ['registered', 'Customer Registered', {}],
  ['confirmed', 'Customer Confirmed', {}],
  ['reminded', 'Customer Reminded', { step: 1 }],
  ['withdrawn', 'Customer Withdrawn', {}, { restored: { locale: undefined } }],
  [
    'undeliverable',
    'Customer Undeliverable',
    { reason: 'bounce' },
    { complaint: { reason: 'complaint' }, unknown: { reason: 'unknown' } },
  ],
  ['lapsed', 'Registration Lapsed', {}],
]
const inEveryLocaleAnd = (others: Record<string, object>): Record<string, object> => ({
  ...Object.fromEntries(locales.map((locale) => [locale, { locale }])),
  withAddress: { address: 'ada@example.com' },
  ...others,
})

/** A change of each kind, as the table's stream has it: an expired item goes, an item comes, and one changes. */
const changes = {
  Records: [
    {
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      dynamodb: {
        Keys: { customerId: { S: ids.customerId } },
        OldImage: { customerId: { S: ids.customerId } },
        SequenceNumber: '100000000000000000001',
      },
    },
    ...(['INSERT', 'MODIFY'] as const).map((eventName) => ({
      eventName,
      dynamodb: {
        Keys: { customerId: { S: ids.customerId } },
        NewImage: { customerId: { S: ids.customerId } },
        SequenceNumber: '100000000000000000002',
      },
    })),
  ],
} satisfies InferInput<typeof functions.announce.input>

/** The events about customers that consumers get, each with a name. */
export const customerEvents: Readonly<Record<string, CustomerEvent>> = Object.fromEntries(
  eventKinds.flatMap(([name, type, besides, others = {}]) =>
    Object.entries(inEveryLocaleAnd(others)).map(([variant, more]) => [
      `${name}-${variant}`,
      JSON.parse(
        JSON.stringify({
          source: customerEventSource,
          'detail-type': type,
          detail: { ...detail, locale: locales[0], ...besides, ...more },
        }),
      ),
    ]),
  ),
)

/** What samples are kept of: what a function takes, and the events for others. */
export type Released = FunctionName | 'events'

/**
 * For every function the payloads that its callers write today, and the events that others get, each with a name: together they
 * contain every field, omit every optional field, and contain every value of a picklist. `npm run ship -- sample <function>` turns
 * them into samples that are kept permanently; docs/shipping.md says when.
 */
export const examples: {
  readonly [F in FunctionName]: Readonly<Record<string, InferInput<(typeof functions)[F]['input']>>>
} & { readonly events: Readonly<Record<string, CustomerEvent>> } = {
  register: {
    bare: { email: 'ada@example.com' },
    ...inEveryLocale,
    returning: { email: 'ada@example.com', returnTo: 'https://www.example.com/basket?step=2' },
    proven: { email: 'ada@example.com', altcha: 'eyJjaGFsbGVuZ2UiOnt9LCJzb2x1dGlvbiI6e319' },
  },
  confirm: {
    link: { token },
    button: { token, by: 'button' },
    pointer: { token, by: 'pointer' },
    touch: { token, by: 'touch' },
    key: { token, by: 'key' },
    wheel: { token, by: 'wheel' },
  },
  withdraw: { link: { token } },
  reminder: {
    bare: ids,
    only: { ...ids, step: 1, words: 'reminder', postponable: true },
    first: { ...ids, step: 1, words: 'firstReminder', postponable: true },
    second: { ...ids, step: 2, words: 'secondReminder', postponable: true },
    last: { ...ids, step: 3, words: 'lastReminder', postponable: true },
    // As the workflow writes them today; the previous ones are those of earlier definitions.
    keep: { ...ids, step: 0, lifetimeSeconds: 777_600 },
    planned: { ...ids, step: 1, words: 'firstReminder', lifetimeSeconds: 777_600 },
    spread: { ...ids, ...planned, timetable: { spreadSeconds: 3_600 } },
    quiet: { ...ids, ...planned, timetable: { quietHours: '21:00-08:00 Europe/Berlin', spreadSeconds: 0 } },
  },
  failures: {
    failed: { detail: { ...run, error: 'MailRefused', cause: '{"errorMessage":"SES refused the mail."}' } },
    timedOut: { detail: { ...run, status: 'TIMED_OUT', error: null, cause: null } },
    aborted: { detail: { ...run, status: 'ABORTED' } },
  },
  feedback: {
    queued: queued(mailEvents.sent, mailEvents.bounced, mailEvents.complained, mailEvents.notified),
    sent: notificationOf(mailEvents.sent),
    bounced: notificationOf(mailEvents.bounced),
    complained: notificationOf(mailEvents.complained),
    notified: notificationOf(mailEvents.notified),
  },
  announce: { changes },
  events: customerEvents,
}
