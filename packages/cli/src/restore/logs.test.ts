import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { Answers, readLogs } from './logs.ts'

const ada = '0f0b7c7e-6f0e-8c56-8a0b-2f1d7a1c9e11'
const bob = '1f0b7c7e-6f0e-8c56-8a0b-2f1d7a1c9e12'
const trace = '3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f'
const later = '4f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f'

let requests = 0
/** The two lines of a request, as functions write them. */
function lines(name: string, fields: object): string[] {
  const common = { level: 'info', function: name, requestId: `request-${++requests}` }
  return [{ message: 'begins' }, { message: 'ends', ...fields, duration: 7 }].map((line) =>
    JSON.stringify({ ...common, ...line }),
  )
}
function answers(...written: [at: number, name: string, fields: object][]): Answers {
  const found = new Answers()
  for (const [at, name, fields] of written) for (const line of lines(name, fields)) found.take(`${line}\n`, at)
  return found
}

test('a confirmation counts from the first line about it, for its registration', () => {
  const fields = { customerId: ada, traceId: trace, outcome: 'confirmed' }
  const found = answers(
    [20, 'confirm', fields],
    [10, 'confirm', fields],
    [30, 'confirm', { ...fields, customerId: bob }],
  )
  expect(found.confirmedAt(ada, trace)).toBe(10)
  expect(found.confirmedAt(ada, later)).toBeUndefined()
  expect(found.unknown).toBe(0)
})

test('the last withdrawal of a customer counts, from the first line about it', () => {
  const fields = { customerId: ada, traceId: trace, outcome: 'withdrawn' }
  const again = { ...fields, traceId: later }
  expect(answers([20, 'confirm', fields], [10, 'withdraw', fields]).withdrawalOf(ada)).toEqual({
    traceId: trace,
    at: 10,
  })
  const both = answers(
    [50, 'confirm', again],
    [10, 'withdraw', fields],
    [40, 'withdraw', again],
    [60, 'confirm', fields],
  )
  expect(both.withdrawalOf(ada)).toEqual({ traceId: later, at: 40 })
  expect(both.withdrawalOf(bob)).toBeUndefined()
})

test('a page that was only shown is no answer', () => {
  const found = answers([10, 'confirm', { customerId: ada, traceId: trace, outcome: 'pending' }])
  expect(found.confirmedAt(ada, trace)).toBeUndefined()
  expect(found.withdrawalOf(ada)).toBeUndefined()
})

test('an answer that found no row is known by its customer', () => {
  const found = answers(
    [10, 'withdraw', { customerId: ada, outcome: 'unknown' }],
    [20, 'confirm', { customerId: bob, outcome: 'expired' }],
    [30, 'confirm', { outcome: 'unknown' }],
  )
  expect([ada, bob, trace].map((id) => found.hasLostAnswer(id))).toEqual([true, true, false])
  expect([ada, bob].map((id) => found.hasLostAnswer(id, 'withdraw'))).toEqual([true, false])
})

test('an answer that failed is known by its customer, and a page or another function that failed is not', () => {
  const found = new Answers()
  const [begins = ''] = lines('withdraw', {})
  const failed = (name: string, more: object) =>
    found.take(JSON.stringify({ ...JSON.parse(begins), function: name, message: 'fails: no table', ...more }), 10)
  found.take(begins, 10)
  failed('withdraw', { customerId: ada })
  failed('reminder', { customerId: bob })
  failed('confirm', {})
  expect([ada, bob].map((id) => found.hasLostAnswer(id))).toEqual([true, false])
  expect(found.unknown).toBe(0)
})

test('the last line of the reminder about a customer is known', () => {
  const fields = { customerId: ada, traceId: trace, outcome: 'sent' }
  const found = answers([20, 'reminder', fields], [10, 'reminder', fields], [30, 'confirm', fields])
  expect([ada, bob].map((id) => found.reminderRanAt(id))).toEqual([20, undefined])
})

test('the mails of a registration are known, with the hashes of their tokens', () => {
  const mail = { id: 'hash', kind: 'reminder', textVersion: '2026-11-23', locale: 'en', step: 1, claimedAt: 5 }
  const fields = { customerId: ada, traceId: trace, outcome: 'sent' }
  const found = answers([10, 'reminder', { ...fields, mail }], [20, 'reminder', { ...fields, mail: { id: 7 } }])
  expect(found.mailsOf(ada, trace)).toEqual([{ ...mail, sentAt: 10 }])
  expect(found.mailsOf(ada, later)).toEqual([])
})

test('an address to which no mail can be delivered is known if its events came alone', () => {
  const alone = answers([10, 'feedback', { customerId: ada, outcome: 'settled undeliverable' }])
  expect(alone.undeliverableAt(ada)).toBe(10)
  const together = answers([10, 'feedback', { customerId: `${ada} ${bob}`, outcome: 'settled undeliverable' }])
  for (const id of [ada, bob]) {
    expect(together.undeliverableAt(id)).toBeUndefined()
    expect(together.isPerhapsUndeliverable(id)).toBe(true)
  }
  const others = answers([10, 'feedback', { customerId: `${ada} ${bob}`, outcome: 'settled unchanged' }])
  expect(others.isPerhapsUndeliverable(ada)).toBe(false)
})

test('of several customers those to whom no mail can be delivered are known', () => {
  const fields = { customerId: `${ada} ${bob}`, outcome: 'settled undeliverable', undeliverable: bob }
  const found = answers([10, 'feedback', fields])
  expect([ada, bob].map((id) => found.undeliverableAt(id))).toEqual([undefined, 10])
  expect(found.isPerhapsUndeliverable(ada)).toBe(false)
})

test('requests that wrote no result are counted; events that were not recorded come again', () => {
  const found = new Answers()
  for (const name of ['confirm', 'withdraw', 'feedback']) found.take(lines(name, {})[0] ?? '', 1)
  for (const line of lines('confirm', {})) found.take(line, 1)
  expect(found.unknown).toBe(2)
})

test('lines of Lambda and metrics are no answers', () => {
  const found = new Answers()
  for (const line of ['REPORT RequestId: x Duration: 1 ms', '{"_aws":{}}', '{broken', '']) found.take(line, 1)
  expect(found.unknown).toBe(0)
})

describe('a log counts only if it goes back to the moment', () => {
  const nowMs = Date.UTC(2026, 10, 27)
  const sinceMs = nowMs - 5 * 86_400_000
  /** Reads empty logs whose groups have these properties. */
  async function read(group: { retentionInDays?: number; creationTime?: number }): Promise<number> {
    const client = new CloudWatchLogsClient({ region: 'eu-west-1' })
    client.send = (async (command: object) =>
      command instanceof DescribeLogGroupsCommand
        ? { logGroups: [{ logGroupName: command.input.logGroupNamePrefix, ...group }] }
        : { events: [] }) as unknown as typeof client.send
    const signal = new AbortController().signal
    return (await readLogs(client, { stage: 'dev', sinceMs, nowMs, signal }, () => {})).unknown
  }

  test('as one that was created before, and keeps its lines', async () => {
    expect(await read({ retentionInDays: 14, creationTime: sinceMs })).toBe(0)
    expect(await read({ creationTime: 1 })).toBe(0)
  })

  test('and not if it was created since, or deletes its lines earlier', async () => {
    await expect(read({ retentionInDays: 14, creationTime: sinceMs + 1 })).rejects.toThrow('was created at 2026-11-22')
    await expect(read({ retentionInDays: 3, creationTime: 1 })).rejects.toThrow('keeps 3 days')
  })
})
