import { DeleteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { loseResponse } from '@confirmation-reminder/contracts/test/lose-response'
import { claimReminder } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import type { Customer } from './customer.ts'
import { type Customers, openCustomers } from './customers.ts'
import { eraseCustomer } from './erase.ts'
import { register } from './register.ts'
import { settle } from './settle.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'
import { startTable, tableName } from './test/table.ts'
import { withdraw } from './withdraw.ts'

let table: Awaited<ReturnType<typeof startTable>>
let customers: Customers
let calls: string[]

beforeAll(async () => {
  table = await startTable()
  const client = new DynamoDBClient({})
  client.middlewareStack.add((next, { commandName }) => (args) => {
    calls.push(`${commandName}`)
    return next(args)
  })
  customers = openCustomers(tableName, client)
})
afterAll(() => table.stop())
beforeEach(() => {
  calls = []
})

let ids = 0
const someId = () => `customer-${++ids}`
const registering = (customerId: string, event = {}) => {
  const whole = registrationEvent({ customerId, ...event })
  return (stored: Customer | undefined) => register(stored, whole)
}

test('a stored customer is read back, member by member', async () => {
  const customerId = someId()
  const { now } = registrationEvent()
  await customers.change(customerId, registering(customerId, { from: '192.0.2.1' }), { guess: 'absent' })
  await customers.change(customerId, (stored) => settle(stored, { claim: 'first', finding: 'accepted', at: now }))
  const { customer } = await customers.change(customerId, (stored) => claimReminder(stored, reminderEvent()))
  expect(customer).toMatchObject({
    mails: [
      { id: 'first', sentAt: now },
      { id: 'reminder', step: 1 },
    ],
  })
  expect(await customers.find(customerId)).toEqual(customer)
  const confirmed = await customers.change(customerId, (stored) =>
    confirm(stored, { tokenHash: 'reminder', now, from: '192.0.2.2' }),
  )
  expect(await customers.find(customerId)).toEqual(confirmed.customer)
})

test('a customer who withdraws leaves only hashes and times in the table', async () => {
  const customerId = someId()
  const { now } = registrationEvent()
  await customers.change(customerId, registering(customerId, { from: '192.0.2.1' }))
  await customers.change(customerId, (stored) => withdraw(stored, { tokenHash: 'first', holdDays: 30, now }))
  const Key = { customerId: { S: customerId } }
  const { Item = {} } = await table.client.send(new GetItemCommand({ TableName: tableName, Key }))
  expect(Object.keys(Item).sort()).toEqual(
    ['customerId', 'expiresAt', 'state', 'tokenHashes', 'traceId', 'version', 'withdrawnAt'].sort(),
  )
  expect(JSON.stringify(Item)).not.toMatch(/ada|example|192/)
})

test('erasing deletes the item, and a concurrent writer finds no item', async () => {
  const customerId = someId()
  const { now } = registrationEvent()
  await customers.change(customerId, registering(customerId))
  const slow = beforeEachWrite(() => eraseCustomer(table.client, tableName, customerId))
  const { outcome } = await slow.change(customerId, (stored) => confirm(stored, { tokenHash: 'first', now }))
  expect(outcome).toBe('unknown')
  expect(await customers.find(customerId)).toBeUndefined()
  expect(await eraseCustomer(table.client, tableName, customerId)).toBe(false)
})

test('erasing says that something was deleted, though the response to the deletion was lost', async () => {
  const customerId = someId()
  await customers.change(customerId, registering(customerId))
  const client = new DynamoDBClient({})
  loseResponse(client, 'DeleteItemCommand')
  expect(await eraseCustomer(client, tableName, customerId)).toBe(true)
  expect(await customers.find(customerId)).toBeUndefined()
})

test('each write asks for the item that it loses against', async () => {
  const inputs: unknown[] = []
  const client = new DynamoDBClient({})
  client.middlewareStack.add((next, { commandName }) => (args) => {
    if (commandName === 'PutItemCommand') inputs.push(args.input)
    return next(args)
  })
  const customerId = someId()
  const { now } = registrationEvent()
  const writer = openCustomers(tableName, client)
  await writer.change(customerId, registering(customerId))
  await writer.change(customerId, (stored) => confirm(stored, { tokenHash: 'first', now }))
  const expected = expect.objectContaining({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
  expect(inputs).toEqual([expected, expected])
})

test('an empty table has no customer', async () => {
  expect(await customers.find(someId())).toBeUndefined()
})

test('a customer is read as last written', async () => {
  const inputs: unknown[] = []
  const client = new DynamoDBClient({})
  client.middlewareStack.add((next) => (args) => {
    inputs.push(args.input)
    return next(args)
  })
  await openCustomers(tableName, client).find(someId())
  await eraseCustomer(client, tableName, someId())
  const read = expect.objectContaining({ ConsistentRead: true })
  expect(inputs).toEqual([read, read, expect.anything()])
})

test('an error that is no lost race reaches the caller at once', async () => {
  const customerId = someId()
  let writes = 0
  const slow = beforeEachWrite(async () => {
    writes++
    throw new Error('throttled')
  })
  await expect(slow.change(customerId, registering(customerId))).rejects.toThrow('throttled')
  expect(writes).toBe(1)
})

test('a new customer costs one write and no read', async () => {
  const customerId = someId()
  const { outcome } = await customers.change(customerId, registering(customerId), { guess: 'absent' })
  expect(outcome).toBe('claimed')
  expect(calls).toEqual(['PutItemCommand'])
})

test('a wrong guess falls back to the stored item', async () => {
  const customerId = someId()
  const { customer } = await customers.change(customerId, registering(customerId), { guess: 'absent' })
  const second = await customers.change(
    customerId,
    registering(customerId, { tokenHash: 'second', traceId: 'other' }),
    {
      guess: 'absent',
    },
  )
  expect(second).toEqual({ outcome: 'unresolved', customer })
  // The error for the lost write has the item, so no read is needed.
  expect(calls).toEqual(['PutItemCommand', 'PutItemCommand'])
})

test('a transition that changes nothing writes nothing', async () => {
  const customerId = someId()
  const { now } = registrationEvent()
  await customers.change(customerId, (stored) => confirm(stored, { tokenHash: 'first', now }))
  expect(calls).toEqual(['GetItemCommand'])
  expect(await customers.find(customerId)).toBeUndefined()
})

test('of writers that read the same item one wins, and the others decide again', async () => {
  const customerId = someId()
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const event = { tokenHash: `token ${index}`, traceId: `trace ${index}` }
      return (await customers.change(customerId, registering(customerId, event))).outcome
    }),
  )
  expect(outcomes.sort()).toEqual(['claimed', ...Array(19).fill('unresolved')])
})

