import { randomUUID } from 'node:crypto'
import type { BatchResponse, Notification } from '@confirmation-reminder/contracts/notification'
import { claimReminder } from '@confirmation-reminder/customers/claim-reminder'
import type { RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import { register } from '@confirmation-reminder/customers/register'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { reminderEvent } from '@confirmation-reminder/customers/test/reminder-event'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { withdraw } from '@confirmation-reminder/customers/withdraw'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import fc from 'fast-check'
import { mailEvent, notification, queued } from './test/mail-event.ts'

let table: Awaited<ReturnType<typeof startTable>>
let customers: Customers
let deliver: (...messages: (object | string)[]) => Promise<unknown>
let call: (event: Notification) => Promise<BatchResponse>
let log: Log

beforeAll(async () => {
  table = await startTable()
  customers = openCustomers(tableName)
  const loaded = await loadHandler({ CUSTOMERS_TABLE: tableName }, () => import('./handler.ts'))
  log = loaded.log
  call = loaded.call
  deliver = (...messages) => call(queued(...messages))
})
afterAll(async () => {
  jest.restoreAllMocks()
  await table.stop()
})
beforeEach(() => {
  log.clear()
})

const acceptedAt = Date.parse(mailEvent('Send').mail.timestamp)
/** Somebody whose confirmation mail (claim `first`) and reminder (claim `reminder`) are claimed. */
async function somebody() {
  const customerId = randomUUID()
  const { customer } = register(undefined, registrationEvent({ customerId }))
  // One write, not two with a read each: a property stores many of them.
  await customers.change(customerId, () => claimReminder(customer, reminderEvent()), { guess: 'absent' })
  return customerId
}
const find = async (customerId: string) => (await customers.find(customerId)) as RegisteredCustomer
const outcomes = () =>
  log
    .lines()
    .filter(({ message }) => message === 'ends')
    .map(({ outcome }) => outcome)

const counted = () => log.lines().filter(({ _aws }) => _aws)

test.each(['Send', 'Delivery', 'DeliveryDelay', 'Bounce', 'Complaint'])(
  '%s proves that SES accepted the mail: its claim is settled, and no other',
  async (eventType) => {
    const customerId = await somebody()
    await deliver(mailEvent(eventType, { customer: customerId, claim: 'reminder' }))
    const [first, reminder] = (await find(customerId)).mails
    expect(reminder).toMatchObject({ id: 'reminder', sentAt: acceptedAt })
    expect(first).not.toHaveProperty('sentAt')
  },
)

test('the log says which customers of a batch cannot be reached, also if their rows are gone', async () => {
  const [other, bounced] = [await somebody(), await somebody()]
  const gone = '00000000-0000-8000-8000-000000000000'
  const bounce = (customer: string) => ({
    ...mailEvent('Bounce', { customer, claim: 'first' }),
    bounce: { bounceType: 'Permanent' },
  })
  await deliver(mailEvent('Delivery', { customer: other, claim: 'first' }), bounce(bounced), bounce(gone))
  const { undeliverable } = log.lines().at(-1) ?? {}
  expect(String(undeliverable).split(' ').sort()).toEqual([gone, bounced].sort())
  await deliver(mailEvent('Delivery', { customer: other, claim: 'first' }))
  expect(log.lines().at(-1)).not.toHaveProperty('undeliverable')
})

test('a second bounce changes nothing, and the log says so', async () => {
  const customerId = await somebody()
  const bounce = {
    ...mailEvent('Bounce', { customer: customerId, claim: 'first' }),
    bounce: { bounceType: 'Permanent' },
  }
  await deliver(bounce)
  await deliver(bounce)
  expect(outcomes()).toEqual(['undeliverable', 'unchanged'])
})

test.each(['Reject', 'Rendering Failure'])(
  '%s proves that the mail was not delivered, and is counted, once',
  async (eventType) => {
    const customerId = await somebody()
    const event = mailEvent(eventType, { customer: customerId, claim: 'first' })
    await deliver(mailEvent('Send', { customer: customerId, claim: 'first' }))
    log.clear()
    expect(await deliver(event)).toEqual({ batchItemFailures: [] })
    expect(outcomes()).toEqual(['rejected'])
    expect(counted()).toMatchObject([{ MailsRejected: 1 }])
    const [first] = (await find(customerId)).mails
    expect(first).toHaveProperty('rejectedAt')
    expect(first).not.toHaveProperty('sentAt')
    await deliver(event)
    await deliver(mailEvent('Send', { customer: customerId, claim: 'first' }))
    expect((await find(customerId)).mails[0]).toEqual(first)
    expect(counted()).toHaveLength(1)
  },
)

describe('an address that takes no mail', () => {
  test.each([
    ['a permanent bounce', 'Bounce', { bounce: { bounceType: 'Permanent', bounceSubType: 'General' } }, 'bounce'],
    ['a complaint', 'Complaint', { complaint: { complaintFeedbackType: 'abuse' } }, 'complaint'],
    ['a complaint without a reason', 'Complaint', { complaint: {} }, 'complaint'],
  ])('is marked by %s', async (_, eventType, details, reason) => {
    const customerId = await somebody()
    await deliver({ ...mailEvent(eventType, { customer: customerId, claim: 'first' }), ...details })
    expect(await find(customerId)).toMatchObject({ undeliverable: { reason } })
    expect(outcomes()).toEqual(['undeliverable'])
  })

  test.each([
    ['a transient bounce', 'Bounce', { bounce: { bounceType: 'Transient', bounceSubType: 'MailboxFull' } }],
    ['a bounce of an unknown kind', 'Bounce', { bounce: { bounceType: 'Undetermined' } }],
    ['the opposite of a complaint', 'Complaint', { complaint: { complaintFeedbackType: 'not-spam' } }],
  ])('is not marked by %s', async (_, eventType, details) => {
    const customerId = await somebody()
    await deliver({ ...mailEvent(eventType, { customer: customerId, claim: 'first' }), ...details })
    expect(await find(customerId)).not.toHaveProperty('undeliverable')
  })

  test('is marked by any of its mails, even one that is not stored', async () => {
    const customerId = await somebody()
    const details = { bounce: { bounceType: 'Permanent' } }
    await deliver({ ...mailEvent('Bounce', { customer: customerId, claim: 'long-gone' }), ...details })
    expect(await find(customerId)).toHaveProperty('undeliverable')
  })
})

describe('events that come twice, late, or about others', () => {
  test('change nothing a second time', async () => {
    const customerId = await somebody()
    const event = mailEvent('Send', { customer: customerId, claim: 'reminder' })
    await deliver(event)
    const settled = await find(customerId)
    await deliver(event)
    await deliver(mailEvent('Delivery', { customer: customerId, claim: 'reminder' }))
    expect(await find(customerId)).toEqual(settled)
    expect(outcomes()).toEqual(['settled', 'unchanged', 'unchanged'])
  })

  test('restore no customer', async () => {
    const customerId = await somebody()
    await customers.change(customerId, (stored) =>
      withdraw(stored, { tokenHash: 'first', holdDays: 30, now: registrationEvent().now }),
    )
    const tombstone = await customers.find(customerId)
    const unknownId = '00000000-0000-4000-9000-000000000000'
    for (const customer of [customerId, unknownId]) {
      for (const eventType of ['Send', 'Reject', 'Bounce']) {
        const details = { bounce: { bounceType: 'Permanent' } }
        await deliver({ ...mailEvent(eventType, { customer, claim: 'first' }), ...details })
      }
    }
    expect(await customers.find(customerId)).toEqual(tombstone)
    expect(await customers.find(unknownId)).toBeUndefined()
  })

  test.each([
    [
      'the sentence with which SES tests the topic',
      'Successfully validated SNS topic for Amazon SES event publishing.',
    ],
    ['a mail without tags', { eventType: 'Send', mail: { timestamp: '2026-11-23T12:00:00.000Z' } }],
    [
      'a mail whose tags are null',
      { eventType: 'Bounce', mail: { timestamp: '2026-11-23T12:00:00.000Z', tags: null } },
    ],
    [
      'a complaint in a notification of an identity',
      { notificationType: 'Complaint', mail: { timestamp: '2026-11-23T12:00:00Z' } },
    ],
    ['a mail of other software with the same tags', mailEvent('Send', { customer: 'ada@example.com', claim: 'x' })],
    ['a future kind of event', mailEvent('Teleport', { claim: 'first' })],
  ])('%s is not ours', async (_, message) => {
    await expect(deliver(message)).resolves.toEqual({ batchItemFailures: [] })
    expect(log.text).not.toContain('@')
  })

  test('in one notification are all processed', async () => {
    const customerId = await somebody()
    const [first, reminder] = ['first', 'reminder'].map((claim) => mailEvent('Send', { customer: customerId, claim }))
    await deliver(first ?? '', reminder ?? '')
    expect((await find(customerId)).mails).toMatchObject([{ sentAt: acceptedAt }, { sentAt: acceptedAt }])
  })
})

test.each(Object.getOwnPropertyNames(Object.prototype))(
  '%s is not a kind of event, and changes nothing',
  async (name) => {
    const customerId = await somebody()
    const before = await find(customerId)
    await deliver(mailEvent(name, { customer: customerId, claim: 'first' }))
    expect(await find(customerId)).toEqual(before)
    expect(outcomes()).toEqual(['unknown'])
  },
)

test('an address that the receiving server refused for good is marked, though SES calls the bounce transient', async () => {
  const customerId = await somebody()
  const bounce = {
    bounceType: 'Transient',
    bouncedRecipients: [
      { emailAddress: 'ada@example.com', status: '5.1.1', diagnosticCode: 'smtp; 550 <ada@example.com>' },
    ],
  }
  await deliver({ ...mailEvent('Bounce', { customer: customerId, claim: 'first' }), bounce })
  expect(await find(customerId)).toMatchObject({ undeliverable: { reason: 'bounce' } })
  expect(log.text).not.toContain('@')
})

test('an event in the envelope of SNS is recorded, and a confirmation of a subscription is none', async () => {
  const customerId = await somebody()
  const Message = JSON.stringify(mailEvent('Send', { customer: customerId, claim: 'first' }))
  await deliver({ Type: 'Notification', MessageId: 'm', TopicArn: 'arn', Message })
  expect((await find(customerId)).mails[0]).toHaveProperty('sentAt', acceptedAt)
  await deliver({ Type: 'SubscriptionConfirmation', Token: 't', Message })
  expect(outcomes()).toEqual(['settled', 'unknown'])
})

test('a complaint in a notification of an identity is stored', async () => {
  const customerId = await somebody()
  const { eventType: notificationType, ...rest } = mailEvent('Complaint', { customer: customerId, claim: 'first' })
  await deliver({ ...rest, notificationType, complaint: { complaintSubType: null, complaintFeedbackType: 'abuse' } })
  expect(await find(customerId)).toMatchObject({ undeliverable: { reason: 'complaint' } })
})

describe('of several messages', () => {
  const failing = { eventType: 'Send' }

  test('the valid ones take effect, and only the others are to be delivered again', async () => {
    const customerId = await somebody()
    const good = ['first', 'reminder'].map((claim) => mailEvent('Send', { customer: customerId, claim }))
    const response = await deliver(failing, good[0] ?? '', mailEvent('Teleport'), failing, good[1] ?? '')
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message 0' }, { itemIdentifier: 'message 3' }],
    })
    expect(log.lines().at(-1)).toMatchObject({
      customerId,
      outcome: expect.stringMatching(/^(unknown settled|settled unknown)$/),
    })
    expect((await find(customerId)).mails).toMatchObject([{ sentAt: acceptedAt }, { sentAt: acceptedAt }])
    expect(counted()).toMatchObject([{ EventsFailed: 2 }])
    expect(log.lines().at(-1)).toMatchObject({ errors: expect.stringContaining('ContractViolation') })
  })

  test('that all fail the whole invocation fails, so that it counts as an error of the version', async () => {
    await expect(deliver(failing, failing)).rejects.toMatchObject({ name: 'ContractViolation' })
    // Not counted a second time: one problem is one post.
    expect(counted()).toEqual([])
  })

  test('each error is in the log, not only the first', async () => {
    const customerId = await somebody()
    await customers.change(customerId, (stored) => ({
      outcome: 'changed',
      customer: { ...stored, mails: undefined } as never,
    }))
    await expect(deliver(failing, mailEvent('Send', { customer: customerId }))).rejects.toThrow()
    const { level, errors } = log.lines().at(-1) as { level: string; errors: string }
    expect([level, errors]).toEqual([
      'error',
      expect.stringMatching(/ContractViolation.*TypeError|TypeError.*ContractViolation/),
    ])
    expect(errors).toMatch(/ (ContractViolation|TypeError): /)
    expect(log.text).not.toContain('@')
    expect(log.lines().at(-1)).not.toHaveProperty('outcome')
  })

  test('the log names each of their customers, and none if no message is about one', async () => {
    const customerIds = [await somebody(), await somebody()]
    await deliver(...customerIds.map((customer) => mailEvent('Send', { customer, claim: 'first' })))
    expect(String(log.lines().at(-1)?.customerId).split(' ').sort()).toEqual(customerIds.sort())
    await deliver(mailEvent('Teleport'))
    expect(log.lines().at(-1)).not.toHaveProperty('customerId')
  })

  test('a rejection is recorded and counted beside one that fails', async () => {
    const customerId = await somebody()
    const rejection = mailEvent('Reject', { customer: customerId, claim: 'first' })
    const { Records } = queued(rejection, failing)
    expect(await call({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'message 1' }] })
    expect((await find(customerId)).mails[0]).toHaveProperty('rejectedAt')
    expect(counted()).toMatchObject([{ MailsRejected: 1, EventsFailed: 1 }])
  })

  test('without an id, as SNS itself passes them, one that fails makes the invocation fail; the others take effect', async () => {
    const customerId = await somebody()
    const good = ['first', 'reminder'].map((claim) => mailEvent('Send', { customer: customerId, claim }))
    const { Records } = notification(failing, good[0] ?? '', mailEvent('Teleport'), good[1] ?? '')
    const broken = { Records: [{ EventSource: 'aws:sns' }, ...Records] } as Notification
    await expect(call(broken)).rejects.toMatchObject({ name: 'ContractViolation' })
    expect((await find(customerId)).mails).toMatchObject([{ sentAt: acceptedAt }, { sentAt: acceptedAt }])
    expect(await call({ Records: Records.slice(1) })).toEqual({ batchItemFailures: [] })
  })
})

