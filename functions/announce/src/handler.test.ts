import { randomUUID } from 'node:crypto'
import { CustomerEvent } from '@confirmation-reminder/contracts/customer-event'
import type { EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import type { BatchResponse } from '@confirmation-reminder/contracts/notification'
import type { Changes } from '@confirmation-reminder/contracts/stream-event'
import { claimReminder } from '@confirmation-reminder/customers/claim-reminder'
import { confirm } from '@confirmation-reminder/customers/confirm'
import type { Customer } from '@confirmation-reminder/customers/customer'
import { register } from '@confirmation-reminder/customers/register'
import { itemOf } from '@confirmation-reminder/customers/row'
import { markUndeliverable, settle } from '@confirmation-reminder/customers/settle'
import { stageKeyId } from '@confirmation-reminder/customers/stage-key'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { reminderEvent } from '@confirmation-reminder/customers/test/reminder-event'
import { withdraw } from '@confirmation-reminder/customers/withdraw'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import { parse } from 'valibot'
import { announcementsOf } from './event.ts'
import { startEventBus } from './test/event-bus.ts'

let bus: Awaited<ReturnType<typeof startEventBus>>
let call: (event: Changes) => Promise<BatchResponse>
let log: Log

beforeAll(async () => {
  bus = await startEventBus()
  const environment: EnvironmentVariables<'announce'> = { EVENT_BUS: 'events', EVENTS_WITH_ADDRESS: 'false' }
  const aws = { AWS_ENDPOINT_URL: bus.url, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  ;({ call, log } = await loadHandler({ ...environment, ...aws }, () => import('./handler.ts')))
})
afterAll(async () => {
  jest.restoreAllMocks()
  await bus.stop()
})
beforeEach(() => {
  bus.requests.length = 0
  bus.refuses = () => undefined
  bus.status = 200
  log.clear()
})

let sequence = 0
function recordOf(before: Customer | undefined, after: Customer | undefined): Changes['Records'][number] {
  const image = (customer: Customer) => itemOf({ customer, version: 1 }) as Record<string, unknown>
  return {
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    dynamodb: {
      Keys: { customerId: { S: (before ?? after)?.customerId ?? '' } },
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
      SequenceNumber: String(++sequence),
    },
  }
}
function somebody(more: object = {}): Customer {
  return register(
    undefined,
    registrationEvent({ customerId: randomUUID(), traceId: randomUUID(), attributes: { plan: 'pro' }, ...more }),
  ).customer
}
const ofPeople = (number: number) => ({
  Records: Array.from({ length: number }, () => recordOf(undefined, somebody())),
})
/** The events on the bus, as consumers get them. */
const heard = () =>
  bus.requests
    .flat()
    .map(({ Source, DetailType, Detail }) =>
      parse(CustomerEvent, { source: Source, 'detail-type': DetailType, detail: JSON.parse(Detail) }),
    )

test('each change is on the bus in the schema of its event, at the moment when it happened, and repeated with the same id', async () => {
  const pending = somebody()
  const tokenHash = pending.state === 'PENDING' ? (pending.mails[0]?.id ?? '') : ''
  const now = registrationEvent().now + 60_000
  const confirmed = confirm(pending, { tokenHash, now }).customer
  const gone = withdraw(confirmed, { tokenHash, now: now + 1, holdDays: 1 }).customer
  const changes = { Records: [recordOf(undefined, pending), recordOf(pending, confirmed), recordOf(confirmed, gone)] }
  expect(await call(changes)).toEqual({ batchItemFailures: [] })
  const { customerId, traceId } = pending
  const common = { version: 1, customerId, traceId, attributes: { plan: 'pro' }, locale: 'en' }
  const at = (ms: number) => new Date(ms).toISOString()
  expect(heard()).toEqual(
    [
      ['Customer Registered', registrationEvent().now],
      ['Customer Confirmed', now],
      ['Customer Withdrawn', now + 1],
    ].map(([type, ms]) => ({
      source: 'confirmation-reminder',
      'detail-type': type,
      detail: { ...common, at: at(Number(ms)), eventId: expect.stringMatching(/^[\da-f-]{14}5/) },
    })),
  )
  expect(bus.requests.flat().map(({ EventBusName, Time }) => [EventBusName, Time])).toEqual(
    [registrationEvent().now, now, now + 1].map((ms) => ['events', ms / 1000]),
  )
  const ids = heard().map(({ detail }) => detail.eventId)
  expect(new Set(ids).size).toBe(3)
  await call(changes)
  expect(heard().map(({ detail }) => detail.eventId)).toEqual([...ids, ...ids])
})

test('neither the bus nor the log has an address, unless the stage asks for it', async () => {
  const record = recordOf(undefined, somebody({ email: 'vera@example.com' }))
  await call({ Records: [record] })
  expect(JSON.stringify(bus.requests)).not.toContain('vera')
  expect(log.text).not.toContain('vera')
  expect(announcementsOf(record, { withAddress: true })[0]?.event.detail.address).toBe('vera@example.com')
})

test('the key of the stage is in the same table, and no event', async () => {
  const record = recordOf(undefined, somebody())
  record.dynamodb.Keys.customerId.S = stageKeyId
  expect(await call({ Records: [record] })).toEqual({ batchItemFailures: [] })
  expect(bus.requests).toEqual([])
})

test('25 events come in three requests, in their order', async () => {
  const changes = ofPeople(25)
  expect(await call(changes)).toEqual({ batchItemFailures: [] })
  expect(bus.requests.map((entries) => entries.length)).toEqual([10, 10, 5])
  expect(heard().map(({ detail }) => detail.customerId)).toEqual(
    changes.Records.map(({ dynamodb }) => dynamodb.Keys.customerId.S),
  )
})

test('if the bus refuses an event, Lambda is asked for this change and those after it', async () => {
  bus.refuses = (place) => (place === 13 ? 'ThrottlingException' : undefined)
  const changes = ofPeople(25)
  const itemIdentifier = changes.Records[13]?.dynamodb.SequenceNumber
  expect(await call(changes)).toEqual({ batchItemFailures: [{ itemIdentifier }] })
  expect(log.lines().at(-1)).toMatchObject({ outcome: 'announced', errors: 'ThrottlingException: Try again.' })
  expect(bus.requests).toHaveLength(2)
})

test('if it refuses the first, the invocation fails, which alarms and ends a canary', async () => {
  bus.refuses = () => 'InternalFailure'
  await expect(call(ofPeople(2))).rejects.toThrow('The event bus refuses events: InternalFailure: Try again.')
})

test('if EventBridge is away, the invocation fails and nothing is lost', async () => {
  bus.status = 500
  await expect(call(ofPeople(1))).rejects.toThrow()
  bus.status = 200
  // The SDK tried three times.
  expect(bus.requests).toHaveLength(3)
})

/** What the invocations since the log was cleared counted, by metric. */
function counted(): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const line of log.lines()) {
    const { CloudWatchMetrics } = Object(line._aws) as { CloudWatchMetrics?: { Metrics: { Name: string }[] }[] }
    for (const { Name } of CloudWatchMetrics?.flatMap(({ Metrics }) => Metrics) ?? []) {
      sums[Name] = (sums[Name] ?? 0) + Number(line[Name])
    }
  }
  return sums
}

