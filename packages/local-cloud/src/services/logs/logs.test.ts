import * as client from '@aws-sdk/client-cloudwatch-logs'
import fc from 'fast-check'
import { VirtualClock } from '../../core/clock.ts'
import { call } from '../../core/service.ts'
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

const stream = '2026/11/27/[1]0f'

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
  for (let n = 1; n <= 5; n++) service.write('greet', stream, `line ${n}`)
  service.write('part', stream, 'another')
  const all = [1, 2, 3, 4, 5].map((n) => `line ${n}\n`)
  expect(await linesOf('/aws/lambda/greet', { limit: 2 })).toEqual(all)
  await stop()
  await start()
  service.write('greet', stream, 'line 6')
  expect(await linesOf('/aws/lambda/greet', { limit: 3 })).toEqual([...all, 'line 6\n'])
  expect(await linesOf('/aws/lambda/part')).toEqual(['another\n'])
})

test('the lines of a function are read from the newest back, from a line on, and as they are written', async () => {
  const heard: string[] = []
  service.writtenListeners.push(({ functionName, key, line }) => heard.push(`${functionName} ${key} ${line}`))
  for (let n = 1; n <= 5; n++) service.write('greet', stream, `line ${n}`)
  service.write('part', stream, 'another')
  service.write('unknown', stream, 'no group')
  const texts = (lines: { line: string }[]) => lines.map(({ line }) => line)
  const last = await service.latest('greet', { before: undefined, limit: 2 })
  expect(texts(last)).toEqual(['line 5', 'line 4'])
  const key = last.at(-1)?.key ?? ''
  expect(texts(await service.latest('greet', { before: key, limit: 9 }))).toEqual(['line 3', 'line 2', 'line 1'])
  expect(texts(await service.after('greet', { key, limit: 9 }))).toEqual(['line 5'])
  expect(texts(await service.after('greet', { key: '', limit: 2 }))).toEqual(['line 1', 'line 2'])
  expect(await service.latest('unknown', { before: undefined, limit: 9 })).toEqual([])
  expect(heard).toHaveLength(6)
  expect(heard).toContain(`greet ${key} line 4`)
  skipDays(15)
  expect(await service.latest('greet', { before: undefined, limit: 9 })).toEqual([])
})

test('a period selects the lines of its moments, both ends included', async () => {
  service.write('part', stream, 'early')
  skipDays(1)
  service.write('part', stream, 'late')
  const { events = [] } = await logs.send(new client.FilterLogEventsCommand({ logGroupName: '/aws/lambda/part' }))
  const [early = 0, late = 0] = events.map(({ timestamp }) => timestamp)
  expect(Math.round((late - early) / 3_600_000)).toBe(24)
  expect(await linesOf('/aws/lambda/part', { startTime: early, endTime: late - 1 })).toEqual(['early\n'])
  expect(await linesOf('/aws/lambda/part', { startTime: early + 1, endTime: late })).toEqual(['late\n'])
})

