import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { resourceName } from '@confirmation-reminder/contracts/names'
import type { ChangeRecord } from '@confirmation-reminder/contracts/stream-event'
import { toItem } from '@confirmation-reminder/customers/attributes'
import type { Customer } from '@confirmation-reminder/customers/customer'
import { itemOf } from '@confirmation-reminder/customers/row'
import { openStageKey } from '@confirmation-reminder/customers/stage-key'
import { confirmed, mailed, withdrawn } from '@confirmation-reminder/customers/test/customers'
import { startTable } from '@confirmation-reminder/customers/test/table'
import { run } from './run.ts'
import { startAnnounce } from './test/announce-function.ts'

const name = resourceName('dev', 'customers')
let table: Awaited<ReturnType<typeof startTable>>
let lambda: Awaited<ReturnType<typeof startAnnounce>>

beforeEach(async () => {
  table = await startTable({ name, ...customersTable })
  lambda = await startAnnounce()
  await openStageKey(name, { client: table.client, make: true }).mac('customer', 'ada@example.com')
})
afterEach(async () => {
  await lambda.stop()
  await table.stop()
})

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const put = (Item: PutItemCommand['input']['Item']) => table.client.send(new PutItemCommand({ TableName: name, Item }))
const store = (n: number, customer: Customer = confirmed) =>
  put(itemOf({ customer: { ...customer, customerId: idOf(n) }, version: 3 }))
async function storeMany(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await store(n)
}

/** Runs the command in this process, without pauses. */
async function ran(line: string, signal = new AbortController().signal) {
  const lines = { stdout: '', stderr: '' }
  const to = (stream: keyof typeof lines) => (text: string) => {
    lines[stream] += `${text}\n`
  }
  const output = { log: to('stdout'), error: to('stderr') }
  return { code: await run(line.split(' '), process.env, output, signal, 0), ...lines }
}

const idIn = ({ dynamodb }: ChangeRecord) => dynamodb.Keys.customerId.S
/** The customers of each invocation. */
const invoked = () => lambda.invocations.map((records) => records.map(idIn))
const announced = () => invoked().flat().sort()
const refuseFrom = (records: ChangeRecord[], index: number) => ({
  result: { batchItemFailures: [{ itemIdentifier: records[index]?.dynamodb.SequenceNumber }] },
})

test('all customers are announced as if they were new, but not the key, nor who has lapsed', async () => {
  const far = Math.floor(Date.now() / 1000) + 3600
  await store(1)
  await store(2, { ...mailed, expiresAt: far })
  await store(3, { ...withdrawn, expiresAt: far })
  await store(4, { ...mailed, expiresAt: 1 })
  await store(5, { ...withdrawn, expiresAt: 1 })
  expect(await ran('--stage dev')).toEqual({
    code: 0,
    stdout: '3 customers: what the table says of them is announced again.\n',
    stderr: '',
  })
  expect(announced()).toEqual([1, 2, 3].map(idOf))
  const records = lambda.invocations.flat()
  expect(records.find((record) => idIn(record) === idOf(1))).toMatchObject({
    eventName: 'INSERT',
    dynamodb: { NewImage: itemOf({ customer: { ...confirmed, customerId: idOf(1) }, version: 3 }) },
  })
  expect(lambda.urls).toEqual([`/2015-03-31/functions/${resourceName('dev', 'announce')}/invocations?Qualifier=live`])
})

test('many customers are announced in batches; --dry-run only counts them', async () => {
  await storeMany(250)
  const dry = await ran('--stage dev --dry-run')
  expect(dry.stdout).toBe('250 customers: what the table says of them would be announced again.\n')
  expect(lambda.invocations).toEqual([])
  expect((await ran('--stage dev')).code).toBe(0)
  expect(invoked().map(({ length }) => length)).toEqual([100, 100, 50])
  expect(announced()).toEqual(Array.from({ length: 250 }, (_, n) => idOf(n)))
})

test('with --since it is the customers to whom something happened since, and all that the table says of them', async () => {
  const [before, since] = ['2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z']
  const then = { registeredAt: Date.parse(before), mails: [] }
  const { asked, answered } = confirmed.consent
  const confirmedAt = (at: string) => ({
    ...confirmed,
    ...then,
    consent: { asked, answered: { ...answered, at: Date.parse(at) } },
  })
  await store(1, confirmedAt(since))
  await store(2, confirmedAt(before))
  expect((await ran(`--stage dev --since ${since}`)).stdout).toMatch(/^1 customer:/)
  expect(announced()).toEqual([idOf(1)])
})