const day = 86_400_000
const registeredAt = registrationEvent().now
const tokenOf = (customer: Customer, mail = 0) =>
  customer.state === 'WITHDRAWN' ? '' : (customer.mails[mail]?.id ?? '')
/** The customer with a reminder that was claimed, and sent unless its record is lost. */
function remindedAt(now: number, customer: Customer, { step = 1, isRecorded = true } = {}): Customer {
  const tokenHash = `reminder ${step}`
  const claim = claimReminder(customer, reminderEvent({ traceId: customer.traceId, step, tokenHash, now }))
  if (claim.outcome !== 'claimed') throw new Error(`The reminder is not claimed: ${claim.outcome}`)
  if (!isRecorded) return claim.customer
  return settle(claim.customer, { claim: tokenHash, finding: 'accepted', at: now }).customer ?? customer
}
const confirmedAt = (now: number, customer: Customer, mail = 0) =>
  confirm(customer, { tokenHash: tokenOf(customer, mail), now }).customer

test('a customer confirms before the first reminder or after it, and each confirmation counts in both metrics', async () => {
  const [quick, slow] = [somebody(), somebody()]
  const reminded = remindedAt(registeredAt + day, slow)
  await call({
    Records: [
      recordOf(undefined, quick),
      recordOf(undefined, slow),
      recordOf(quick, confirmedAt(registeredAt + 1, quick)),
      recordOf(slow, reminded),
      recordOf(reminded, confirmedAt(registeredAt + day + 1, reminded)),
    ],
  })
  expect(counted()).toEqual({ Registered: 2, ConfirmedBeforeReminder: 1, Reminded: 1, ConfirmedAfterReminder: 1 })
  expect(log.lines()).toHaveLength(2)
  log.clear()
  await call({ Records: [recordOf(quick, confirmedAt(registeredAt + 1, quick))] })
  expect(counted()).toEqual({ ConfirmedBeforeReminder: 1, ConfirmedAfterReminder: 0 })
})

