import { AwsError } from '../../core/aws-error.ts'
import { failuresIn } from '../../core/batch-item-failures.ts'
import { VirtualClock } from '../../core/clock.ts'
import type { Invoke } from '../../core/service.ts'
import type { EventSourceMapping } from '../../core/stack-model.ts'
import { temporaryStore } from '../../gateway/test/start-gateway.ts'
import { startSqs } from './sqs.ts'

const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`
const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:worker:live'
const jobs = {
  name: 'jobs',
  arn: arnOf('jobs'),
  visibilityTimeoutSeconds: 180,
  retentionSeconds: 1_209_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 262_144,
  policies: [],
  redrive: { deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 3 },
  tags: {},
}
const { redrive: _, ...plain } = jobs
const dead = { ...plain, name: 'dead', arn: arnOf('dead') }
const answered = (payload: unknown = null) => ({ payload: JSON.stringify(payload), logTail: '', executedVersion: '1' })

let clock: VirtualClock
let temporary: Awaited<ReturnType<typeof temporaryStore>>
beforeEach(async () => {
  clock = new VirtualClock()
  temporary = await temporaryStore()
})
afterEach(async () => {
  clock.stop()
  await temporary.remove()
})

async function start(invoke: Invoke, more: Partial<EventSourceMapping> = {}, lines: string[] = []) {
  const mapping = { name: 'm', queueArn: jobs.arn, functionArn, batchSize: 10, windowSeconds: 0, reportsFailures: true }
  const sqs = await startSqs({
    stack: { accountId: '123456789012', queues: [jobs, dead], eventSourceMappings: [{ ...mapping, ...more }] },
    store: temporary.store,
    clock,
    invoke,
    endpointUrl: () => 'http://127.0.0.1',
    log: (line) => lines.push(line),
  })
  const queueOf = (arn: string) => sqs.queues.byArn(arn) ?? fail()
  const send = (...bodies: string[]) => queueOf(jobs.arn).send(bodies.map((body) => ({ body, sender: 'me' })))
  const left = () => [jobs.arn, dead.arn].map((arn) => ({ ...queueOf(arn).depth() }).visible)
  const skip = async (seconds: number) => {
    clock.moveTo(clock.offsetMs + seconds * 1000)
    await sqs.settled()
  }
  return { ...sqs, send, left, skip }
}
function fail(): never {
  throw new Error('no such queue')
}

interface Batch {
  Records: { messageId: string; body: string }[]
}
const bodiesIn = (payload: string) => (JSON.parse(payload) as Batch).Records.map(({ body }) => body)

test('a function gets messages in the event of Lambda, and they are deleted', async () => {
  const got: unknown[] = []
  const source = await start(async (arn, payload) => {
    got.push(arn, JSON.parse(payload))
    return answered()
  })
  await source.send('{"a":1}')
  source.poll()
  await source.settled()
  expect(got).toEqual([
    functionArn,
    {
      Records: [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: '{"a":1}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.any(String),
            SenderId: 'me',
            ApproximateFirstReceiveTimestamp: expect.any(String),
          },
          messageAttributes: {},
          md5OfBody: expect.any(String),
          eventSource: 'aws:sqs',
          eventSourceARN: jobs.arn,
          awsRegion: 'eu-central-1',
        },
      ],
    },
  ])
  await source.skip(1_000)
  expect(got).toHaveLength(2)
  await source.stop()
})

test('of a batch only the messages that the function reports come again', async () => {
  const batches: string[][] = []
  const source = await start(async (_, payload) => {
    batches.push(bodiesIn(payload))
    const { Records } = JSON.parse(payload) as Batch
    const bad = Records.filter(({ body }) => body === 'bad' && batches.length < 3)
    return answered({ batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) })
  })
  await source.send('a', 'bad', 'b')
  source.poll()
  await source.settled()
  await source.skip(179)
  await source.skip(1)
  await source.skip(180)
  await source.skip(10_000)
  expect(batches).toEqual([['a', 'bad', 'b'], ['bad'], ['bad']])
  expect(source.left()).toEqual([0, 0])
  await source.stop()
})

test.each<[string, Invoke]>([
  ['fails', async () => ({ ...answered({ errorType: 'Error' }), functionError: 'Unhandled' })],
  [
    'is throttled',
    async () => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)
    },
  ],
])('a batch on which the function %s comes again until the redrive policy ends it', async (_, invoke) => {
  let attempts = 0
  const source = await start((...call) => {
    attempts += 1
    return invoke(...call)
  })
  await source.send('a')
  source.poll()
  await source.settled()
  const seen = [attempts]
  for (let n = 0; n < 4; n++) {
    await source.skip(180)
    seen.push(attempts)
  }
  expect(seen).toEqual([1, 2, 3, 3, 3])
  expect(source.left()).toEqual([0, 1])
  await source.stop()
})

test('batches are no larger, and no more at once, than the mapping says', async () => {
  const sizes: number[] = []
  let [now, most] = [0, 0]
  const source = await start(
    async (_, payload) => {
      most = Math.max(most, ++now)
      sizes.push(bodiesIn(payload).length)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      return answered()
    },
    { batchSize: 4, maximumConcurrency: 2 },
  )
  await source.send(...Array.from({ length: 14 }, (_, n) => String(n)))
  source.poll()
  await source.settled()
  expect([sizes, most]).toEqual([[4, 4, 4, 2], 2])
  await source.stop()
})

test('messages that come within a moment share a batch', async () => {
  const batches: string[][] = []
  const source = await start(async (_, payload) => {
    batches.push(bodiesIn(payload))
    return answered()
  })
  source.poll()
  await source.send('a')
  await source.send('b')
  await source.settled()
  expect(batches).toEqual([['a', 'b']])
  await source.send(...Array.from({ length: 21 }, (_, n) => String(n)))
  await source.settled()
  expect(batches.map(({ length }) => length)).toEqual([2, 10, 10, 1])
  await source.stop()
})

test('a window waits for a fuller batch', async () => {
  const batches: string[][] = []
  const source = await start(
    async (_, payload) => {
      batches.push(bodiesIn(payload))
      return answered()
    },
    { batchSize: 3, windowSeconds: 60 },
  )
  source.poll()
  await source.send('a')
  await source.skip(30)
  await source.send('b')
  expect(batches).toEqual([])
  await source.skip(30)
  expect(batches).toEqual([['a', 'b']])
  await source.send('c', 'd', 'e')
  await source.settled()
  expect(batches).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ])
  await source.stop()
})

test('what a process left is delivered by the next one', async () => {
  const first = await start(async () => {
    throw new Error('the process is about to end')
  })
  await first.send('a')
  first.poll()
  await first.settled()
  await first.send('b')
  await first.stop()
  const batches: string[][] = []
  const second = await start(async (_, payload) => {
    batches.push(bodiesIn(payload))
    return answered()
  })
  second.poll()
  await second.settled()
  await second.skip(180)
  expect(batches.flat().sort()).toEqual(['a', 'b'])
  await second.stop()
})

test.each<[string, unknown, string[]]>([
  ['null', null, []],
  ['no list', {}, []],
  ['a list that is null', { batchItemFailures: null }, []],
  ['an empty list', { batchItemFailures: [] }, []],
  ['one of them', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
  ['another message', { batchItemFailures: [{ itemIdentifier: 'c' }] }, ['a', 'b']],
  ['an empty name', { batchItemFailures: [{ itemIdentifier: '' }] }, ['a', 'b']],
  ['no name', { batchItemFailures: [{}] }, ['a', 'b']],
  ['a text', 'all is well', ['a', 'b']],
])('a function that answers with %s', (_, answer, failed) => {
  expect([...failuresIn(JSON.stringify(answer), [{ id: 'a' }, { id: 'b' }])]).toEqual(failed)
})