test('events in any order, late and doubled, leave the customer with the same fate', async () => {
  const bounce = { bounceType: 'Transient', bouncedRecipients: [{ status: '5.1.1' }] }
  const kinds = ['Send', 'Delivery', 'Bounce', 'Open', 'constructor', 'Complaint']
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...kinds, ...kinds], { minLength: 1 }), async (order) => {
      const customerId = await somebody()
      for (const kind of order) await deliver({ ...mailEvent(kind, { customer: customerId, claim: 'first' }), bounce })
      const { mails, undeliverable } = await find(customerId)
      const known = order.filter((kind) => !['Open', 'constructor'].includes(kind))
      const reason = known.find((kind) => kind === 'Bounce' || kind === 'Complaint')?.toLowerCase()
      expect(mails[0]?.sentAt).toBe(known.length > 0 ? acceptedAt : undefined)
      expect(undeliverable?.reason).toBe(reason)
    }),
    { numRuns: 25 },
  )
  // Hundreds of calls, which a busy machine takes long for.
}, 120_000)

test.each([
  ['an event without its mail', { eventType: 'Send', destination: 'ada@example.com' }, 'mail'],
  ['an event without its time', { eventType: 'Send', mail: { timestamp: 'ada@example.com' } }, 'mail.timestamp'],
  ['a list', [], 'eventType, mail'],
  ['a number', '7', 'the event itself'],
])('%s fails by name, so that no evidence is lost, and is not quoted', async (_, message, field) => {
  const error: Error = await deliver(message).then(
    () => new Error('nothing was thrown'),
    (thrown) => thrown,
  )
  expect(error.name).toBe('ContractViolation')
  expect(error.message).toContain(field)
  expect(error.message + log).not.toContain('ada')
})

test('the log names the customer and the outcome, and no address', async () => {
  const customerId = await somebody()
  await deliver(mailEvent('Send', { customer: customerId, claim: 'first' }))
  const lines = log.lines()
  expect(lines).toHaveLength(2)
  expect(lines[1]).toMatchObject({ function: 'feedback', customerId, outcome: 'settled' })
  expect(log.text).not.toContain('@')
})

test('a missing variable stops the cold start and is named', async () => {
  delete process.env.CUSTOMERS_TABLE
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(/feedback.*CUSTOMERS_TABLE is missing/)
  })
})
