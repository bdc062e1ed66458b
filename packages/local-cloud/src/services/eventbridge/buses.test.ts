import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { VirtualClock } from '../../core/clock.ts'
import type { MessageAttributes } from '../../core/message-attribute.ts'
import { call } from '../../core/service.ts'
import { type ApiDestination, type Connection, emptyStack, type Rule, type Target } from '../../core/stack-model.ts'
import { temporaryStore } from '../../gateway/test/start-gateway.ts'
import { type Events, startEvents } from './events.ts'

const arn = (resource: string, service = 'events') => `arn:aws:${service}:eu-central-1:000000000000:${resource}`
const queueArn = arn('heard', 'sqs')
const dead = arn('dead', 'sqs')
const bus = { name: 'customers', arn: arn('event-bus/customers') }
const connection: Connection = {
  ...{ name: 'webhook', arn: arn('connection/webhook/1'), secretArn: arn('secret:webhook', 'secretsmanager') },
  ...{ header: 'X-Secret', value: 'initial', ignoresSecret: true },
}
const destination = {
  ...{ name: 'webhook', arn: arn('api-destination/webhook/1'), connectionArn: connection.arn, method: 'POST' },
  invocationsPerSecond: 300,
}
const ruleTo = (target: Partial<Target> = {}): Rule => ({
  ...{ name: 'all', arn: arn('rule/customers/all'), busName: bus.name, enabled: true },
  eventPattern: '{"source":["shop"]}',
  targets: [{ id: 't', arn: queueArn, ...target }],
})

interface Sent {
  queueArn: string
  body: string
  attributes: MessageAttributes
}
let clock: VirtualClock
let temporary: Awaited<ReturnType<typeof temporaryStore>>
let events: Events
let sent: Sent[]
let logged: string[]
let server: Server | undefined
let tcp: TcpServer | undefined
beforeEach(async () => {
  clock = new VirtualClock()
  temporary = await temporaryStore()
  sent = []
  logged = []
})
afterEach(async () => {
  await events.stop()
  server?.closeAllConnections()
  server?.close()
  server = undefined
  tcp?.close()
  tcp = undefined
  clock.stop()
  await temporary.remove()
})

async function start(
  rule: Rule = ruleTo(),
  {
    url = 'http://127.0.0.1:1',
    rate = 300,
    connections = [connection],
    ...more
  }: { url?: string; rate?: number; connections?: Connection[] } & Partial<Parameters<typeof startEvents>[0]> = {},
) {
  const apiDestinations: ApiDestination[] = [{ ...destination, url, invocationsPerSecond: rate }]
  const stack = emptyStack({ region: 'eu-central-1', accountId: '000000000000' })
  events = await startEvents({
    stack: { ...stack, eventBuses: [bus], eventRules: [rule], apiDestinations, connections },
    ...{ store: temporary.store, clock, log: (line) => logged.push(line) },
    invoke: () => Promise.reject(new Error('No function is a target.')),
    publish: () => Promise.reject(new Error('No topic is a target.')),
    enqueue: async (queueArn, body, attributes) => void sent.push({ queueArn, body, attributes }),
    ...more,
  })
}
const entry = (more: object = {}) => ({
  ...{ EventBusName: bus.name, Source: 'shop', DetailType: 'Customer Confirmed', Detail: '{"eventId":"1"}' },
  ...more,
})
const put = async (...Entries: object[]) =>
  (await call(events, 'PutEvents', { Entries })) as { FailedEntryCount: number; Entries: Record<string, string>[] }
const skip = async (seconds: number) => {
  const end = clock.offsetMs + seconds * 1000
  await events.settled()
  while (clock.offsetMs < end) {
    clock.moveTo(Math.min(end, Math.max(clock.offsetMs + 1000, clock.offsetMs + clock.nextStopMs - clock.now())))
    await events.settled()
  }
}

interface Heard {
  secret: string | undefined
  body: Record<string, unknown>
}
/** A server that answers with these statuses, and with the last one from then on. */
async function listen(...answers: { status: number; after?: string }[]): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    heard.push({ secret: request.headers['x-secret'] as string, body: JSON.parse(Buffer.concat(chunks).toString()) })
    const { status, after } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 200 }
    response.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end('answer')
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard }
}

