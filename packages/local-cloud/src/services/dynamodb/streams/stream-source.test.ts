import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { AwsError } from '../../../core/aws-error.ts'
import { VirtualClock } from '../../../core/clock.ts'
import { call, type Invoke } from '../../../core/service.ts'
import type { StreamMapping } from '../../../core/stack-model.ts'
import { openStore } from '../../../core/store.ts'
import { type StreamRecord, shardId } from '../../../core/stream-record.ts'
import { temporaryFolder } from '../../../gateway/test/start-gateway.ts'
import { startDynamoDb } from '../dynamodb.ts'
import { StreamSource } from './stream-source.ts'

const arn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/customers'
const stream = { arn: `${arn}/stream/now`, label: 'now', viewType: 'NEW_AND_OLD_IMAGES' as const }
const table = { name: 'customers', arn, hashKey: 'id', attributes: [{ name: 'id', type: 'S' as const }], stream }
const stack = { region: 'eu-central-1', accountId: '123456789012', tables: [table] }
const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:announce:live'
const dead = 'arn:aws:sqs:eu-central-1:123456789012:dead'
const requestId = '0b6c6f9e-3f5e-4f0e-9d0c-0a7d1f4c2b58'
const answered = (payload: unknown = null) => ({
  payload: JSON.stringify(payload),
  logTail: `START RequestId: ${requestId} Version: 1`,
  executedVersion: '1',
})
const failing = { ...answered({ errorMessage: 'no' }), functionError: 'Unhandled' as const }

let clock: VirtualClock
let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  clock = new VirtualClock()
  ;({ folder, remove } = await temporaryFolder())
})
afterEach(async () => {
  clock.stop()
  await remove()
})

interface Batch {
  Records: (StreamRecord & { eventSourceARN: string })[]
}
const idOf = ({ dynamodb }: StreamRecord) => (dynamodb.Keys.id as { S: string }).S
const idsIn = (payload: string) => (JSON.parse(payload) as Batch).Records.map(idOf).join('')

async function start(
  invoke: Invoke,
  {
    at = folder,
    refusing = () => false,
    ...more
  }: Partial<StreamMapping> & { at?: string; refusing?: () => boolean } = {},
) {
  const dynamodb = await startDynamoDb({ stack, folder: join(at, 'tables'), clock })
  const store = await openStore(join(at, 'store'))
  const reports: Record<string, Record<string, unknown>>[] = []
  const ages: number[] = []
  const lines: string[] = []
  const mapping: StreamMapping = {
    ...{ name: 'm', streamArn: stream.arn, functionArn, batchSize: 10, windowSeconds: 0, bisects: false },
    ...{ startingPosition: 'TRIM_HORIZON', reportsFailures: true, ...more },
  }
  const source = await StreamSource.open(mapping, dynamodb.streams[0] as (typeof dynamodb.streams)[0], {
    ...{ store, clock, invoke, log: (line) => lines.push(line) },
    measured: async (_, ageMs) => void ages.push(ageMs),
    discarded: async (to, body) => {
      if (refusing()) throw new Error('The queue is away.')
      reports.push({ to: { arn: to }, ...JSON.parse(body) })
    },
  })
  const put = (...ids: string[]) =>
    Promise.all(ids.map((id) => call(dynamodb, 'PutItem', { TableName: 'customers', Item: { id: { S: id } } })))
  const inOrder = async (...ids: string[]) => {
    for (const id of ids) await put(id)
  }
  const skip = async (seconds: number) => {
    const end = clock.offsetMs + seconds * 1000
    await source.settled()
    while (clock.offsetMs < end) {
      clock.moveTo(Math.min(end, Math.max(clock.offsetMs + 1000, clock.offsetMs + clock.nextStopMs - clock.now())))
      await dynamodb.settled()
      await source.settled()
    }
  }
  const stop = async () => {
    source.stop()
    await source.settled()
    await dynamodb.stop()
    await store.close()
  }
  return { source, put: inOrder, all: put, skip, reports, ages, lines, stop }
}

/** A function that keeps the ids that it gets, and answers as `answer` says. */
function recorder(answer: (ids: string, payload: string) => ReturnType<typeof answered> | Error = () => answered()) {
  const got: string[] = []
  const invoke: Invoke = async (_, payload) => {
    got.push(idsIn(payload))
    const answers = answer(idsIn(payload), payload)
    if (answers instanceof Error) throw answers
    return answers
  }
  return { got, invoke }
}
const throttle = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)

