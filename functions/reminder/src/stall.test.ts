import { attemptSeconds, leaseSeconds } from '@confirmation-reminder/contracts/sending'
import { isBeingReminded } from '@confirmation-reminder/customers/claim-reminder'
import { confirm } from '@confirmation-reminder/customers/confirm'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import { registerSomebody } from '@confirmation-reminder/customers/test/register-somebody'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { remind } from './remind.ts'

/*
 * A function that stands still, as Lambda may freeze it: before its last check of the lease, and after it.
 */

let table: Awaited<ReturnType<typeof startTable>>
let customers: Customers
beforeAll(async () => {
  table = await startTable()
  customers = openCustomers(tableName)
})
afterAll(() => table.stop())
afterEach(() => jest.restoreAllMocks())

/** The time jumps for all who read it. */
function stall(seconds: number): void {
  const now = Date.now() + seconds * 1000
  jest.spyOn(Date, 'now').mockReturnValue(now)
}

/** Somebody whose run wakes; `order` is what the customer experiences. */
async function someoneToRemind() {
  const { customerId, traceId, tokenHash } = await registerSomebody(customers)
  const order: string[] = []
  /** Answers the page, if it would answer at this moment. */
  const confirmNow = async () => {
    const { customer } = await customers.change(customerId, (stored) => confirm(stored, { tokenHash, now: Date.now() }))
    if (customer && !isBeingReminded(customer, Date.now())) order.push('confirmed')
  }
  const timetable = { quietHours: undefined, spreadSeconds: 0 }
  const run = (around: { customers?: Customers; send: () => Promise<void> }) =>
    remind(
      {
        customers: around.customers ?? customers,
        noEvents: async () => false,
        timetable,
        mailer: {
          send: async () => {
            await around.send()
            order.push('reminded')
          },
        },
      },
      { customerId, traceId, step: 1, words: 'reminder' },
      () => {},
    )
  return { run, confirmNow, order }
}

test('a function that stalls before it checks its lease sends nothing', async () => {
  const { run, order } = await someoneToRemind()
  const stalling: Customers = {
    ...customers,
    async change(...args) {
      const decision = await customers.change(...args)
      stall(leaseSeconds + 1)
      return decision
    },
  }
  await expect(run({ customers: stalling, send: async () => {} })).rejects.toMatchObject({ name: 'EvidencePending' })
  expect(order).toEqual([])
})

test('one that stalls after that delays the confirmation for 11 s; after a longer stall its reminder can follow', async () => {
  const { run, confirmNow, order } = await someoneToRemind()
  const send = async () => {
    stall(attemptSeconds - 1)
    await confirmNow()
    expect(order).toEqual([])
    stall(1)
    await confirmNow()
  }
  expect(await run({ send })).toEqual({ outcome: 'sent', mail: expect.objectContaining({ step: 1 }) })
  expect(order).toEqual(['confirmed', 'reminded'])
})
