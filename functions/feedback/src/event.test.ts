import fc from 'fast-check'
import { type Feedback, type Ignored, readRecord, recordsIn } from './event.ts'
import { mailEvent, notification, queued } from './test/mail-event.ts'

const ours = { customer: '00000000-0000-4000-8000-000000000000', claim: 'first' }
const acceptedAt = Date.parse(mailEvent('Send').mail.timestamp)
const accepted = { customerId: ours.customer, claim: ours.claim, finding: 'accepted', at: acceptedAt }

const read = (message: object | string): Feedback | Ignored => readRecord(notification(message).Records[0])
const reasonOf = (message: object) => (read(message) as Feedback).undeliverable

const { eventType: _, ...untyped } = mailEvent('Send')
const { tags: __, ...untagged } = untyped.mail
/** The notification of an identity: without tags, and with headers if the identity includes them. */
const identityNotification = (notificationType: string, headers?: unknown) => ({
  notificationType,
  mail: { ...untagged, ...(headers !== undefined && { headers }) },
})
const bounce = (bounceType: unknown, bouncedRecipients?: unknown, bounceSubType = 'General') => ({
  ...mailEvent('Bounce', ours),
  bounce: { bounceType, bounceSubType, bouncedRecipients },
})
const recipient = (status?: unknown) => ({
  emailAddress: 'ada@example.com',
  action: 'failed',
  status,
  diagnosticCode: 'smtp; 550 5.1.1 no such user',
})

describe('notificationType is eventType', () => {
  test.each(['Bounce', 'Complaint', 'Delivery'])('for %s', (notificationType) => {
    expect(read({ ...untyped, notificationType })).toEqual(read(mailEvent(notificationType, ours)))
  })

  test('and a mail in a notification of an identity is recognised by the header with its tags', () => {
    const headers = [
      { name: 'To', value: 'ada@example.com' },
      { name: 'X-SES-MESSAGE-TAGS', value: `customer=${ours.customer}, claim=${ours.claim}` },
    ]
    const complaint = { complaintSubType: null, complaintFeedbackType: 'abuse' }
    expect(read({ ...identityNotification('Complaint', headers), complaint })).toEqual({
      ...accepted,
      undeliverable: 'complaint',
    })
  })

  test.each([
    ['without headers', undefined],
    ['with headers without tags', [{ name: 'To', value: 'ada@example.com' }]],
    ['with malformed headers', [null, 7, { name: 'To' }]],
    ['with null in their place', null],
    ['with tags of others', [{ name: 'X-SES-MESSAGE-TAGS', value: 'customer=ada, claim' }]],
  ])('and one %s is untagged', (_, headers) => {
    expect(read(identityNotification('Complaint', headers))).toEqual({ outcome: 'untagged' })
  })
})

test.each([
  ['Send', 'accepted'],
  ['Delivery', 'accepted'],
  ['DeliveryDelay', 'accepted'],
  ['Bounce', 'accepted'],
  ['Complaint', 'accepted'],
  ['Reject', 'rejected'],
  ['Rendering Failure', 'rejected'],
])('the event %s proves that SES %s the mail, also if the message names another type', (kind, finding) => {
  expect(read(mailEvent(kind, ours))).toMatchObject({ ...accepted, finding })
  expect(read({ ...mailEvent(kind, ours), Type: 'Notification' })).toMatchObject({ ...accepted, finding })
})

test.each([
  ['no kind', {}],
  ['a number', { eventType: 7 }],
  ['null', null],
])('a message that names %s as its kind is an error', (_, message) => {
  expect(() => read(JSON.stringify(message))).toThrow('contract in: ')
})