test('a function gets records in the event of Lambda, in their order, each once', async () => {
  const batches: Batch[] = []
  const { source, put, ages, stop } = await start(async (_, payload) => {
    batches.push(JSON.parse(payload))
    return answered()
  })
  await put('a', 'b')
  source.start()
  await source.settled()
  expect(batches.map(({ Records }) => Records.map(idOf))).toEqual([['a', 'b']])
  expect(batches[0]?.Records[0]).toEqual({
    ...{ eventID: expect.any(String), eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb' },
    ...{ awsRegion: 'eu-central-1', eventSourceARN: stream.arn },
    dynamodb: {
      ...{ ApproximateCreationDateTime: expect.any(Number), Keys: { id: { S: 'a' } }, NewImage: { id: { S: 'a' } } },
      ...{ SequenceNumber: expect.any(String), SizeBytes: 6, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  })
  await put('c')
  await source.settled()
  expect(batches[1]?.Records.map(idOf)).toEqual(['c'])
  expect(ages).toEqual([expect.any(Number), expect.any(Number)])
  await stop()
})

test('a batch has at most so many records, and the next begins after it', async () => {
  const { got, invoke } = recorder()
  const { source, put, stop } = await start(invoke, { batchSize: 2 })
  await put('a', 'b', 'c', 'd', 'e')
  source.start()
  await source.settled()
  expect(got).toEqual(['ab', 'cd', 'e'])
  await stop()
})

test('a batch that is not full waits for its window', async () => {
  const { got, invoke } = recorder()
  const { source, put, skip, stop } = await start(invoke, { batchSize: 3, windowSeconds: 60 })
  source.start()
  await put('a')
  await skip(59)
  await put('b')
  await source.settled()
  expect(got).toEqual([])
  await skip(1)
  expect(got).toEqual(['ab'])
  await put('c', 'd', 'e')
  await source.settled()
  expect(got).toEqual(['ab', 'cde'])
  await stop()
})

test.each([
  ['TRIM_HORIZON', 'ab'],
  ['LATEST', 'b'],
] as const)('a new mapping that begins at %s gets %s, also after a restart', async (startingPosition, expected) => {
  const before = await start(recorder().invoke)
  await before.put('a')
  await before.stop()
  const more = { startingPosition, name: 'new' }
  await (await start(recorder().invoke, more)).stop()
  const { got, invoke } = recorder()
  const { source, put, stop } = await start(invoke, more)
  await put('b')
  source.start()
  await source.settled()
  expect(got).toEqual([expected])
  await stop()
})

test('a failed batch is retried later each time, and nothing overtakes it', async () => {
  let fails = true
  const times: number[] = []
  const { got, invoke } = recorder(() => {
    times.push(Math.floor(clock.now() / 1000))
    return fails ? failing : answered()
  })
  const { source, put, skip, stop } = await start(invoke, { batchSize: 2 })
  await put('a', 'b', 'c')
  source.start()
  await skip(15)
  const waits = times.slice(1).map((time, index) => time - (times[index] as number))
  expect(waits).toEqual([...waits].sort((one, other) => one - other))
  fails = false
  await skip(3600)
  expect([...new Set(got)]).toEqual(['ab', 'c'])
  expect(got.length).toBeGreaterThan(3)
  await stop()
})

test('a throttle is retried without an attempt, and the position stays', async () => {
  let throttles = 5
  const { got, invoke } = recorder(() => (throttles-- > 0 ? throttle : answered()))
  const { source, put, skip, reports, stop } = await start(invoke, { maximumRetryAttempts: 0, onFailureArn: dead })
  await put('a')
  source.start()
  await skip(3600)
  expect([got, reports]).toEqual([['a', 'a', 'a', 'a', 'a', 'a'], []])
  await stop()
})

test('a function reports the first record that failed, and gets the rest again', async () => {
  let fails = 2
  const { got, invoke } = recorder((_, payload) => {
    const failed = (JSON.parse(payload) as Batch).Records.find((record) => idOf(record) === 'c')
    if (!failed || fails-- <= 0) return answered({ batchItemFailures: [] })
    return answered({ batchItemFailures: [{ itemIdentifier: failed.dynamodb.SequenceNumber }] })
  })
  const { source, put, skip, stop } = await start(invoke)
  await put('a', 'b', 'c', 'd')
  source.start()
  await source.settled()
  await put('e')
  await skip(60)
  expect(got).toEqual(['abcd', 'cd', 'cd', 'e'])
  await stop()
})

test('a report that names no record of the batch means the whole batch', async () => {
  let answers = [{ batchItemFailures: [{ itemIdentifier: '' }] }, { batchItemFailures: [{ itemIdentifier: 'other' }] }]
  const { got, invoke } = recorder(() => {
    const [first, ...rest] = answers
    answers = rest
    return answered(first)
  })
  const { source, put, skip, stop } = await start(invoke)
  await put('a', 'b')
  source.start()
  await skip(60)
  expect(got).toEqual(['ab', 'ab', 'ab'])
  await stop()
})

test('a batch is split until the record that fails is alone, which is discarded with a report', async () => {
  const { got, invoke } = recorder((ids) => (ids.includes('c') ? failing : answered()))
  const { source, put, skip, reports, stop } = await start(invoke, {
    ...{ bisects: true, maximumRetryAttempts: 1, onFailureArn: dead, reportsFailures: false },
  })
  await put('a', 'b', 'c', 'd')
  source.start()
  await skip(60)
  expect(got).toEqual(['abcd', 'ab', 'cd', 'c', 'c', 'd'])
  const sequenceNumber = expect.stringMatching(/^1\d{20}$/)
  const arrival = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(reports).toEqual([
    {
      to: { arn: dead },
      requestContext: { requestId, functionArn, condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      responseContext: { statusCode: 200, executedVersion: '1', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.any(String),
      DDBStreamBatchInfo: {
        ...{ shardId, startSequenceNumber: sequenceNumber, endSequenceNumber: sequenceNumber },
        ...{ approximateArrivalOfFirstRecord: arrival, approximateArrivalOfLastRecord: arrival },
        ...{ batchSize: 1, streamArn: stream.arn },
      },
    },
  ])
  await stop()
})

test('records that are too old are discarded without an invocation, and younger ones go on', async () => {
  const { got, invoke } = recorder((ids) => (ids.includes('a') ? throttle : answered()))
  const { source, put, skip, reports, stop } = await start(invoke, {
    ...{ maximumRecordAgeSeconds: 3600, onFailureArn: dead },
  })
  await put('a')
  source.start()
  await skip(3000)
  await put('b')
  await skip(1000)
  expect(got.at(-1)).toBe('b')
  expect(reports).toMatchObject([
    { requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 1 } },
  ])
  await stop()
})

test('a report that the destination refuses keeps the position', async () => {
  let away = true
  const { got, invoke } = recorder((ids) => (ids.includes('a') ? failing : answered()))
  const { source, put, skip, reports, stop } = await start(invoke, {
    ...{ maximumRetryAttempts: 0, onFailureArn: dead, refusing: () => away },
  })
  await put('a')
  source.start()
  await skip(60)
  await put('b')
  expect([reports, new Set(got)]).toEqual([[], new Set(['a'])])
  away = false
  await skip(600)
  expect(reports).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 1 } }])
  expect(got.at(-1)).toBe('b')
  await stop()
})

