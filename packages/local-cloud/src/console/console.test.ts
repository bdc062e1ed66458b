import type { MailDetail, MailRow, Page, RunDetail, RunLogs, RunPage } from '@confirmation-reminder/console/api'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import type { RunSummary } from '../core/run-summary.ts'
import type { Action } from '../core/service.ts'
import { Console, type Seen } from './console.ts'

const [customerId, traceId] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
const name = `${customerId}_${traceId}`
const machineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:reminder'
const arn = `arn:aws:states:eu-west-1:000000000000:execution:reminder:${name}`
const at = (ms: number) => new Date(ms).toISOString()
const run: RunSummary = {
  ...{ arn, name, machineArn, definitionHash: 'd', status: 'RUNNING', startMs: 1000, redriveCount: 0 },
  ...{ state: 'Wait2', wakesMs: 5000 },
}
const definition = JSON.stringify({
  States: { Wait: {}, TriggerNotification: {}, Wait2: {}, TriggerNotification2: {} },
})
const line = (ms: number) => ({
  id: 'id',
  at: at(ms),
  to: ['ada@example.com'],
  subject: 'Hello',
  tags: { customer: customerId },
})
const mails = [line(2000), line(500)]
const calls: object[] = []
const answer =
  (action: string, answered: object): Action =>
  async (input: object) => {
    calls.push({ action, ...input })
    return answered
  }
const recorded = [
  {
    id: 4,
    previousEventId: 3,
    timestamp: 1.5,
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: 'TriggerNotification' },
  },
  { id: 5, previousEventId: 4, timestamp: 3, type: 'WaitStateEntered', stateEnteredEventDetails: { name: 'Wait2' } },
]
const many = '/aws/lambda/many'
const event = (timestamp: number, message = 'one of many') => ({ timestamp, message: `${message}\n` })
/** Answers with the name of the method that was called, and what it got. */
const asked = (name: string): never =>
  new Proxy(
    {},
    {
      get:
        (_, method) =>
        async (...given: unknown[]) => [name, method, ...given],
    },
  ) as never
const seen: Seen = {
  home: { stack: 'dev', region: 'eu-west-1', apiUrl: 'http://127.0.0.1:3000', iam: 'on', resets: false },
  sending: { BRAND: brand, PUBLIC_URL: '', MAIL_SENDER: '', MAIL_REPLY_TO: '', MAIL_CONFIGURATION_SET: '' },
  clock: { now: () => 4000, offsetMs: 60_000 },
  reset: undefined,
  states: {
    actions: {
      DescribeExecution: answer('DescribeExecution', {
        ...{ input: '{}', redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'Execution is RUNNING' },
      }),
      GetExecutionHistory: async ({ reverseOrder }: { reverseOrder?: boolean }) => ({
        events: reverseOrder ? [...recorded].reverse() : recorded,
      }),
      StopExecution: answer('StopExecution', {}),
      RedriveExecution: async () => {
        throw new Error('Execution is RUNNING and cannot be redriven')
      },
    },
  },
  logs: {
    actions: {
      FilterLogEvents: async (input: { logGroupName: string; filterPattern: string; nextToken?: string }) => {
        calls.push({ action: 'FilterLogEvents', ...input })
        const { logGroupName, filterPattern, nextToken } = input
        if (logGroupName === many) return { events: Array.from({ length: 1001 }, (_, n) => event(3000 + n)) }
        // A page may have no events, and a token.
        if (nextToken === undefined) return { events: [], nextToken: 'next' }
        return { events: [event(2000, `later ${filterPattern}`), event(1000, `earlier ${filterPattern}`)] }
      },
    },
  },
  onLine: () => {},
  logGroups: ['/aws/lambda/reminder'],
  runs: {
    all: async function* () {
      yield [run]
    },
    watch: () => {},
    waits: async () => [
      { state: 'Wait2', untilMs: 5000 },
      { state: 'Other', untilMs: 6000 },
    ],
    definition: async () => definition,
    nextDueMs: async () => 3000,
  },
  mails: {
    keptListeners: [],
    newestLines: async function* () {
      for (const [index, one] of [...mails.entries()].reverse()) yield [[String(index).padStart(12, '0'), one]]
    },
    linesTo: async () => mails.map((one, index) => [String(index).padStart(12, '0'), one]),
    mail: async (key) => {
      const found = mails[Number(key)]
      return found && { ...found, from: 'hello@example.com', text: 't', html: 'h', headers: {} }
    },
  },
  posts: {
    list: async () => [
      { at: at(3000), channel: 'C', title: 'Failed', text: `The run ${name}`, kind: 'custom' },
      { at: at(3000), channel: 'C', title: 'Other', text: '', kind: 'alarm', dropped: 'unknown' },
    ],
    onPost: () => {},
  },
  customerTag: 'customer',
  customer: async (id) => ({
    customerId: { S: id },
    traceId: { S: traceId },
    state: { S: 'CONFIRMED' },
    consent: { M: { answered: { M: { at: { N: '3500' } } } } },
  }),
  slack: asked('slack'),
  alarms: asked('alarms'),
  lines: asked('lines'),
  overview: asked('overview'),
  functions: async () => [],
  architecture: () => ({ things: [], bonds: [] }),
}
const page = new Console(seen)
afterAll(() => page.stop())
const read = async <T>(path: string, query: Record<string, string> = {}, from = page) =>
  (await from.reads[path]?.({ query: new URLSearchParams(query) })) as T

