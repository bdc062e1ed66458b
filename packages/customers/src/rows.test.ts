import { openCustomers } from './customers.ts'
import type { Row } from './row.ts'
import { otherThan, putMissing, rowsIn } from './rows.ts'
import { markUndeliverable } from './settle.ts'
import { openStageKey } from './stage-key.ts'
import { confirmed, mailed, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { startTable, tableName } from './test/table.ts'

let table: Awaited<ReturnType<typeof startTable>>
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.stop())

async function rows(): Promise<Row[]> {
  const found: Row[] = []
  for await (const page of rowsIn(table.client, tableName)) found.push(...page)
  return found.sort((a, b) => (a.customer.customerId < b.customer.customerId ? -1 : 1))
}

const target = (now = registrationEvent().now) => ({ client: table.client, table: tableName, now })
const row = (customerId: string, customer: object, version = 3) =>
  ({ customer: { ...customer, customerId }, version }) as Row

test('rows are written where none is, read back member by member, and the key is no customer', async () => {
  await openStageKey(tableName, { client: table.client, make: true }).mac('customer', 'x')
  const given = [row('a', mailed), row('b', confirmed, 1), row('c', withdrawn)]
  for (const one of given) {
    expect(await otherThan(one, target())).toBeUndefined()
    expect(await putMissing(one, target())).toBeUndefined()
    // Once more, because the answer was lost or the command was started again.
    expect(await putMissing(one, target())).toBeUndefined()
  }
  expect(await rows()).toEqual(given)
})

test('another row of the customer is kept, and returned', async () => {
  const customers = openCustomers(tableName, table.client)
  const { customer } = await customers.change('a', (stored) => markUndeliverable(stored, { reason: 'bounce', at: 1 }))
  for (const look of [putMissing(row('a', mailed), target()), otherThan(row('a', mailed), target())]) {
    expect(await look).toEqual(customer)
  }
  expect(await customers.find('a')).toEqual(customer)
})

test('what has just been written is read', async () => {
  const send = jest.spyOn(table.client, 'send')
  await rows()
  await otherThan(row('a', mailed), target())
  const inputs = send.mock.calls.map(([{ input }]) => input)
  send.mockRestore()
  expect(inputs).toEqual(Array(2).fill(expect.objectContaining({ ConsistentRead: true })))
})

test('an error that is not about another row is thrown', async () => {
  const tooLong = row('e', { ...mailed, email: 'x'.repeat(500_000) })
  await expect(putMissing(tooLong, target())).rejects.toThrow('size')
})

test('a row that has lapsed counts as missing', async () => {
  const [pending, again] = [row('d', mailed), row('d', confirmed)]
  await putMissing(pending, target())
  const justBefore = target(pending.customer.state === 'PENDING' ? pending.customer.expiresAt * 1000 - 1 : 0)
  for (const look of [otherThan, putMissing]) expect(await look(again, justBefore)).toEqual(pending.customer)
  const lapsed = { ...justBefore, now: justBefore.now + 1 }
  for (const look of [otherThan, putMissing]) expect(await look(again, lapsed)).toBeUndefined()
  expect((await rows()).at(-1)).toEqual(again)
})