test('who answers a reminder has got it, even if nothing has recorded yet that it was sent', async () => {
  const claimed = remindedAt(registeredAt + day, somebody(), { isRecorded: false })
  await call({ Records: [recordOf(claimed, confirmedAt(registeredAt + day + 1, claimed, 1))] })
  expect(counted()).toEqual({ ConfirmedBeforeReminder: 0, ConfirmedAfterReminder: 1 })
})

test('a customer who is reminded twice counts as reminded once', async () => {
  const pending = somebody()
  const first = remindedAt(registeredAt + day, pending)
  const second = remindedAt(registeredAt + 2 * day, first, { step: 2 })
  await call({ Records: [recordOf(pending, first), recordOf(first, second)] })
  expect(heard().map((event) => event['detail-type'])).toEqual(['Customer Reminded', 'Customer Reminded'])
  expect(counted()).toEqual({ Reminded: 1 })
})

test('withdrawals, bounces and lapses count, and an erasure does not', async () => {
  const [regretful, unreachable, forgetful, erased] = [somebody(), somebody(), somebody(), somebody()]
  const gone = withdraw(regretful, { tokenHash: tokenOf(regretful), now: registeredAt + 1, holdDays: 1 }).customer
  const bounced = markUndeliverable(unreachable, { reason: 'bounce', at: registeredAt + 1 }).customer
  const lapse = {
    ...recordOf(forgetful, undefined),
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  }
  await call({
    Records: [recordOf(regretful, gone), recordOf(unreachable, bounced), lapse, recordOf(erased, undefined)],
  })
  expect(counted()).toEqual({ Withdrawn: 1, Undeliverable: 1, Lapsed: 1 })
})

test('what the bus refuses is not counted, and a batch that is tried again counts everything once', async () => {
  bus.refuses = (place) => (place === 13 ? 'ThrottlingException' : undefined)
  const { Records } = ofPeople(25)
  const { batchItemFailures } = await call({ Records })
  expect(counted()).toEqual({ Registered: 13 })
  const left = Records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === batchItemFailures[0]?.itemIdentifier)
  await call({ Records: Records.slice(left) })
  expect(counted()).toEqual({ Registered: 25 })
  log.clear()
  bus.refuses = () => 'InternalFailure'
  await call(ofPeople(2)).catch(() => undefined)
  expect(counted()).toEqual({})
})

test('a change with two events, of which the bus refuses the second, counts when it comes again', async () => {
  const forgetful = somebody()
  const again = { ...somebody({ now: registeredAt + 30 * day }), customerId: forgetful.customerId }
  const both = { Records: [recordOf(forgetful, again)] }
  bus.refuses = (place) => (place === 1 ? 'ThrottlingException' : undefined)
  expect((await call(both)).batchItemFailures).toHaveLength(1)
  expect(counted()).toEqual({})
  expect(await call(both)).toEqual({ batchItemFailures: [] })
  expect(counted()).toEqual({ Lapsed: 1, Registered: 1 })
})

test.each<[string, (record: Changes['Records'][number]) => void]>([
  [
    'an item without its consent',
    ({ dynamodb }) => Object.assign(dynamodb.NewImage ?? {}, { state: { S: 'CONFIRMED' } }),
  ],
  [
    'an item without a moment',
    ({ dynamodb }) => Object.assign(dynamodb.NewImage ?? {}, { registeredAt: { S: 'soon' } }),
  ],
  ['an item of bytes', ({ dynamodb }) => Object.assign(dynamodb.NewImage ?? {}, { mails: { B: 'AAAA' } })],
  ['a record without a key', (record) => Object.assign(record.dynamodb, { Keys: {} })],
])('%s is counted and named in the log, and holds up nobody', async (_, damage) => {
  const changes = ofPeople(3)
  const [, damaged] = changes.Records
  if (damaged) damage(damaged)
  expect(await call(changes)).toEqual({ batchItemFailures: [] })
  expect(heard()).toHaveLength(2)
  expect(log.lines().filter(({ ChangesUnreadable }) => ChangesUnreadable === 1)).toHaveLength(1)
  const { errors } = log.lines().at(-1) ?? {}
  const customerId = damaged?.dynamodb.Keys.customerId?.S
  expect(errors).toMatch(
    customerId ? `The item of the customer ${customerId} cannot be read: ` : 'A record of the stream',
  )
})