test('an event on a bus reaches the queue of a rule on that bus, in the form of EventBridge', async () => {
  await start()
  const { FailedEntryCount, Entries } = await put(
    entry({ Resources: ['a'], Time: 1_700_000_000 }),
    entry({ EventBusName: undefined }),
    entry({ Source: 'other' }),
  )
  await events.settled()
  expect([FailedEntryCount, Entries.length]).toEqual([0, 3])
  expect(sent.map(({ body, ...rest }) => ({ ...rest, body: JSON.parse(body) }))).toEqual([
    {
      ...{ queueArn, attributes: {} },
      body: {
        ...{ version: '0', id: Entries[0]?.EventId, 'detail-type': 'Customer Confirmed', source: 'shop' },
        ...{ account: '000000000000', time: '2023-11-14T22:13:20Z', region: 'eu-central-1', resources: ['a'] },
        detail: { eventId: '1' },
      },
    },
  ])
  await put(entry({ EventBusName: bus.arn }))
  await events.settled()
  expect(sent).toHaveLength(2)
})

test('an event is durable before PutEvents answers: the next start delivers it', async () => {
  await start(ruleTo(), { enqueue: () => new Promise(() => {}) })
  await put(entry())
  await events.stop()
  await start()
  await events.settled()
  expect(sent).toHaveLength(1)
})

test('each entry is accepted or refused for itself, in the words of AWS', async () => {
  await start()
  const required = (name: string) => ({
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  })
  const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  const details = ['[]', '"text"', '{"a', 'text'].map((Detail) => entry({ Detail }))
  const lacking = ['Source', 'DetailType', 'Detail'].map((name) => entry({ [name]: undefined }))
  const answers = await put(...lacking, ...details, entry({ Source: 'aws.ses' }), entry())
  expect(answers).toEqual({
    FailedEntryCount: 8,
    Entries: [
      ...['Source', 'DetailType', 'Detail'].map(required),
      ...details.map(() => malformed),
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
      { EventId: expect.any(String) },
    ],
  })
})

test.each([
  [[], 'Member must have length greater than or equal to 1'],
  [Array.from({ length: 11 }, () => entry()), 'Member must have length less than or equal to 10'],
  [
    [1, 2].map(() => entry({ Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) })),
    'Total size of the entries in the request is over the limit.',
  ],
])('a request that is wrong as a whole is refused %#', async (Entries, message) => {
  await start()
  await expect(put(...Entries)).rejects.toMatchObject({
    code: 'ValidationException',
    message: expect.stringContaining(message),
  })
})

test('an event for a bus that does not exist is accepted, as on AWS, and the log says that it is dropped', async () => {
  await start()
  expect(await put(entry({ EventBusName: 'gone' }))).toMatchObject({ FailedEntryCount: 0 })
  await events.settled()
  expect([sent, logged]).toEqual([[], [expect.stringContaining('there is no event bus gone')]])
})