describe('a bounce is hard', () => {
  test.each<[string, object]>([
    ['if SES says so', bounce('Permanent')],
    ['if SES says so, independent of the server', bounce('Permanent', [recipient('4.4.1')])],
    ['if the server refused for good', bounce('Transient', [recipient('5.1.1')])],
    [
      'also with a full mailbox, if that server calls it final',
      bounce('Transient', [recipient('5.2.2')], 'MailboxFull'),
    ],
    ['also by a status of several digits', bounce('Transient', [recipient('5.10.26')])],
    ['also if SES does not know', bounce('Undetermined', [recipient('5.0.0')])],
    ['also without a type', bounce(undefined, [recipient('5.1.1 (bad destination mailbox address)')])],
    ['also beside recipients without a status', bounce('Transient', [null, recipient(), recipient('5.1.1')])],
  ])('%s', (_, event) => {
    expect(reasonOf(event)).toBe('bounce')
  })

  test.each<[string, object]>([
    ['for a while', bounce('Transient', [recipient('4.2.2')])],
    ['for one of several', bounce('Transient', [recipient('5.1.1'), recipient('4.4.7')])],
    ['by the free text of the server alone', bounce('Transient', [recipient()])],
    ['by a malformed status', bounce('Transient', [recipient('5'), recipient('550'), recipient('15.1.1')])],
    ['by a status that is not a string', bounce('Transient', [recipient(5.1), recipient(null), recipient(['5.1.1'])])],
    ['without recipients', bounce('Transient', [])],
    ['with null for them', bounce('Undetermined', null)],
    ['without details', { ...mailEvent('Bounce', ours), bounce: null }],
    ['by another kind of event', { ...bounce('Permanent'), eventType: 'Delivery' }],
  ])('and not %s, but the mail was accepted', (_, event) => {
    expect(read(event)).toEqual(accepted)
  })

  test('however many recipients it names', () => {
    expect(reasonOf(bounce('Transient', Array(100).fill(recipient('5.1.1'))))).toBe('bounce')
  })
})

test.each([
  ['null for its details', null, 'complaint'],
  ['no type', {}, 'complaint'],
  ['null for a type', { complaintFeedbackType: null, complaintSubType: 'OnAccountSuppressionList' }, 'complaint'],
  ['a type that is not a string', { complaintFeedbackType: 7 }, 'complaint'],
  ['the contrary', { complaintFeedbackType: 'not-spam' }, undefined],
])('a complaint with %s', (_, complaint, reason) => {
  expect(reasonOf({ ...mailEvent('Complaint', ours), complaint })).toBe(reason)
})

test.each([
  ['null', null],
  ['none', undefined],
  ['no object', 'customer'],
  ['a list', []],
  ['null for a value', { customer: null, claim: ['first'] }],
  ['no value', { customer: [ours.customer], claim: [] }],
  ['two values', { customer: [ours.customer, ours.customer], claim: ['first'] }],
  ['a number for a value', { customer: [ours.customer], claim: [7] }],
  ['a text for the list', { customer: ours.customer, claim: 'first' }],
  ['an empty claim', { customer: [ours.customer], claim: [''] }],
  ['an invalid customer', { customer: ['ada@example.com'], claim: ['first'] }],
  ['one of the two', { customer: [ours.customer] }],
])('a mail whose tags are %s is not ours', (_, tags) => {
  expect(read({ ...mailEvent('Bounce'), mail: { ...untagged, tags } })).toEqual({ outcome: 'untagged' })
})

test.each<[string, object | string]>([
  ['an opened mail, which is not subscribed to', mailEvent('Open')],
  ['a click', mailEvent('Click')],
  ['a subscription that changed', { eventType: 'Subscription' }],
  ['a future kind', mailEvent('Teleport')],
  ['a kind in lower case', mailEvent('bounce')],
  ['no kind', mailEvent('')],
  ['the sentence with which SES tests a topic', 'Successfully validated SNS topic for Amazon SES event publishing.'],
  ['nothing', ''],
  ['half of an event', JSON.stringify(mailEvent('Send')).slice(0, -1)],
  ['what SES sends to an identity’s topic first', { notificationType: 'AmazonSnsSubscriptionSucceeded', message: '…' }],
  ['what SNS sends to confirm a subscription', { Type: 'SubscriptionConfirmation', Token: 't', TopicArn: 'arn' }],
])('%s is unknown, which is no error', (_, message) => {
  expect(read(message)).toEqual({ outcome: 'unknown' })
})