test('records that the stream trims meanwhile are named in the log, and the rest goes on', async () => {
  let away = true
  const { got, invoke } = recorder(() => (away ? failing : answered()))
  const { source, put, skip, lines, stop } = await start(invoke)
  await put('a', 'b')
  source.start()
  await skip(23 * 3600)
  await put('c')
  await skip(3600)
  away = false
  await skip(3600)
  expect(lines.join('\n')).toContain('m: 2 records are lost')
  expect(got.at(-1)).toBe('c')
  await stop()
})

test('whatever fails and whenever the process is killed, no record is lost, and none overtakes another', async () => {
  let run = 0
  const outcome = fc.constantFrom('succeeds', 'fails', 'throttled', 'reports', 'killed')
  await fc.assert(
    fc.asyncProperty(
      fc.array(outcome, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (outcomes, bursts, bisects) => {
        let at = `${folder}-run-${run++}`
        let killedAt: string | undefined
        const done: string[] = []
        const invoke: Invoke = async (_, payload) => {
          const { Records } = JSON.parse(payload) as Batch
          const next = outcomes.shift() ?? 'succeeds'
          if (next === 'throttled') throw throttle
          if (next === 'fails') return failing
          if (next === 'killed') {
            // The function has done its work, and the position has not moved.
            done.push(...Records.map(idOf))
            killedAt = `${folder}-run-${run++}`
            cpSync(at, killedAt, { recursive: true })
            return answered()
          }
          const failed = next === 'reports' ? Records.at(-1) : undefined
          done.push(...Records.filter((record) => record !== failed).map(idOf))
          const failures = failed ? [{ itemIdentifier: failed.dynamodb.SequenceNumber }] : []
          return answered({ batchItemFailures: failures })
        }
        let system = await start(invoke, { at, bisects, batchSize: 4 })
        system.source.start()
        const written: string[] = []
        for (const burst of bursts) {
          const ids = Array.from({ length: burst }, (_, index) => `${written.length + index},`)
          written.push(...ids)
          await system.put(...ids)
          await system.skip(1200)
          if (killedAt === undefined) continue
          // What the process did after the kill has not happened: later writes are in the copy only if they were before it.
          await system.stop()
          rmSync(at, { recursive: true })
          at = killedAt
          killedAt = undefined
          system = await start(invoke, { at, bisects, batchSize: 4 })
          system.source.start()
          await system.skip(1200)
        }
        await system.skip(7200)
        await system.stop()
        rmSync(at, { recursive: true })
        const firsts = [...new Set(done)]
        expect(firsts).toEqual(written)
      },
    ),
    { numRuns: 25 },
  )
}, 180_000)