test('buses are described and listed', async () => {
  await start()
  expect(await call(events, 'DescribeEventBus', { Name: bus.name })).toMatchObject({ Name: 'customers', Arn: bus.arn })
  expect(await call(events, 'ListEventBuses', {})).toMatchObject({
    EventBuses: [{ Name: 'default', Arn: arn('event-bus/default') }, { Name: 'customers' }],
  })
  await expect(call(events, 'DescribeEventBus', { Name: 'none' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  })
})

describe('an API destination', () => {
  const target = { arn: destination.arn, roleArn: arn('role/events', 'iam') }

  test('is called with the event and the secret of its connection', async () => {
    const { url, heard } = await listen({ status: 204 })
    await start(ruleTo({ ...target, inputTransformer: { inputPaths: { d: '$.detail' }, inputTemplate: '<d>' } }), {
      url,
    })
    await put(entry())
    await events.settled()
    expect(heard).toEqual([{ secret: 'initial', body: { eventId: '1' } }])
  })

  test('is called with the secret that a command has set, also after a restart', async () => {
    const { url, heard } = await listen({ status: 200 })
    await start(ruleTo(target), { url })
    const ApiKeyAuthParameters = { ApiKeyName: 'X-Secret', ApiKeyValue: 'set' }
    const Name = connection.name
    const updated = await call(events, 'UpdateConnection', { Name, AuthParameters: { ApiKeyAuthParameters } })
    expect(updated).toMatchObject({ ConnectionArn: connection.arn, ConnectionState: 'AUTHORIZED' })
    const described = await call(events, 'DescribeConnection', { Name })
    expect(described).toMatchObject({ AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Secret' } } })
    expect(JSON.stringify(described)).not.toContain('"set"')
    for (const connections of [[connection], [{ ...connection, ignoresSecret: false }], [connection]]) {
      await events.stop()
      await start(ruleTo(target), { url, connections })
      await put(entry())
      await events.settled()
    }
    expect(heard.map(({ secret }) => secret)).toEqual(['set', 'initial', 'initial'])
    expect(logged.join()).not.toMatch(/initial|set/)
  })

  test.each([401, 407, 409, 429, 500, 503])('that answers %i is called again later', async (status) => {
    const { url, heard } = await listen({ status }, { status: 200 })
    await start(ruleTo(target), { url })
    await put(entry())
    await skip(10)
    expect(heard).toHaveLength(2)
  })

  test.each([400, 403, 404, 302])(
    'that answers %i is not called again, and the event is a dead letter',
    async (status) => {
      const { url, heard } = await listen({ status })
      await start(ruleTo({ ...target, deadLettersArn: dead }), { url })
      await put(entry())
      await skip(1000)
      expect(heard).toHaveLength(1)
      const text = (StringValue: string) => ({ DataType: 'String', StringValue })
      expect(sent).toEqual([
        {
          queueArn: dead,
          body: expect.stringContaining('"detail":{"eventId":"1"}'),
          attributes: {
            RULE_ARN: text(arn('rule/customers/all')),
            TARGET_ARN: text(destination.arn),
            ERROR_CODE: text('ERROR_FROM_TARGET'),
            ERROR_MESSAGE: text(
              `Unable to invoke ApiDestination endpoint: The request failed because the API returned status code ${status}.`,
            ),
            RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '0' },
          },
        },
      ])
    },
  )

  test('that cannot be reached is called for as long as the retry policy says; then the event is a dead letter', async () => {
    const retryPolicy = { maximumRetryAttempts: 3, maximumEventAgeSeconds: 86_400 }
    await start(ruleTo({ ...target, deadLettersArn: dead, retryPolicy }))
    await put(entry())
    await skip(3600)
    expect(sent).toMatchObject([
      {
        attributes: {
          ERROR_CODE: { StringValue: 'CONNECTION_FAILURE' },
          EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
          RETRY_ATTEMPTS: { StringValue: '3' },
        },
      },
    ])
  })

  test('is called for a day by default, whatever restarts come in between', async () => {
    await start(ruleTo({ ...target, deadLettersArn: dead }))
    await put(entry())
    await skip(12 * 3600)
    await events.stop()
    await start(ruleTo({ ...target, deadLettersArn: dead }))
    await skip(11 * 3600)
    expect(sent).toEqual([])
    await skip(2 * 3600)
    expect(sent).toHaveLength(1)
  })

  test('that asks for time with Retry-After gets it, and with a negative one is not called again', async () => {
    const { url, heard } = await listen({ status: 503, after: '600' }, { status: 503, after: '-1' })
    await start(ruleTo({ ...target, deadLettersArn: dead }), { url })
    await put(entry())
    await skip(500)
    expect(heard).toHaveLength(1)
    await skip(200)
    expect([heard.length, sent.length]).toEqual([2, 1])
  })

  test('that does not answer holds up no other target', async () => {
    server = createServer(() => {})
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const rule = ruleTo(target)
    const both = { ...rule, targets: [...rule.targets, { id: 'queue', arn: queueArn }] }
    let arrived = () => {}
    const all = new Promise<void>((resolve) => {
      arrived = resolve
    })
    await start(both, {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      enqueue: async (to, body, attributes) => {
        if (sent.push({ queueArn: to, body, attributes }) === 20) arrived()
      },
    })
    for (let batch = 0; batch < 2; batch++) await put(...Array.from({ length: 10 }, () => entry()))
    await all
    expect(sent.every((one) => one.queueArn === queueArn)).toBe(true)
  })

  describe('that does not answer, while the clock skips', () => {
    const day = 86_400
    // Without it, an attempt takes AWS's five seconds.
    const timeoutMs = 1000
    const rule = ruleTo({ ...target, deadLettersArn: dead })
    const skipAll = (seconds: number) => events.during(() => skip(seconds))
    const codes = () => sent.map(({ attributes }) => attributes.ERROR_CODE?.StringValue)
    const retries = () => sent.map(({ attributes }) => Number(attributes.RETRY_ATTEMPTS?.StringValue))
    const attempts = (event: string | undefined) => logged.filter((line) => line.includes(`deliver event ${event}`))

    /** Accepts connections and counts them, and says nothing on any. */
    async function mute(): Promise<{ port: number; connections: () => number; end: () => Promise<unknown> }> {
      const sockets: Socket[] = []
      const server = createTcpServer((socket) => sockets.push(socket.on('error', () => {})))
      tcp = server
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const end = () => {
        for (const socket of sockets) socket.destroy()
        return new Promise((resolve) => server.close(resolve))
      }
      return { port: (server.address() as AddressInfo).port, connections: () => sockets.length, end }
    }

    test.each(['http', 'https'])(
      'fails every attempt of a day, each with its own record, and is called a few times only: %s',
      async (scheme) => {
        const { port, connections } = await mute()
        await start(rule, { url: `${scheme}://127.0.0.1:${port}`, timeoutMs })
        const { Entries } = await put(entry(), entry())
        await skipAll(2 * day)
        expect(codes()).toEqual(['TIMEOUT', 'TIMEOUT'])
        const each = Entries.map(({ EventId }) => attempts(EventId).length - 1)
        expect(each.sort()).toEqual(retries().sort())
        // EventBridge's own limit, or as many as a day has room for.
        expect(Math.min(...each)).toBeGreaterThan(150)
        // Three for each of the two events, and what fetch connects in advance.
        expect(connections()).toBeLessThan(20)
        expect(logged.filter((line) => line.includes('again while the clock skips'))).toHaveLength(1)
      },
    )

    test('times out if its answer has no end', async () => {
      let calls = 0
      server = createServer((_, response) => {
        calls += 1
        response.writeHead(200).write('on')
        const more = setInterval(() => response.write(' and on'), 10)
        response.on('close', () => clearInterval(more))
      })
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
      await start(rule, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs })
      await put(entry())
      await skipAll(2 * day)
      expect(codes()).toEqual(['TIMEOUT'])
      expect(calls).toBeLessThanOrEqual(3)
    })

    test('is called again in the next skip, and gets what is not a dead letter yet', async () => {
      const { port, end } = await mute()
      await start(rule, { url: `http://127.0.0.1:${port}`, timeoutMs })
      await put(entry())
      await skipAll(day / 2)
      await end()
      const heard: string[] = []
      server = createServer((request, response) => {
        heard.push(request.url ?? '')
        response.end()
      })
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
      await skipAll(600)
      expect([heard, sent]).toEqual([['/'], []])
    })

    test('fails every attempt of a day if it refuses connections', async () => {
      await start(rule)
      await put(entry())
      await skipAll(2 * day)
      expect(codes()).toEqual(['CONNECTION_FAILURE'])
      expect(retries()[0]).toBeGreaterThan(150)
    })

    test('fails every attempt of a day if it does not speak TLS', async () => {
      const { url } = await listen({ status: 200 })
      await start(rule, { url: url.replace('http:', 'https:') })
      await put(entry())
      await skipAll(2 * day)
      expect(codes()).toEqual(['CONNECTION_FAILURE'])
    })
  })

  test('is called so often in a second and no more', async () => {
    const { url, heard } = await listen({ status: 200 })
    const frozen = clock.now()
    const still = Object.assign(Object.create(clock) as VirtualClock, { now: () => frozen + clock.offsetMs })
    await start(ruleTo(target), { url, rate: 2, clock: still })
    await put(...Array.from({ length: 5 }, () => entry()))
    await events.settled()
    expect(heard).toHaveLength(2)
    await skip(10)
    expect(heard).toHaveLength(5)
  })
})

test('an event that the policy of the target refuses is a dead letter at once', async () => {
  const permits = () => ({ allowed: false, why: 'The policy refuses.' }) as const
  await start(ruleTo({ deadLettersArn: dead }), { permits })
  await put(entry())
  await events.settled()
  expect(sent).toMatchObject([{ queueArn: dead, attributes: { ERROR_CODE: { StringValue: 'NO_PERMISSIONS' } } }])
})

test('a dead-letter queue that refuses the rule gets nothing, and the log says why', async () => {
  const refuses = () => ({ allowed: false, why: 'No statement allows it.' }) as const
  await start(ruleTo({ deadLettersArn: dead }), { permits: refuses, permitsDeadLetters: refuses })
  await put(entry())
  await events.settled()
  expect(sent).toEqual([])
  expect(logged.join()).toContain('because its dead-letter queue refuses it. No statement allows it.')
})

test('a dead-letter queue that is away gets the event later', async () => {
  let away = true
  await start(
    ruleTo({
      arn: destination.arn,
      deadLettersArn: dead,
      retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 },
    }),
    {
      enqueue: async (queueArn, body, attributes) => {
        if (away) throw new Error('away')
        sent.push({ queueArn, body, attributes })
      },
    },
  )
  await put(entry())
  await skip(60)
  expect(sent).toEqual([])
  away = false
  await skip(1000)
  expect(sent).toHaveLength(1)
})
