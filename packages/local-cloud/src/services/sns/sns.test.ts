import { GetTopicAttributesCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { AwsError } from '../../core/aws-error.ts'
import { VirtualClock } from '../../core/clock.ts'
import { Faults } from '../../faults/faults.ts'
import { gatewayFor, temporaryStore } from '../../gateway/test/start-gateway.ts'
import { canPublish } from '../../permissions/can-publish.ts'
import type { Dependencies } from './deliveries.ts'
import type { Message } from './message.ts'
import { startSns } from './sns.ts'

const TopicArn = 'arn:aws:sns:eu-central-1:123456789012:notify'
const queueArn = 'arn:aws:sqs:eu-central-1:123456789012:jobs'
const subscription = { arn: `${TopicArn}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`, topicArn: TopicArn, queueArn }
const stack = {
  accountId: '123456789012',
  topics: [{ name: 'notify', arn: TopicArn, policies: [] }],
  subscriptions: [],
}
type Enqueue = Dependencies['enqueue']
const enqueue: Enqueue = async () => {}
const log = () => {}

async function start() {
  const clock = new VirtualClock(86_400_000)
  const { store, remove } = await temporaryStore()
  const sns = await startSns({ canPublish, stack, store, clock, enqueue, log })
  const gateway = await gatewayFor({ sns })
  return { sns, store, clock, client: new SNSClient(gateway.client), stop: () => gateway.stop().then(remove) }
}

test('a message is durable before its listeners get it', async () => {
  const { sns, store, clock, client, stop } = await start()
  const received: Message[] = []
  const inNextProcess: Message[] = []
  sns.outbox.onPublished(async (message) => {
    received.push(message)
    const next = await startSns({ canPublish, stack, store, clock, enqueue, log })
    next.outbox.onPublished((one) => inNextProcess.push(one))
    await next.outbox.redeliver()
  })
  const { MessageId } = await client.send(
    new PublishCommand({
      TopicArn,
      Subject: 'Alarm',
      Message: '{"a":1}',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'alarm' } },
    }),
  )
  const expected = {
    id: MessageId,
    at: expect.any(String),
    topicArn: TopicArn,
    subject: 'Alarm',
    message: '{"a":1}',
    attributes: { kind: 'alarm' },
  }
  expect(received).toEqual([expected])
  expect(inNextProcess).toEqual([expected])
  await stop()
})

test('a message per protocol is delivered with its default text', async () => {
  const { sns, client, stop } = await start()
  const received: Message[] = []
  sns.outbox.onPublished((message) => received.push(message))
  const MessageStructure = 'json'
  await client.send(new PublishCommand({ TopicArn, MessageStructure, Message: '{"default":"d","sms":"s"}' }))
  expect(received).toMatchObject([{ message: 'd' }])
  for (const Message of ['{"sms":"s"}', 'null', 'no json']) {
    const refused = client.send(new PublishCommand({ TopicArn, MessageStructure, Message }))
    await expect(refused).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameter/) })
  }
  await stop()
})

test('topics are those of the stack', async () => {
  const { client, stop } = await start()
  expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }])
  await expect(client.send(new ListTopicsCommand({ NextToken: '1' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Invalid parameter: NextToken',
  })
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }))
  expect(Attributes).toMatchObject({ TopicArn, Owner: '123456789012' })
  const unknown = client.send(new PublishCommand({ TopicArn: `${TopicArn}2`, Message: 'm' }))
  await expect(unknown).rejects.toMatchObject({ name: 'NotFoundException', message: 'Topic does not exist' })
  await stop()
})

test('either member names the topic, by its ARN', async () => {
  const { sns, client, stop } = await start()
  const received: Message[] = []
  sns.outbox.onPublished((message) => received.push(message))
  await client.send(new PublishCommand({ TargetArn: TopicArn, Message: 'm' }))
  expect(received).toMatchObject([{ topicArn: TopicArn, message: 'm' }])
  for (const wrong of [{}, { PhoneNumber: '+491701234567' }, { TopicArn: 'notify' }]) {
    const refused = client.send(new PublishCommand({ ...wrong, Message: 'm' }))
    await expect(refused).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameter/) })
  }
  await stop()
})

