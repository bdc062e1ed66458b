import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { runName } from '@confirmation-reminder/contracts/payload'
import type { Customer, PendingCustomer } from '@confirmation-reminder/customers/customer'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { putMissing } from '@confirmation-reminder/customers/rows'
import { openStageKey } from '@confirmation-reminder/customers/stage-key'
import { confirmed, mailed, withdrawn } from '@confirmation-reminder/customers/test/customers'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { bringKey, underOtherKey } from './key.ts'
import { Answers } from './logs.ts'
import { type Plan, restoreAll, type Seen } from './restore.ts'
import type { Run } from './runs.ts'

const hour = 3_600_000
const registeredMs = mailed.registeredAt
const sinceMs = registeredMs + hour
const nowMs = registeredMs + 2 * hour
const from = 'restored'

let table: Awaited<ReturnType<typeof startTable>>
beforeEach(async () => {
  table = await startTable({ name: from, hashKey: customersTable.hashKey })
})
afterEach(() => table.stop())

const customerId = (n: number) => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`
const traceOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const named = (n: number, customer: Customer, more: Partial<Customer> = {}): Customer =>
  ({ ...customer, ...more, customerId: customerId(n) }) as Customer
const put = (name: string, ...customers: Customer[]) =>
  Promise.all(
    customers.map((customer) =>
      putMissing({ customer, version: 2 }, { client: table.client, table: name, now: registeredMs }),
    ),
  )
const stored = async (n: number) => await openCustomers(tableName, table.client).find(customerId(n))

/** A run that waits. */
const run = ({ customerId, traceId }: Pick<Customer, 'customerId' | 'traceId'>, startMs = registeredMs): Run => ({
  executionArn: 'any',
  ...{ customerId, traceId, startMs },
  isOpen: true,
  stopMs: undefined,
})

async function restore(runs: Run[], more: Partial<Plan> = {}): Promise<Seen[]> {
  const found: Seen[] = []
  const plan: Plan = {
    ...{ dynamodb: table.client, from, to: tableName, attemptsOf: async () => [] },
    runs: new Map(runs.map((one) => [runName(one), one])),
    runsAreKnown: true,
    ...{
      answers: new Answers(),
      underOtherKey: new Map(),
      sinceMs,
      nowMs,
      holdDays: 30,
      lifetimeSeconds: 1_800,
      dryRun: false,
    },
    signal: new AbortController().signal,
    checkHold: async () => {},
    ...more,
  }
  for await (const seen of restoreAll(plan)) found.push(seen)
  return found.sort((a, b) => (a.customerId < b.customerId ? -1 : 1))
}
const fates = (seen: Seen[]) => seen.map(({ fate }) => fate)

test('without the logs no customer who is pending gets a reminder', async () => {
  const [pending, ended] = [named(1, mailed), named(2, mailed)]
  await put(from, pending, ended, named(3, confirmed), named(4, withdrawn))
  const seen = await restore([run(pending)], { answers: undefined })
  expect(fates(seen)).toEqual(['uncertain', 'unchanged', 'unchanged', 'unchanged'])
  expect(await stored(1)).toEqual({ ...pending, withheld: { reason: 'unknown', at: sinceMs } })
  expect(await stored(2)).toEqual(ended)
})

test('a pending customer whose run is lost gets no reminder from a run that takes its place', async () => {
  await put(from, named(1, mailed), named(2, confirmed))
  expect(fates(await restore([], { runsAreKnown: false }))).toEqual(['uncertain', 'unchanged'])
  expect(await stored(1)).toMatchObject({ withheld: { reason: 'unknown', at: sinceMs } })
})

test('an answer that found no row withholds the reminder, and one to a confirmed customer is listed', async () => {
  await put(from, named(1, mailed), named(2, confirmed))
  const again = named(3, mailed, { traceId: 'another' })
  await put(tableName, again)
  const answers = new Answers()
  for (const n of [1, 2, 3]) {
    const fields = { message: 'ends', function: 'withdraw', requestId: `any-${n}`, outcome: 'unknown' }
    answers.take(JSON.stringify({ ...fields, customerId: customerId(n) }), nowMs)
  }
  const runs = [run(named(1, mailed)), run(named(3, mailed), sinceMs)]
  expect(fates(await restore(runs, { answers }))).toEqual(['uncertain', 'askedToWithdraw', 'registeredAgain'])
  expect(await stored(2)).toEqual(named(2, confirmed))
  for (const n of [1, 3]) expect(await stored(n)).toMatchObject({ withheld: { reason: 'unknown' } })
})

test('a withdrawal that came between the reading of the logs and the row withholds the reminder at the next start', async () => {
  await put(from, named(1, mailed), named(2, mailed))
  const runs = [run(named(1, mailed)), run(named(2, mailed))]
  const answers = new Answers()
  expect(fates(await restore(runs, { answers }))).toEqual(['unchanged', 'unchanged'])
  for (const [n, name] of ['withdraw', 'confirm'].entries()) {
    const fields = { message: 'ends', function: name, requestId: name, outcome: 'unknown' }
    answers.take(JSON.stringify({ ...fields, customerId: customerId(n + 1) }), nowMs)
  }
  const before = await stored(1)
  expect(fates(await restore(runs, { answers, dryRun: true }))).toEqual(['uncertain', 'kept'])
  expect(await stored(1)).toEqual(before)
  for (const _ of ['once', 'again']) {
    expect(fates(await restore(runs, { answers }))).toEqual(['uncertain', 'kept'])
    expect(await stored(1)).toEqual({ ...before, withheld: { reason: 'unknown', at: sinceMs } })
  }
})

test('the tombstone of a lost registration knows the mails that were sent', async () => {
  const lost = { customerId: customerId(1), traceId: traceOf(1) }
  const answers = new Answers()
  const mail = { id: 'hash', kind: 'confirmation', textVersion: '2026-11-23', locale: 'en', claimedAt: sinceMs }
  const take = (name: string, fields: object) =>
    answers.take(JSON.stringify({ message: 'ends', function: name, requestId: name, ...lost, ...fields }), nowMs)
  take('register', { outcome: 'claimed', mail })
  take('withdraw', { outcome: 'withdrawn' })
  expect(fates(await restore([run(lost, sinceMs)], { answers }))).toEqual(['lostWithdrawn'])
  expect(await stored(1)).toMatchObject({ state: 'WITHDRAWN', tokenHashes: ['hash'] })
})

test('a row that the table has is newer, and stays', async () => {
  const newer = named(1, confirmed)
  await put(from, named(1, mailed))
  await put(tableName, newer)
  expect(fates(await restore([]))).toEqual(['kept'])
  expect(await stored(1)).toEqual(newer)
})

test.each<[string, Customer]>([
  ['confirmed', confirmed],
  ['withdrawn', withdrawn],
])(
  'customers who had %s and registered again since the loss get no reminder, and are reported',
  async (_, customer) => {
    const again = named(1, mailed, { traceId: 'another' })
    await put(from, named(1, customer))
    await put(tableName, again)
    expect(fates(await restore([], { dryRun: true }))).toEqual(['registeredAgain'])
    expect(await stored(1)).toEqual(again)
    for (const _ of ['once', 'again']) {
      expect(fates(await restore([]))).toEqual(['registeredAgain'])
      expect(await stored(1)).toEqual({ ...again, withheld: { reason: 'unknown', at: sinceMs } })
    }
  },
)

test('customers who had confirmed since, as the logs say, and registered again get no reminder either', async () => {
  const again = named(1, mailed, { traceId: 'another' })
  await put(from, named(1, mailed))
  await put(tableName, again)
  const answers = new Answers()
  const fields = { message: 'ends', function: 'confirm', requestId: 'any', outcome: 'confirmed' }
  answers.take(JSON.stringify({ ...fields, customerId: customerId(1), traceId: mailed.traceId }), nowMs)
  expect(fates(await restore([], { answers }))).toEqual(['registeredAgain'])
  expect(await stored(1)).toMatchObject({ traceId: 'another', withheld: { reason: 'unknown' } })
})

test.each([
  ['withdrawn', 'withdraw'],
  ['confirmed', 'confirm'],
])(
  'customers who had %s, as the logs say, and whose registration is lost, get no reminder of a later one',
  async (outcome, name) => {
    const again = named(1, mailed, { traceId: 'another' })
    const lost = { customerId: customerId(1), traceId: mailed.traceId }
    await put(tableName, again)
    const answers = new Answers()
    answers.take(JSON.stringify({ message: 'ends', function: name, requestId: 'any', outcome, ...lost }), nowMs)
    expect(fates(await restore([run(lost, sinceMs)], { answers }))).toEqual(['registeredAgain'])
    expect(await stored(1)).toEqual({ ...again, withheld: { reason: 'unknown', at: sinceMs } })
  },
)

test('without the logs an earlier registration, lost or not, may have been answered', async () => {
  const again = (n: number) => named(n, mailed, { traceId: 'another' })
  await put(from, named(1, mailed))
  await put(tableName, again(1), again(2))
  const runs = [run(named(1, mailed)), run(named(2, mailed), sinceMs)]
  expect(fates(await restore(runs, { answers: undefined }))).toEqual(['registeredAgain', 'registeredAgain'])
  for (const n of [1, 2]) expect(await stored(n)).toEqual({ ...again(n), withheld: { reason: 'unknown', at: sinceMs } })
})

test('a lost registration that was not answered leaves a later one of the same address as it is', async () => {
  const again = named(1, mailed, { traceId: 'another' })
  await put(tableName, again)
  expect(fates(await restore([run(named(1, mailed), sinceMs)]))).toEqual(['replaced'])
  expect(await stored(1)).toEqual(again)
})

test('a confirmation counts for a later registration even if it is too old to be restored', async () => {
  const [monthsLater, again] = [sinceMs + 31 * 24 * hour, named(1, mailed, { traceId: 'another', expiresAt: sinceMs })]
  await put(from, named(1, mailed), named(2, mailed))
  await put(tableName, again)
  const answers = new Answers()
  for (const n of [1, 2]) {
    const fields = { message: 'ends', function: 'confirm', requestId: 'any', outcome: 'confirmed' }
    answers.take(JSON.stringify({ ...fields, customerId: customerId(n), traceId: mailed.traceId }), sinceMs)
  }
  expect(fates(await restore([], { answers, nowMs: monthsLater }))).toEqual(['registeredAgain', 'lapsedConfirmed'])
  expect(await stored(1)).toEqual({ ...again, withheld: { reason: 'unknown', at: sinceMs } })
  expect(await stored(2)).toBeUndefined()
})

test('customers who had not answered and registered again get the reminder of the new registration', async () => {
  const again = named(1, mailed, { traceId: 'another' })
  await put(from, named(1, mailed))
  await put(tableName, again)
  expect(fates(await restore([]))).toEqual(['kept'])
  expect(await stored(1)).toEqual(again)
})

test('a row that has lapsed does not keep a consent from coming back', async () => {
  await put(from, named(1, confirmed))
  await put(tableName, named(1, mailed, { traceId: 'another', expiresAt: sinceMs / 1000 }))
  expect(fates(await restore([]))).toEqual(['unchanged'])
  expect(await stored(1)).toEqual(named(1, confirmed))
})

test('a registration of which no row is left is reported, unless it began before', async () => {
  const known = named(1, mailed)
  await put(from, known)
  const found = { ...mailed, customerId: customerId(2) }
  await put(tableName, found)
  const lost = { customerId: customerId(3), traceId: mailed.traceId }
  const runs = [run(known, sinceMs), run(found, sinceMs), run(lost, sinceMs), run(named(4, mailed), sinceMs - 1)]
  expect(await restore(runs)).toEqual([
    { fate: 'unchanged', customerId: customerId(1), traceId: mailed.traceId },
    { ...lost, fate: 'lost' },
  ])
})

describe('an address that has registered under another key', () => {
  const again = named(9, mailed, { traceId: 'another' })
  const others = { underOtherKey: new Map([[customerId(1), [again as PendingCustomer]]]) }
  const isWithheld = { reason: 'unknown', at: sinceMs }

  test.each<[string, Customer]>([
    ['confirmed', confirmed],
    ['withdrawn', withdrawn],
  ])('and had %s gets no reminder, and is listed', async (_, customer) => {
    await put(from, named(1, customer))
    await put(tableName, again)
    expect(fates(await restore([], { ...others, dryRun: true }))).toEqual(['unchanged', 'registeredAgain'])
    expect(await stored(9)).toEqual(again)
    expect(await restore([], others)).toEqual([
      { fate: 'unchanged', customerId: customerId(1), traceId: customer.traceId },
      { fate: 'registeredAgain', customerId: customerId(9), traceId: 'another' },
    ])
    expect(await stored(1)).toEqual(named(1, customer))
    expect(await stored(9)).toEqual({ ...again, withheld: isWithheld })
  })

  test('and had not answered gets one reminder, of the newer registration', async () => {
    await put(from, named(1, mailed))
    await put(tableName, again)
    for (const _ of ['once', 'again']) {
      expect(fates(await restore([run(named(1, mailed))], others))).toEqual(['duplicate'])
      expect(await stored(1)).toEqual({ ...named(1, mailed), withheld: isWithheld })
      expect(await stored(9)).toEqual(again)
    }
  })

  test('and whose lost registration was withdrawn gets no reminder', async () => {
    const lost = { customerId: customerId(1), traceId: mailed.traceId }
    await put(tableName, again)
    const answers = new Answers()
    const fields = { message: 'ends', function: 'withdraw', requestId: 'any', outcome: 'withdrawn' }
    answers.take(JSON.stringify({ ...fields, ...lost }), nowMs)
    expect(fates(await restore([run(lost, sinceMs)], { ...others, answers }))).toEqual([
      'lostWithdrawn',
      'registeredAgain',
    ])
    expect(await stored(9)).toEqual({ ...again, withheld: isWithheld })
  })
})

test('the hold is checked before each page and after the last registration', async () => {
  await put(from, named(1, mailed))
  const released = (after: number) => {
    let checks = 0
    return { checkHold: async () => expect(++checks).toBeLessThanOrEqual(after) }
  }
  await expect(restore([], released(0))).rejects.toThrow()
  expect(await stored(1)).toBeUndefined()
  await expect(restore([], released(1))).rejects.toThrow()
  expect(await stored(1)).toEqual(named(1, mailed))
  expect(fates(await restore([], released(2)))).toEqual(['unchanged'])
})

test('a lost registration that would have lapsed is not reported, unless it may have been answered', async () => {
  const ended = (n: number, startMs: number): Run => ({ ...run(named(n, mailed), startMs), isOpen: false })
  // A registration lives for half an hour, and an hour has passed since the moment of the restore.
  const runs = [ended(1, sinceMs), ended(2, nowMs - 1), run(named(3, mailed), sinceMs)]
  const unanswered = await restore(runs)
  expect(unanswered.map(({ fate, customerId }) => [fate, customerId])).toEqual([
    ['lost', customerId(2)],
    ['lost', customerId(3)],
  ])
  expect(fates(await restore(runs, { answers: undefined }))).toEqual(['lost', 'lost', 'lost'])
})

test('customers whose reminders an earlier start withheld are listed again', async () => {
  await put(from, named(1, mailed), named(2, mailed))
  await put(tableName, named(2, mailed, { traceId: 'another' }))
  const runs = [run(named(1, mailed)), run(named(2, mailed))]
  for (const answers of [undefined, new Answers()]) {
    expect(fates(await restore(runs, { answers }))).toEqual(['uncertain', 'registeredAgain'])
  }
  const answers = new Answers()
  const fields = { message: 'ends', function: 'confirm', requestId: 'any', outcome: 'confirmed' }
  answers.take(JSON.stringify({ ...fields, customerId: customerId(1), traceId: mailed.traceId }), nowMs)
  expect(fates(await restore(runs, { answers }))).toEqual(['confirmed', 'registeredAgain'])
  expect(await stored(1)).toMatchObject({ withheld: { reason: 'unknown' } })
})

test('an interruption ends it between two customers', async () => {
  await put(from, ...Array.from({ length: 20 }, (_, n) => named(n, mailed)))
  const controller = new AbortController()
  controller.abort()
  expect(await restore([], { signal: controller.signal })).toEqual([])
})

describe('the key', () => {
  const bring = (more: object = {}) =>
    bringKey(table.client, { from, to: tableName, nowMs, replaceKey: false, dryRun: false, ...more })
  const mac = async (name: string) =>
    (await openStageKey(name, { client: table.client }).mac('customer', 'ada')).toString('hex')
  const secretOf = (name: string, text: string) =>
    table.client.send(
      new PutItemCommand({
        TableName: name,
        Item: { customerId: { S: 'stage-key' }, secret: { S: Buffer.alloc(32, text).toString('base64url') } },
      }),
    )
  beforeEach(() => secretOf(from, 'restored'))

  test('comes with the customers', async () => {
    await bring({ dryRun: true })
    await expect(mac(tableName)).rejects.toThrow('has no key yet')
    expect(await bring()).toBeUndefined()
    expect(await mac(tableName)).toBe(await mac(from))
    expect(await bring()).toBeUndefined()
  })

  test('replaces one under which no one has registered', async () => {
    await secretOf(tableName, 'another')
    await put(tableName, named(1, mailed, { expiresAt: 1 }))
    expect(await bring()).toBe(0)
    expect(await mac(tableName)).toBe(await mac(from))
  })

  test('replaces one with customers only on request', async () => {
    await secretOf(tableName, 'another')
    const other = await mac(tableName)
    await put(tableName, named(1, mailed))
    await expect(bring()).rejects.toThrow('1 customer whose ids were made with it')
    await put(tableName, named(2, confirmed))
    await expect(bring()).rejects.toThrow('2 customers whose ids were made with it')
    expect(await mac(tableName)).toBe(other)
    expect(await bring({ replaceKey: true })).toBe(2)
    expect(await mac(tableName)).toBe(await mac(from))
  })

  test('shows the customers with ids of another key', async () => {
    const idOf = (email: string) => customerIdOf(openStageKey(from, { client: table.client }), email)
    const own = { ...mailed, email: 'own@example.com', customerId: await idOf('own@example.com') }
    const [other, lapsed] = [named(1, mailed), named(2, mailed, { email: 'lapsed@example.com', expiresAt: 1 })]
    await put(tableName, own, other, lapsed, named(3, withdrawn))
    const found = await underOtherKey(table.client, { from, to: tableName, nowMs })
    expect([...found]).toEqual([[await idOf(mailed.email), [other]]])
  })
})

test('the runbook lists the permissions that the command needs, and no others', () => {
  const packages = join(__dirname, '../../..')
  const own = readdirSync(__dirname).filter((file) => !file.includes('.test.'))
  const others = [
    'cli/src/stage/state-machine.ts',
    ...['customers', 'rows', 'stage-key'].map((name) => `customers/src/${name}.ts`),
  ]
  const code = [...own.map((file) => join(__dirname, file)), ...others.map((file) => join(packages, file))]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const called = [...code.matchAll(/new (\w+)Command\(|\bpaginate(\w+)\(/g)].map(([, one, pages]) => one ?? pages)
  const runbook = readFileSync(join(packages, '../docs/runbook.md'), 'utf8')
  const [, list = ''] = /^The command needs `dynamodb:([\s\S]*?) The other steps need/m.exec(runbook) ?? []
  const listed = [...`dynamodb:${list}`.matchAll(/\b(?:dynamodb|states|logs|lambda):(\w+)/g)].map(
    ([, action]) => action,
  )
  expect(listed.sort()).toEqual([...new Set(called)].sort())
})