test('what is not announced is tried again, from there on, as long as it goes on', async () => {
  await storeMany(20)
  let attempts = 0
  lambda.answer = (records) => {
    attempts += 1
    if (attempts % 2 === 0) return { error: { errorType: 'Error', errorMessage: 'The event bus refuses events' } }
    return records.length > 1 ? refuseFrom(records, 1) : { result: { batchItemFailures: [] } }
  }
  expect((await ran('--stage dev')).code).toBe(0)
  const firsts = invoked().map(([first]) => first)
  expect([...new Set(firsts)].sort()).toEqual(Array.from({ length: 20 }, (_, n) => idOf(n)))
  const [all = []] = invoked()
  for (const [n, rest] of invoked().entries()) expect(rest).toEqual(all.slice(Math.ceil(n / 2)))
})

test('a bus that takes nothing ends it, with who is next, why, and how to continue', async () => {
  await storeMany(150)
  lambda.answer = (records) =>
    records.length === 100
      ? { result: { batchItemFailures: [] } }
      : { error: { errorType: 'Error', errorMessage: 'The event bus refuses events: ThrottlingException' } }
  const { code, stdout, stderr } = await ran('--stage dev --since 2020-01-01T00:00:00Z')
  expect({ code, stdout, invocations: lambda.invocations.length }).toEqual({ code: 1, stdout: '', invocations: 6 })
  expect(stderr).toContain(`did not announce customer ${invoked()[1]?.[0]} in 5 attempts`)
  expect(stderr).toContain(
    'Error: The event bus refuses events: ThrottlingException. Its log says more: see announce-Err',
  )
  expect(stderr).toContain('Stopped early, after 100 customers.')
  expect(stderr).toContain('npm run announce -- --stage dev --since 2020-01-01T00:00:00.000Z\n')
})

test('a failure that names no record of the batch repeats all of it', async () => {
  await storeMany(3)
  lambda.answer = () =>
    lambda.invocations.length > 1
      ? { result: { batchItemFailures: [] } }
      : { result: { batchItemFailures: [{ itemIdentifier: 'other' }] } }
  expect((await ran('--stage dev')).code).toBe(0)
  expect(invoked().map(({ length }) => length)).toEqual([3, 3])
})

test('another function than announce is recognised by its answer', async () => {
  await store(1)
  lambda.answer = () => ({ result: null })
  expect(await ran('--stage dev')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('did not answer what it has announced: is the function shipped?'),
  })
  expect(lambda.invocations).toHaveLength(1)
})

test('an interruption ends it after the batch in progress', async () => {
  await storeMany(250)
  const interruption = new AbortController()
  lambda.answer = () => {
    interruption.abort()
    return { result: { batchItemFailures: [] } }
  }
  const { code, stdout, stderr } = await ran('--stage dev', interruption.signal)
  expect({ code, stdout, batches: lambda.invocations.length }).toEqual({ code: 130, stdout: '', batches: 1 })
  expect(stderr).toMatch(/^Stopped early, after 100 customers\..*\n {2}npm run announce -- --stage dev\n$/)
})

test('an interruption also ends the attempts at a batch that fails', async () => {
  await store(1)
  const interruption = new AbortController()
  lambda.answer = () => {
    interruption.abort()
    return { error: { errorType: 'Error', errorMessage: 'any' } }
  }
  expect(await ran('--stage dev', interruption.signal)).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(/^Stopped early, after 0 customers\./),
  })
  expect(lambda.invocations).toHaveLength(1)
})

test('an item that is no customer is named, and all others are announced', async () => {
  await storeMany(2)
  await put(toItem({ [customersTable.hashKey]: idOf(7), state: 'PENDING' }))
  await put({ [customersTable.hashKey]: { S: idOf(8) }, secret: { BOOL: true } })
  const { code, stderr } = await ran('--stage dev')
  expect(code).toBe(3)
  expect(stderr.trim().split('\n').sort()).toEqual(
    [7, 8].map((n) => expect.stringContaining(`its item cannot be read: ${idOf(n)} (`)),
  )
  expect(announced()).toEqual([0, 1].map(idOf))
})

test('a stage without its table says what to check', async () => {
  expect(await ran('--stage prod')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('check that this is the account and the Region of the stage.'),
  })
})