describe('a queue that subscribes', () => {
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
  const startWith = (enqueue: Enqueue, { raw = true, ...more }: Partial<Dependencies> & { raw?: boolean } = {}) =>
    startSns({
      canPublish,
      stack: { ...stack, subscriptions: [{ ...subscription, raw }] },
      store: temporary.store,
      clock,
      enqueue,
      log,
      ...more,
    })
  const message = { id: 'm', topicArn: TopicArn, message: '{"a":1}', attributes: { kind: 'alarm' } }
  const lost = async () => {
    throw new Error('The connection is lost.')
  }
  const skip = async (sns: Awaited<ReturnType<typeof startSns>>, seconds: number) => {
    clock.moveTo(clock.offsetMs + seconds * 1000)
    await sns.settled()
  }
  async function received(raw: boolean): Promise<unknown[]> {
    const got: unknown[] = []
    const sns = await startWith(async (...sent) => void got.push(...sent), { raw })
    await sns.outbox.publish({ ...message, subject: 'Alarm' })
    await sns.outbox.publish({ ...message, topicArn: `${TopicArn}-other` })
    await sns.settled()
    await sns.stop()
    return got
  }

  test('gets the message as it was published, if it asks for that', async () => {
    const kind = { DataType: 'String', StringValue: 'alarm' }
    expect(await received(true)).toEqual([queueArn, { body: '{"a":1}', attributes: { kind } }])
  })

  test('gets the envelope of SNS otherwise', async () => {
    const [arn, queued] = (await received(false)) as [string, { body: string; attributes: object }]
    expect([arn, queued.attributes]).toEqual([queueArn, {}])
    expect(JSON.parse(queued.body)).toMatchObject({
      Type: 'Notification',
      MessageId: 'm',
      TopicArn,
      Subject: 'Alarm',
      Message: '{"a":1}',
      Timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      UnsubscribeURL: expect.stringContaining(subscription.arn),
      MessageAttributes: { kind: { Type: 'String', Value: 'alarm' } },
    })
  })

  test('is tried every 20 seconds for as long as it cannot be reached, and nothing is dropped', async () => {
    let attempts = 0
    const lines: string[] = []
    const enqueue = async () => {
      attempts += 1
      if (attempts <= 1_000) await lost()
    }
    const sns = await startWith(enqueue, { log: (line) => lines.push(line) })
    await sns.outbox.publish(message)
    await sns.settled()
    const counts = [attempts]
    for (const seconds of [19, 1, 19, 1]) {
      await skip(sns, seconds)
      counts.push(attempts)
    }
    expect(counts).toEqual([1, 1, 2, 2, 3])
    expect(lines.at(-1)).toContain('Again in 20 s.')
    for (let n = 0; n < 1_000; n++) await skip(sns, 20)
    expect(attempts).toBe(1_001)
    await sns.stop()
  })

  test.each<[string, Partial<Dependencies>, string]>([
    ['delivered once the queue has it', {}, 'NumberOfNotificationsDelivered'],
    [
      'failed if its policy does not allow SNS',
      { permits: () => ({ allowed: false, why: 'No.' }) },
      'NumberOfNotificationsFailed',
    ],
    [
      'failed where the queue is missing',
      {
        enqueue: async () => {
          throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
        },
      },
      'NumberOfNotificationsFailed',
    ],
  ])('counts as %s', async (_, more, metric) => {
    const record = jest.fn(async () => {})
    const enqueue = jest.fn(async () => {})
    const sns = await startWith(enqueue, { record, ...more })
    await sns.outbox.publish(message)
    for (const seconds of [0, 60, 120]) await skip(sns, seconds)
    const datum = { namespace: 'AWS/SNS', dimensions: { TopicName: 'notify' }, name: metric, value: 1, unit: 'Count' }
    expect(record.mock.calls).toEqual([[datum]])
    expect(enqueue).toHaveBeenCalledTimes(metric.endsWith('Delivered') ? 1 : 0)
    await sns.stop()
  })

  describe('and has dead letters', () => {
    const deadLettersArn = `${queueArn}-dead`
    const refused = async () => {
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
    }
    const deliverTo = async (enqueue: Enqueue, permits?: Dependencies['permits']) => {
      const metrics: string[] = []
      const lines: string[] = []
      const sns = await startSns({
        canPublish,
        stack: { ...stack, subscriptions: [{ ...subscription, raw: true, deadLettersArn }] },
        store: temporary.store,
        clock,
        enqueue,
        record: async (...data) => void metrics.push(...data.map(({ name }) => name)),
        log: (line) => lines.push(line),
        ...(permits && { permits }),
      })
      await sns.outbox.publish(message)
      await sns.settled()
      await skip(sns, 60)
      await sns.stop()
      return { metrics, lines }
    }

    test.each<[string, Dependencies['permits'] | undefined]>([
      ['is missing', undefined],
      ['does not allow SNS', (_, arn) => (arn === queueArn ? { allowed: false, why: 'No.' } : { allowed: true })],
    ])('loses nothing if it %s', async (_, permits) => {
      const dead: unknown[] = []
      const { metrics } = await deliverTo(async (arn, queued) => {
        if (arn === queueArn) await refused()
        dead.push([arn, queued.body])
      }, permits)
      expect(dead).toEqual([[deadLettersArn, message.message]])
      expect(metrics).toEqual(['NumberOfNotificationsFailed', 'NumberOfNotificationsRedrivenToDlq'])
    })

    test('loses what neither of them accepts, and says so', async () => {
      const { metrics, lines } = await deliverTo(refused)
      expect(metrics).toEqual(['NumberOfNotificationsFailed', 'NumberOfNotificationsFailedToRedriveToDlq'])
      expect(lines.at(-1)).toContain('is dropped: The specified queue does not exist.')
    })

    test('keeps them empty for as long as the queue cannot be reached', async () => {
      const sent: string[] = []
      const { metrics } = await deliverTo(async (arn) => {
        sent.push(arn)
        await lost()
      })
      expect([new Set(sent), metrics]).toEqual([new Set([queueArn]), []])
    })
  })

  test('is retried until it can be reached, also after a restart', async () => {
    const first = await startWith(lost)
    await first.outbox.publish(message)
    await first.settled()
    await first.stop()
    let attempts = 0
    const second = await startWith(async () => {
      attempts += 1
    })
    await second.settled()
    expect(attempts).toBe(0)
    await skip(second, 20)
    expect(attempts).toBe(1)
    await second.stop()
    const third = await startWith(async () => {
      throw new Error('Nothing is left to deliver.')
    })
    await third.settled()
    await third.stop()
  })

  test('gets an interrupted delivery again after the local cloud was killed', async () => {
    const begun = new Promise<void>((begins) => {
      void startWith(() => {
        begins()
        return new Promise(() => {})
      }).then((sns) => sns.outbox.publish(message))
    })
    await begun
    let attempts = 0
    const again = await startWith(async () => {
      attempts += 1
    })
    await again.settled()
    expect(attempts).toBe(1)
    await again.stop()
  })

  test.each([
    ['dropAfterEffect', 2],
    ['duplicate', 2],
    ['error', 1],
  ] as const)('meets the fault %s: %i messages', async (kind, expected) => {
    const faults = new Faults()
    const error = kind === 'error' ? { error: 'InternalFailure' } : {}
    await faults.replace({ rules: [{ service: 'sns', action: 'Deliver', kind, times: 1, ...error }] })
    let messages = 0
    const sns = await startWith(
      async () => {
        messages += 1
      },
      { faults },
    )
    await sns.outbox.publish(message)
    await sns.settled()
    await skip(sns, 20)
    expect(messages).toBe(expected)
    await sns.stop()
  })
})