test('lines that are older than the retention of their group are gone', async () => {
  service.write('greet', stream, 'old')
  service.write('part', stream, 'old')
  skipDays(15)
  service.write('greet', stream, 'new')
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
    for (const name of ['greet', 'part']) service.write(name, stream, `day ${day}`)
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
  const { logGroups: named } = await describe({ logGroupNamePattern: 'vended' })
  expect(named?.map(({ logGroupName }) => logGroupName)).toEqual(['/aws/vendedlogs/api'])
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

const code = (error: unknown) => [(error as Error).name, (error as Error).message]
const refused = async (request: Promise<unknown>) => code(await request.catch((error: unknown) => error))

test('a group has a stream for each execution environment, in the order of their names or of their last events', async () => {
  for (const [name, line] of [
    ['2026/11/27/[2]b', 'one'],
    ['2026/11/27/[1]c', 'two'],
    ['2026/11/28/[2]a', 'three'],
    ['2026/11/27/[2]b', 'four'],
  ] as const) {
    skipDays(0.1)
    service.write('part', name, line)
  }
  const streams = async (input: Partial<client.DescribeLogStreamsCommandInput> = {}) => {
    const names: (string | undefined)[] = []
    const asked = { logGroupName: '/aws/lambda/part', limit: 2, ...input }
    for await (const { logStreams = [] } of client.paginateDescribeLogStreams({ client: logs }, asked))
      names.push(...logStreams.map(({ logStreamName }) => logStreamName?.slice(-1)))
    return names.join('')
  }
  expect(await streams()).toBe('cba')
  expect(await streams({ descending: true })).toBe('abc')
  expect(await streams({ orderBy: 'LastEventTime' })).toBe('cab')
  expect(await streams({ orderBy: 'LastEventTime', descending: true })).toBe('bac')
  expect(await streams({ logStreamNamePrefix: '2026/11/27/[2]' })).toBe('b')
  expect(await streams({ logStreamNamePrefix: '2026/11/29' })).toBe('')
  const { logStreams } = await logs.send(
    new client.DescribeLogStreamsCommand({ logGroupIdentifier: group('/aws/lambda/part').arn }),
  )
  const [, second] = logStreams ?? []
  expect(second).toEqual({
    logStreamName: '2026/11/27/[2]b',
    arn: 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/part:log-stream:2026/11/27/[2]b',
    creationTime: second?.firstEventTimestamp,
    firstEventTimestamp: expect.any(Number),
    lastEventTimestamp: expect.any(Number),
    lastIngestionTime: second?.lastEventTimestamp,
    storedBytes: 0,
  })
  const lastsMs = (second?.lastEventTimestamp ?? 0) - (second?.firstEventTimestamp ?? 0)
  expect(Math.round(lastsMs / 360_000)).toBe(72)
})

test('streams select the lines of a group', async () => {
  for (const name of ['a1', 'a2', 'b1']) service.write('part', name, `line of ${name}`)
  expect(await linesOf('/aws/lambda/part', { logStreamNamePrefix: 'a' })).toEqual(['line of a1\n', 'line of a2\n'])
  expect(await linesOf('/aws/lambda/part', { logStreamNames: ['b1', 'a1'], interleaved: true })).toEqual([
    'line of a1\n',
    'line of b1\n',
  ])
})

test('a filter pattern selects lines, also where a page finds none', async () => {
  for (let n = 0; n < 10_001; n++) service.write('part', stream, JSON.stringify({ n }))
  expect(await linesOf('/aws/lambda/part', { filterPattern: '{ $.n = 3 || $.n = 10000 }' })).toEqual([
    '{"n":3}\n',
    '{"n":10000}\n',
  ])
  const page = await logs.send(
    new client.FilterLogEventsCommand({ logGroupName: '/aws/lambda/part', filterPattern: '{ $.n > 9999 }' }),
  )
  expect(page).toMatchObject({ events: [], searchedLogStreams: [], nextToken: expect.any(String) })
})

describe('the events of a stream', () => {
  const read = (input: Partial<client.GetLogEventsCommandInput> = {}) =>
    logs.send(
      new client.GetLogEventsCommand({ logGroupName: '/aws/lambda/part', logStreamName: stream, limit: 2, ...input }),
    )
  const textOf = ({ events = [] }: client.GetLogEventsCommandOutput) =>
    events.map(({ message }) => message?.trim()).join(' ')

  beforeEach(() => {
    for (let n = 1; n <= 5; n++) {
      service.write('part', stream, `${n}`)
      service.write('part', 'another', `not ${n}`)
    }
  })

  test('are the latest, and earlier ones page by page', async () => {
    const pages = [await read()]
    for (let n = 0; n < 3; n++) pages.push(await read({ nextToken: pages.at(-1)?.nextBackwardToken }))
    expect(pages.map(textOf)).toEqual(['4 5', '2 3', '1', ''])
    const [, , first, before] = pages
    expect(before?.nextBackwardToken).toBe(first?.nextBackwardToken)
    expect(textOf(await read({ nextToken: first?.nextForwardToken, startFromHead: true }))).toBe('2 3')
  })

  test('from the first one on, until the token stays the same; later ones follow it', async () => {
    const asked = { logGroupName: '/aws/lambda/part', logStreamName: stream, limit: 2, startFromHead: true }
    const pages: client.GetLogEventsCommandOutput[] = []
    const settings = { client: logs, stopOnSameToken: true }
    for await (const page of client.paginateGetLogEvents(settings, asked)) pages.push(page)
    expect(pages.map(textOf)).toEqual(['1 2', '3 4', '5', ''])
    service.write('part', stream, '6')
    const nextToken = pages.at(-1)?.nextForwardToken
    const next = await read({ nextToken, startFromHead: true })
    expect(textOf(next)).toBe('6')
    expect(next.nextForwardToken).not.toBe(nextToken)
  })

  test('are those before the end of a period, which does not belong to it', async () => {
    skipDays(1)
    service.write('part', stream, 'late')
    const { events = [] } = await read({ limit: 1 })
    const [{ timestamp: endTime } = {}] = events
    expect(textOf(await read({ endTime }))).toBe('4 5')
    expect(textOf(await read({ startTime: endTime }))).toBe('late')
    const none = await read({ startTime: (endTime ?? 0) + 1 })
    expect(textOf(none)).toBe('')
    expect(textOf(await read({ startTime: (endTime ?? 0) + 1, nextToken: none.nextForwardToken }))).toBe('')
  })

  test('are refused with tokens of another list', async () => {
    const { nextForwardToken: nextToken } = await read()
    const invalid = ['InvalidParameterException', 'The specified nextToken is invalid.']
    expect(await refused(read({ nextToken: 'none' }))).toEqual(invalid)
    expect(await refused(read({ nextToken, logStreamName: 'another' }))).toEqual(invalid)
  })
})

test('pages of any size contain each event once, in both directions, beside other streams', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (isOwn, limit) => {
        run += 1
        const [own, other] = [`run ${run}`, `beside run ${run}`]
        const written = isOwn.map((mine, n) => ({ name: mine ? own : other, line: `${run}.${n}` }))
        const expected = written.filter(({ name }) => name === own).map(({ line }) => `${line}\n`)
        for (const { name, line } of [...written, { name: own, line: 'last' }]) service.write('part', name, line)
        expected.push('last\n')

        const asked = { logGroupName: '/aws/lambda/part', logStreamName: own, limit }
        const collect = async (startFromHead: boolean) => {
          const pages: string[][] = []
          for (let nextToken: string | undefined; ; ) {
            const page = (await call(service, 'GetLogEvents', { ...asked, startFromHead, nextToken })) as EventsPage
            pages.push(page.events.map(({ message }) => message))
            const next = startFromHead ? page.nextForwardToken : page.nextBackwardToken
            if (next === nextToken) return startFromHead ? pages.flat() : pages.reverse().flat()
            nextToken = next
          }
        }
        expect(await collect(true)).toEqual(expected)
        expect(await collect(false)).toEqual(expected)
        expect(await linesOf('/aws/lambda/part', { logStreamNames: [own], limit })).toEqual(expected)
      },
    ),
    { numRuns: 20 },
  )
})

