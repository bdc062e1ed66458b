import * as client from '@aws-sdk/client-cloudwatch-logs'
import { VirtualClock } from '../../core/clock.ts'
import type { LambdaFunction } from '../../core/stack-model.ts'
import { gatewayFor, temporaryStore } from '../../gateway/test/start-gateway.ts'
import { type Logs, startLogs } from './logs.ts'

const group = (name: string, retentionDays?: number) => ({
  name,
  arn: `arn:aws:logs:eu-central-1:123456789012:log-group:${name}`,
  ...(retentionDays !== undefined && { retentionDays }),
})
const stack = {
  logGroups: [group('/aws/lambda/greet', 14), group('/aws/lambda/part'), group('/aws/vendedlogs/api', 14)],
  functions: [
    { name: 'greet', logGroup: '/aws/lambda/greet' },
    { name: 'part', logGroup: '/aws/lambda/part' },
  ] as LambdaFunction[],
}

let clock: VirtualClock
let temporary: Awaited<ReturnType<typeof temporaryStore>>
let gateway: Awaited<ReturnType<typeof gatewayFor>>
let service: Logs
let logs: client.CloudWatchLogsClient

async function start() {
  service = startLogs({ stack, store: temporary.store, clock, log: () => {} })
  gateway = await gatewayFor({ logs: service })
  logs = new client.CloudWatchLogsClient(gateway.client)
}
async function stop() {
  logs.destroy()
  await gateway.stop()
}

beforeEach(async () => {
  temporary = await temporaryStore()
  clock = new VirtualClock()
  await start()
})
afterEach(async () => {
  await stop()
  clock.stop()
  await temporary.remove()
})

const skipDays = (days: number) => clock.moveTo(clock.offsetMs + days * 86_400_000)

async function linesOf(logGroupName: string, more: Partial<client.FilterLogEventsCommandInput> = {}) {
  const found: (string | undefined)[] = []
  for await (const { events = [] } of client.paginateFilterLogEvents({ client: logs }, { logGroupName, ...more })) {
    found.push(...events.map(({ message }) => message))
  }
  return found
}

test('the lines of a function come in their order, a page at a time, also after a restart', async () => {
  for (let n = 1; n <= 5; n++) service.write('greet', `line ${n}`)
  service.write('part', 'another')
  const all = [1, 2, 3, 4, 5].map((n) => `line ${n}\n`)
  expect(await linesOf('/aws/lambda/greet', { limit: 2 })).toEqual(all)
  await stop()
  await start()
  service.write('greet', 'line 6')
  expect(await linesOf('/aws/lambda/greet', { limit: 3 })).toEqual([...all, 'line 6\n'])
  expect(await linesOf('/aws/lambda/part')).toEqual(['another\n'])
})

test('a period selects the lines of its moments, both ends included', async () => {
  service.write('part', 'early')
  skipDays(1)
  service.write('part', 'late')
  const { events = [] } = await logs.send(new client.FilterLogEventsCommand({ logGroupName: '/aws/lambda/part' }))
  const [early = 0, late = 0] = events.map(({ timestamp }) => timestamp)
  expect(Math.round((late - early) / 3_600_000)).toBe(24)
  expect(await linesOf('/aws/lambda/part', { startTime: early, endTime: late - 1 })).toEqual(['early\n'])
  expect(await linesOf('/aws/lambda/part', { startTime: early + 1, endTime: late })).toEqual(['late\n'])
})

test('lines that are older than the retention of their group are gone', async () => {
  service.write('greet', 'old')
  service.write('part', 'old')
  skipDays(15)
  service.write('greet', 'new')
  expect(await linesOf('/aws/lambda/greet')).toEqual(['new\n'])
  expect(await linesOf('/aws/lambda/part')).toEqual(['old\n'])
})

test('they are also deleted, once a day', async () => {
  const stored = (group: string) =>
    temporary.store.sublevel<string, { line: string }>(['logs', group], { valueEncoding: 'json' }).values().all()
  const linesIn = async (group: string) => {
    await linesOf(group)
    return (await stored(group)).map(({ line }) => line)
  }
  for (const day of [0, 1, 2, 14.5, 15, 15.5]) {
    skipDays(day - clock.offsetMs / 86_400_000)
    for (const name of ['greet', 'part']) service.write(name, `day ${day}`)
    const kept = await linesIn('/aws/lambda/greet')
    if (day === 15) expect(kept).toEqual(['day 1', 'day 2', 'day 14.5', 'day 15'])
  }
  expect(await linesIn('/aws/lambda/greet')).toEqual(['day 2', 'day 14.5', 'day 15', 'day 15.5'])
  expect(await linesIn('/aws/lambda/part')).toHaveLength(6)
})

test('groups are listed by the beginning of their names, with their retention', async () => {
  const describe = (input: client.DescribeLogGroupsCommandInput) =>
    logs.send(new client.DescribeLogGroupsCommand(input))
  const { logGroups } = await describe({ logGroupNamePrefix: '/aws/lambda/' })
  expect(logGroups?.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays])).toEqual([
    ['/aws/lambda/greet', 14],
    ['/aws/lambda/part', undefined],
  ])
  const first = await describe({ limit: 2 })
  const second = await describe({ limit: 2, nextToken: first.nextToken })
  expect(second.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/aws/vendedlogs/api'])
})

test('a group keeps the time of its creation after a restart', async () => {
  const creationTime = async () => {
    const { logGroups = [] } = await logs.send(new client.DescribeLogGroupsCommand({}))
    return logGroups.map((group) => group.creationTime)
  }
  const first = await creationTime()
  for (const time of first) expect(Math.abs((time ?? 0) - clock.now())).toBeLessThan(3_600_000)
  await stop()
  skipDays(1)
  await start()
  expect(await creationTime()).toEqual(first)
})

test('what is not supported is refused by its name', async () => {
  const read = (input: object) =>
    logs.send(new client.FilterLogEventsCommand({ logGroupName: '/aws/lambda/greet', ...input }))
  await expect(read({ logGroupName: 'none' })).rejects.toThrow(client.ResourceNotFoundException)
  await expect(read({ nextToken: 'none' })).rejects.toThrow('The specified nextToken is invalid.')
  await expect(read({ filterPattern: 'x' })).rejects.toThrow(/filterPattern/)
  await expect(logs.send(new client.DescribeLogStreamsCommand({ logGroupName: 'x' }))).rejects.toThrow(
    'The local cloud does not support DescribeLogStreams of logs.',
  )
})