test('the next process delivers what was not delivered before a process ended', async () => {
  const { sns, store, clock, stop } = await start()
  const first = sns.outbox.onPublished(() => Promise.reject(new Error('killed')))
  await expect(sns.topics.publish({ topicArn: TopicArn, message: 'one' })).rejects.toThrow('killed')
  first()
  sns.outbox.onPublished(() => {})
  await sns.topics.publish({ topicArn: TopicArn, message: 'two' })

  const received: string[] = []
  const again = await startSns({ canPublish, stack, store, clock, enqueue, log })
  again.outbox.onPublished(({ message }) => received.push(message))
  for (const _ of [1, 2]) await again.outbox.redeliver()
  expect(received).toEqual(['one'])
  await stop()
})

test('a listener gets the messages of the topics that it hears, and no others are kept', async () => {
  const { sns, store, stop } = await start()
  const received: string[] = []
  sns.outbox.onPublished(
    ({ message }) => received.push(message),
    (topicArn) => topicArn === `${TopicArn}-other`,
  )
  await sns.outbox.publish({ id: 'a', topicArn: TopicArn, message: 'one', attributes: {} })
  await sns.outbox.publish({ id: 'b', topicArn: `${TopicArn}-other`, message: 'two', attributes: {} })
  expect(received).toEqual(['two'])
  expect(await store.keys().all()).toEqual([])
  await stop()
})

test('a role publishes if its policies allow it; the log names a missing grant', async () => {
  const clock = new VirtualClock()
  const { store, remove } = await temporaryStore()
  const allowing = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource: TopicArn } })
  const logged: string[] = []
  const publisherOf = (key: string) => ({
    publisher: { role: `arn:aws:iam::123456789012:role/${key}` },
    identityPolicies: key === 'may' ? [allowing] : [],
  })
  const sns = await startSns({
    canPublish,
    stack,
    store,
    clock,
    enqueue,
    publisherOf,
    log: (line) => logged.push(line),
  })
  const publish = (accessKeyId: string) => sns.actions.Publish?.({ TopicArn, Message: 'm' } as never, { accessKeyId })
  await expect(publish('may')).resolves.toHaveProperty('MessageId')
  await expect(publish('mayNot')).rejects.toMatchObject({ code: 'AuthorizationError', statusCode: 403 })
  expect(logged).toEqual([expect.stringMatching(/^SNS refused a message\. .*role\/mayNot do sns:Publish/)])
  await remove()
})
