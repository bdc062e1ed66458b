import { GetTopicAttributesCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { AwsError } from '../../core/aws-error.ts'
import { VirtualClock } from '../../core/clock.ts'
import type { Invoke } from '../../core/service.ts'
import { Faults } from '../../faults/faults.ts'
import { gatewayFor, temporaryStore } from '../../gateway/test/start-gateway.ts'
import { canPublish } from '../../permissions/can-publish.ts'
import type { Message } from './message.ts'
import { startSns } from './sns.ts'

const TopicArn = 'arn:aws:sns:eu-central-1:123456789012:notify'
const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:listener:live'
const subscription = { arn: `${TopicArn}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`, topicArn: TopicArn, functionArn }
const stack = {
  accountId: '123456789012',
  topics: [{ name: 'notify', arn: TopicArn, policies: [] }],
  subscriptions: [],
}
const answered = { payload: 'null', logTail: '', executedVersion: '1' }
const invoke: Invoke = async () => answered
const log = () => {}

async function start() {
  const clock = new VirtualClock(86_400_000)
  const { store, remove } = await temporaryStore()
  const sns = await startSns({ canPublish, stack, store, clock, invoke, log })
  const gateway = await gatewayFor({ sns })
  return { sns, store, clock, client: new SNSClient(gateway.client), stop: () => gateway.stop().then(remove) }
}

test('a message is durable before its listeners get it', async () => {
  const { sns, store, clock, client, stop } = await start()
  const received: Message[] = []
  sns.outbox.onPublished((message) => received.push(message))
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
  const again = await startSns({ canPublish, stack, store, clock, invoke, log })
  expect(await again.outbox.list()).toEqual([expected])
  await stop()
})

test('a message per protocol is delivered with its default text', async () => {
  const { sns, client, stop } = await start()
  const MessageStructure = 'json'
  await client.send(new PublishCommand({ TopicArn, MessageStructure, Message: '{"default":"d","sms":"s"}' }))
  expect(await sns.outbox.list()).toMatchObject([{ message: 'd' }])
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
  await client.send(new PublishCommand({ TargetArn: TopicArn, Message: 'm' }))
  expect(await sns.outbox.list()).toMatchObject([{ topicArn: TopicArn, message: 'm' }])
  for (const wrong of [{}, { PhoneNumber: '+491701234567' }, { TopicArn: 'notify' }]) {
    const refused = client.send(new PublishCommand({ ...wrong, Message: 'm' }))
    await expect(refused).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameter/) })
  }
  await stop()
})

