import { openCustomers } from './customers.ts'
import { otherThan, putMissing, type Row, rowsIn } from './rows.ts'
import { markUndeliverable } from './settle.ts'
import { openStageKey } from './stage-key.ts'
import { confirmed, mailed, withdrawn } from './test/customers.ts'
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

const row = (customerId: string, customer: object, version = 3) =>
  ({ customer: { ...customer, customerId }, version }) as Row

test('rows are written where none is, read back member by member, and the key is no customer', async () => {
  await openStageKey(tableName, { client: table.client, make: true }).mac('customer', 'x')
  const given = [row('a', mailed), row('b', confirmed, 1), row('c', withdrawn)]
  for (const one of given) {
    expect(await otherThan(one, table.client, tableName)).toBeUndefined()
    expect(await putMissing(table.client, tableName, one)).toBeUndefined()
    // Once more, because the answer was lost or the command was started again.
    expect(await putMissing(table.client, tableName, one)).toBeUndefined()
  }
  expect(await rows()).toEqual(given)
})

test('another row of the customer is kept, and returned', async () => {
  const customers = openCustomers(tableName, table.client)
  const { customer } = await customers.change('a', (stored) => markUndeliverable(stored, { reason: 'bounce', at: 1 }))
  for (const look of [
    putMissing(table.client, tableName, row('a', mailed)),
    otherThan(row('a', mailed), table.client, tableName),
  ]) {
    expect(await look).toEqual(customer)
  }
  expect(await customers.find('a')).toEqual(customer)
})