interface EventsPage {
  events: { message: string }[]
  nextForwardToken: string
  nextBackwardToken: string
}

test('what AWS refuses is refused as there', async () => {
  service.write('greet', stream, 'line')
  const logGroupName = '/aws/lambda/greet'
  const filter = (input: object) => refused(logs.send(new client.FilterLogEventsCommand({ logGroupName, ...input })))
  const get = (input: object) =>
    refused(logs.send(new client.GetLogEventsCommand({ logGroupName, logStreamName: stream, ...input })))
  const streams = (input: object) => refused(logs.send(new client.DescribeLogStreamsCommand(input)))
  const noGroup = ['ResourceNotFoundException', 'The specified log group does not exist.']
  const noStream = ['ResourceNotFoundException', 'The specified log stream does not exist.']
  expect(await filter({ logGroupName: 'none' })).toEqual(noGroup)
  expect(await get({ logGroupName: 'none' })).toEqual(noGroup)
  expect(await streams({ logGroupIdentifier: 'none' })).toEqual(noGroup)
  expect(await filter({ logStreamNames: [stream, 'none'] })).toEqual(noStream)
  expect(await get({ logStreamName: 'none' })).toEqual(noStream)
  expect(await streams({ logGroupName, logGroupIdentifier: logGroupName })).toEqual([
    'ValidationException',
    'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
  ])
  const invalid = (message: string) => ['InvalidParameterException', message]
  const tooMany = invalid(
    "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
  )
  expect(await filter({ limit: 10_001 })).toEqual(tooMany)
  expect(await get({ limit: 10_001 })).toEqual(tooMany)
  expect(await filter({ nextToken: 'none' })).toEqual(invalid('The specified nextToken is invalid.'))
  expect(await filter({ filterPattern: '?Status: timeout' })).toEqual(invalid("Invalid character(s) in term ':'"))
  expect(await streams({ logGroupName, orderBy: 'LastEventTime', logStreamNamePrefix: '2' })).toEqual(
    invalid('Cannot order by LastEventTime with a logStreamNamePrefix.'),
  )
  const groups = { logGroupNamePrefix: '/aws', logGroupNamePattern: 'aws' }
  expect(await refused(logs.send(new client.DescribeLogGroupsCommand(groups)))).toEqual(
    invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.'),
  )
})

test('what is not supported is refused by its name', async () => {
  const startFromHead = new client.FilterLogEventsCommand({ logGroupName: '/aws/lambda/greet', startFromHead: false })
  expect(await refused(logs.send(startFromHead))).toEqual([
    'InvalidParameterException',
    expect.stringMatching('startFromHead'),
  ])
  const tail = await fetch(gateway.client.endpoint, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=any/20261127/eu-central-1/logs/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-target': 'Logs_20140328.StartLiveTail',
    },
    body: '{}',
  })
  expect(await tail.json()).toMatchObject({ message: 'The local cloud does not support StartLiveTail of logs.' })
})