describe('a function that subscribes', () => {
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
  const startWith = (invoke: Invoke, faults = new Faults(), lines: string[] = []) =>
    startSns({
      canPublish,
      stack: { ...stack, subscriptions: [subscription] },
      store: temporary.store,
      clock,
      invoke,
      faults,
      log: (line) => lines.push(line),
    })
  const message = { id: 'm', topicArn: TopicArn, message: '{"a":1}', attributes: { kind: 'alarm' } }
  const failed = { ...answered, payload: '{"errorType":"Error"}', functionError: 'Unhandled' as const }

  test('gets the event that Lambda gets from SNS', async () => {
    const got: unknown[] = []
    const sns = await startWith(async (arn, payload) => {
      got.push(arn, JSON.parse(payload))
      return answered
    })
    await sns.outbox.publish({ ...message, subject: 'Alarm' })
    await sns.outbox.publish({ ...message, topicArn: `${TopicArn}-other` })
    await sns.settled()
    expect(got).toEqual([
      functionArn,
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: subscription.arn,
            Sns: expect.objectContaining({
              Type: 'Notification',
              MessageId: 'm',
              TopicArn,
              Subject: 'Alarm',
              Message: '{"a":1}',
              Timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
              MessageAttributes: { kind: { Type: 'String', Value: 'alarm' } },
            }),
          },
        ],
      },
    ])
    await sns.stop()
  })

  test('is invoked three times over three minutes, and then the message is dropped with a log line', async () => {
    let attempts = 0
    const lines: string[] = []
    const sns = await startWith(
      async () => {
        attempts += 1
        return failed
      },
      undefined,
      lines,
    )
    await sns.outbox.publish(message)
    const counts: number[] = []
    for (const seconds of [0, 59, 2, 119, 2, 86_400]) {
      clock.moveTo(clock.offsetMs + seconds * 1000)
      await sns.settled()
      counts.push(attempts)
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3])
    expect(lines.at(-1)).toContain('dropped after 3 attempts')
    await sns.stop()
  })

  test.each([
    ['delivered once Lambda has it, even if the function fails', async () => failed, 'NumberOfNotificationsDelivered'],
    [
      'failed where the function is missing',
      async () => {
        throw new AwsError('ResourceNotFoundException', 'Function not found', 404)
      },
      'NumberOfNotificationsFailed',
    ],
  ] as const)('counts as %s', async (_, invoke, metric) => {
    const record = jest.fn(async () => {})
    const sns = await startSns({
      canPublish,
      ...{ stack: { ...stack, subscriptions: [subscription] }, store: temporary.store, clock, invoke, record, log },
    })
    await sns.outbox.publish(message)
    for (const seconds of [0, 60, 120]) {
      clock.moveTo(clock.offsetMs + seconds * 1000)
      await sns.settled()
    }
    const datum = { namespace: 'AWS/SNS', dimensions: { TopicName: 'notify' }, name: metric, value: 1, unit: 'Count' }
    expect(record.mock.calls).toEqual([[datum]])
    await sns.stop()
  })

  test('counts as failed if its policy does not allow SNS', async () => {
    const record = jest.fn(async () => {})
    const permits = () => ({ allowed: false as const, why: 'No.' })
    const sns = await startSns({
      canPublish,
      ...{ stack: { ...stack, subscriptions: [subscription] }, store: temporary.store, clock, invoke, record, log },
      permits,
    })
    await sns.outbox.publish(message)
    await sns.settled()
    expect(record.mock.calls).toMatchObject([[{ name: 'NumberOfNotificationsFailed' }]])
    await sns.stop()
  })

  test('is retried until Lambda can be reached, also after a restart', async () => {
    const first = await startWith(async () => {
      throw new Error('The connection is lost.')
    })
    await first.outbox.publish(message)
    await first.settled()
    await first.stop()
    let attempts = 0
    const second = await startWith(async () => {
      attempts += 1
      return answered
    })
    await second.settled()
    expect(attempts).toBe(0)
    clock.moveTo(clock.offsetMs + 20_000)
    await second.settled()
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
      return answered
    })
    await again.settled()
    expect(attempts).toBe(1)
    await again.stop()
  })

  test.each([
    ['dropAfterEffect', 2],
    ['duplicate', 2],
    ['error', 1],
  ] as const)('meets the fault %s: %i invocations', async (kind, expected) => {
    const faults = new Faults()
    const error = kind === 'error' ? { error: 'InternalFailure' } : {}
    await faults.replace({ rules: [{ service: 'sns', action: 'Deliver', kind, times: 1, ...error }] })
    let attempts = 0
    const sns = await startWith(async () => {
      attempts += 1
      return answered
    }, faults)
    await sns.outbox.publish(message)
    await sns.settled()
    clock.moveTo(clock.offsetMs + 20_000)
    await sns.settled()
    expect(attempts).toBe(expected)
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
  const again = await startSns({ canPublish, stack, store, clock, invoke, log })
  again.outbox.onPublished(({ message }) => received.push(message))
  for (const _ of [1, 2]) await again.outbox.redeliver()
  expect(received).toEqual(['one'])
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
    invoke,
    publisherOf,
    log: (line) => logged.push(line),
  })
  const publish = (accessKeyId: string) => sns.actions.Publish?.({ TopicArn, Message: 'm' } as never, { accessKeyId })
  await expect(publish('may')).resolves.toHaveProperty('MessageId')
  await expect(publish('mayNot')).rejects.toMatchObject({ code: 'AuthorizationError', statusCode: 403 })
  expect(logged).toEqual([expect.stringMatching(/^SNS refused a message\. .*role\/mayNot do sns:Publish/)])
  await remove()
})