describe('a write whose response was lost', () => {
  /** Customers whose next write takes effect without a response. */
  const unlucky = () => {
    const client = new DynamoDBClient({})
    loseResponse(client, 'PutItemCommand')
    return openCustomers(tableName, client)
  }
  const { now } = registrationEvent()

  test('is the writer’s own, and its decision stands', async () => {
    const customerId = someId()
    await customers.change(customerId, registering(customerId))
    const rejection = { claim: 'first', finding: 'rejected', at: now } as const
    const { outcome } = await unlucky().change(customerId, (stored) => settle(stored, rejection))
    expect(outcome).toBe('changed')
    expect(await customers.change(customerId, (stored) => settle(stored, rejection))).toMatchObject({
      outcome: 'unchanged',
    })
  })

  test('of a new customer is the writer’s own too', async () => {
    const customerId = someId()
    const { outcome } = await unlucky().change(customerId, registering(customerId), { guess: 'absent' })
    expect(outcome).toBe('claimed')
  })

  test('postpones a reminder to its share of the spread, and does not send it at once', async () => {
    const customerId = someId()
    const { traceId } = registrationEvent()
    await customers.change(customerId, registering(customerId))
    const due = now + 86_400_000
    // A reminder that was postponed before has had its share.
    const opensAt = (postponedBefore: boolean) => (postponedBefore ? due : due + 60_000)
    const claiming = (stored: Customer | undefined) =>
      claimReminder(stored, reminderEvent({ traceId, now: due, opensAt }))
    expect(await unlucky().change(customerId, claiming)).toMatchObject({ outcome: 'postponed', until: due + 60_000 })
  })

  test('reports a rejected reminder, and does not send it again at once', async () => {
    const customerId = someId()
    const { traceId } = registrationEvent()
    await customers.change(customerId, registering(customerId))
    const claiming = (tokenHash: string) => (stored: Customer | undefined) =>
      claimReminder(stored, reminderEvent({ traceId, tokenHash }))
    await customers.change(customerId, claiming('one'))
    await customers.change(customerId, (stored) => settle(stored, { claim: 'one', finding: 'rejected', at: now }))
    expect(await unlucky().change(customerId, claiming('two'))).toMatchObject({ outcome: 'rejected' })
  })
})

/** Runs a callback before each write of a client, as another function could act at that moment. */
function beforeEachWrite(interfere: () => Promise<unknown>): Customers {
  const client = new DynamoDBClient({})
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    if (commandName === 'PutItemCommand') await interfere()
    return next(args)
  })
  return openCustomers(tableName, client)
}

test('an item that was deleted and created again in between is not overwritten, though its version is the same', async () => {
  const customerId = someId()
  const { now } = registrationEvent()
  await customers.change(customerId, registering(customerId))
  const slow = beforeEachWrite(async () => {
    await table.client.send(new DeleteItemCommand({ TableName: tableName, Key: { customerId: { S: customerId } } }))
    await customers.change(customerId, registering(customerId, { traceId: 'other', tokenHash: 'other' }))
  })
  const { outcome } = await slow.change(customerId, (stored) => confirm(stored, { tokenHash: 'first', now }))
  expect(outcome).toBe('unknown')
  expect(await customers.find(customerId)).toMatchObject({ state: 'PENDING', traceId: 'other' })
})

test('a writer that loses the race repeatedly fails with a reason', async () => {
  const customerId = someId()
  const { now } = registrationEvent()
  await customers.change(customerId, registering(customerId))
  const touch = (stored: Customer | undefined) => ({ outcome: 'touched', customer: stored && { ...stored } })
  let overtaken = 0
  const slow = beforeEachWrite(async () => {
    overtaken++
    await customers.change(customerId, touch)
  })
  const confirming = slow.change(customerId, (stored) => confirm(stored, { tokenHash: 'first', now }))
  await expect(confirming).rejects.toThrow(`${customerId} was changed by others`)
  expect(overtaken).toBe(10)
})