const row = {
  ...{ name, arn, machine: 'reminder', status: 'RUNNING', startedAt: at(1000), redriveCount: 0 },
  ...{ state: 'Wait2', wakesAt: at(5000), step: { number: 2, of: 2 }, address: 'ada@example.com' },
}

test('a run has the address that its mails went to, and its place in the plan', async () => {
  expect((await read<RunPage>('runs', { q: 'ada@' })).rows).toEqual([row])
  expect((await read<RunPage>('runs', { status: 'FAILED' })).rows).toEqual([])
})

test('a run has its mails, its posts, its events in order, and what its customer answered', async () => {
  const detail = await read<RunDetail>('run', { name })
  expect(detail).toMatchObject({ run: row, definition, earlierEvents: 3, notRedrivable: 'Execution is RUNNING' })
  expect(detail.events.map(({ id, details }) => [id, details])).toEqual([
    [4, { name: 'TriggerNotification' }],
    [5, { name: 'Wait2' }],
  ])
  // The other mail is older than the run.
  expect(detail.mails.map(({ number }) => number)).toEqual([0])
  expect(detail.posts.map(({ title }) => title)).toEqual(['Failed'])
  expect(detail.customer).toEqual({ state: 'CONFIRMED', at: at(3500) })
  expect(detail.waits).toEqual([
    { state: 'Wait2', until: at(5000) },
    { state: 'Other', until: at(6000) },
  ])
  expect(detail.commands.stop).toBe(`aws stepfunctions stop-execution --execution-arn ${arn}`)
  await expect(read('run', { name: 'none' })).rejects.toMatchObject({ status: 404 })
})

test('the log lines of a run are those with its trace id, of all pages of all groups, in order', async () => {
  expect(await read<RunLogs>('run-logs', { name })).toEqual({
    lines: [
      { at: at(1000), group: '/aws/lambda/reminder', line: `earlier "${traceId}"` },
      { at: at(2000), group: '/aws/lambda/reminder', line: `later "${traceId}"` },
    ],
    cut: false,
  })
})

test('more log lines than a page shows are cut off after the first thousand, and the answer says so', async () => {
  const one = new Console({ ...seen, logGroups: [many, '/aws/lambda/reminder'] })
  const { lines, cut } = await read<RunLogs>('run-logs', { name }, one)
  one.stop()
  expect([lines.length, lines[0]?.at, lines.at(-1)?.at, cut]).toEqual([1000, at(1000), at(3997), true])
})

test('a mail names the run that it belongs to, and the state that the run was in', async () => {
  expect((await read<Page<MailRow>>('mails')).rows.map(({ number, run: of }) => [number, of])).toEqual([
    [1, undefined],
    [0, name],
  ])
  expect(await read<MailDetail>('mail', { number: '0' })).toMatchObject({
    run: name,
    state: 'TriggerNotification',
    html: 'h',
  })
  expect(await read<MailDetail>('mail', { number: '1' })).not.toHaveProperty('run')
  for (const number of ['2', 'x', '']) await expect(read('mail', { number })).rejects.toMatchObject({ status: 404 })
})

test('the clock has the time of the next event, which is not in the past', async () => {
  expect(await read('clock')).toEqual({ now: at(4000), offsetSeconds: 60, nextAt: at(4000) })
})

test('a run is stopped by its name; what Step Functions refuses is refused in its words', async () => {
  await page.changes.stop?.({ body: { name } })
  expect(calls).toContainEqual(expect.objectContaining({ action: 'StopExecution', executionArn: arn }))
  await expect(page.changes.redrive?.({ body: { name } })).rejects.toMatchObject({
    ...{ status: 409, detail: 'Execution is RUNNING and cannot be redriven' },
  })
  for (const body of [undefined, null, 7, {}, { name: { toString: 1, valueOf: null } }, { name: [name] }]) {
    await expect(page.changes.stop?.({ body })).rejects.toMatchObject({ status: 404 })
  }
})

test.each(['runs', 'mails', 'slack', 'logs'])('%s is a list of pages, whose limit is checked', async (path) => {
  await expect(read(path, { limit: '201' })).rejects.toMatchObject({ status: 400 })
})

test('a query says which part of a list is wanted', async () => {
  expect(await read('slack', { after: '30', limit: '10' })).toEqual(['slack', 'page', { after: 30, limit: 10 }])
  const filter = { function: 'a', text: ['t'], level: undefined }
  expect(await read('logs', { function: 'a', trace: 't', after: 'k' })).toEqual([
    ...['lines', 'page', filter, { after: 'k', limit: 50 }],
  ])
  expect(await read('logs', { function: 'a', trace: 't', since: 'k' })).toEqual([
    ...['lines', 'since', filter, { key: 'k', limit: 50 }],
  ])
  await expect(read('slack', { after: 'x' })).rejects.toMatchObject({ status: 400 })
})

test('the runbook is the one of this checkout', async () => {
  const { path, text } = await read<{ path: string; text: string }>('runbook')
  expect([path, text.split('\n')[0]]).toEqual(['docs/runbook.md', '# Runbook'])
})

test('a local cloud that cannot reset says what to do instead', async () => {
  const reset = async () => page.changes.reset?.({ body: {} })
  await expect(reset()).rejects.toMatchObject({ status: 409, detail: expect.stringContaining('--reset') })
})