test('an envelope of SNS without a text is unknown, and one around an event is that event', () => {
  const envelope = (Message: unknown) => readRecord(queued({ Type: 'Notification', Message }).Records[0])
  expect(envelope(7)).toEqual({ outcome: 'unknown' })
  expect(envelope(JSON.stringify(mailEvent('Send', ours)))).toEqual(accepted)
})

const inherited = Object.getOwnPropertyNames(Object.prototype)
test.each(inherited)('%s, which every object has, is not a kind of event', (name) => {
  expect(read(mailEvent(name, ours))).toEqual({ outcome: 'unknown' })
  expect(read({ ...untyped, notificationType: name })).toEqual({ outcome: 'unknown' })
  expect(read({ Type: name })).toEqual({ outcome: 'unknown' })
  expect(read(`{"__proto__": {"eventType": "Send"}, "eventType": "${name}"}`)).toEqual({ outcome: 'unknown' })
})

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'the event itself'],
  ['null', null, 'the event itself'],
  ['no records', {}, 'Records'],
  ['malformed records', { Records: 'ada@example.com' }, 'Records'],
])('%s is not a notification', (_, event, field) => {
  expect(() => recordsIn(event)).toThrow(`contract in: ${field}.`)
})

const time = '2026-11-23T12:00:00Z'
const kinds = ['Send', 'Delivery', 'DeliveryDelay', 'Bounce', 'Complaint', 'Reject', 'Rendering Failure']
/** Any JSON, with what our events are made of in it, right and wrong. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('Permanent', 'Transient', '5.1.1', 'not-spam', ours.customer, time, null, [], {}),
  fc.constant([ours.customer]),
  fc.constantFrom(...inherited),
)
const event = fc.record(
  {
    eventType: fc.oneof(fc.constantFrom(...kinds, ...inherited), anything),
    notificationType: fc.oneof(fc.constantFrom(...kinds), anything),
    Type: anything,
    mail: fc.oneof(
      anything,
      fc.record(
        {
          timestamp: fc.oneof(fc.constant(time), anything),
          tags: fc.oneof(
            fc.constant({ customer: [ours.customer], claim: [ours.claim] }),
            fc.record({ customer: anything, claim: anything }, { requiredKeys: [] }),
            anything,
          ),
          headers: anything,
        },
        { requiredKeys: [] },
      ),
    ),
    bounce: fc.oneof(anything, fc.record({ bounceType: anything, bouncedRecipients: anything }, { requiredKeys: [] })),
    complaint: fc.oneof(anything, fc.record({ complaintFeedbackType: anything })),
  },
  { requiredKeys: [] },
)

test('of any JSON, only a known kind with our tags is read as feedback, and only what is not an SES event is an error', () => {
  fc.assert(
    fc.property(fc.oneof(event, fc.jsonValue()), (message) => {
      const { eventType, notificationType, mail } = Object(message)
      const kind = eventType ?? notificationType
      try {
        const reading = readRecord({ Sns: { Message: JSON.stringify(message) } })
        if ('outcome' in reading) return expect(['unknown', 'untagged']).toContain(reading.outcome)
        expect(kinds).toContain(kind)
        expect(reading).toMatchObject({ customerId: ours.customer, claim: expect.stringMatching(/./) })
        expect(Number.isFinite(reading.at)).toBe(true)
        if (reading.undeliverable) expect(['Bounce', 'Complaint']).toContain(kind)
      } catch (error) {
        expect(error).toMatchObject({ name: 'ContractViolation' })
        // It named no kind, or a known one and then no mail with a time.
        const isTimed = Object(mail).timestamp === time
        expect(typeof kind !== 'string' || (kinds.includes(kind) && !isTimed)).toBe(true)
      }
    }),
    { numRuns: 3000 },
  )
})
