import {
  GetTopicAttributesCommand,
  ListTopicsCommand,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
} from '@aws-sdk/client-sns'
import { AwsError } from '../../core/aws-error.ts'
import { VirtualClock } from '../../core/clock.ts'
import { Faults } from '../../faults/faults.ts'
import { gatewayFor, temporaryStore } from '../../gateway/test/start-gateway.ts'
import { canPublish } from '../../permissions/can-publish.ts'
import type { Dependencies } from './deliveries.ts'
import type { Message, QueuedMessage } from './message.ts'
import { startSns } from './sns.ts'

const TopicArn = 'arn:aws:sns:eu-central-1:123456789012:notify'
const queueArn = 'arn:aws:sqs:eu-central-1:123456789012:jobs'
const subscription = { arn: `${TopicArn}:6b0e71bd-7e97-4d97-80ce-4a0994e55286`, topicArn: TopicArn, queueArn }
const stack = {
  region: 'eu-central-1',
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
    attributes: { kind: { DataType: 'String', StringValue: 'alarm' } },
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

type Attributes = PublishCommandInput['MessageAttributes']
const valueMissing = (type: string) =>
  `The message attribute 'attr1' must contain non-empty message attribute value for message attribute type '${type}'.`
const wrongField = (type: string, field: string) =>
  `The message attribute 'attr1' with type '${type}' must use field '${field}'.`
const wrongType =
  "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
const bytes = new Uint8Array([2, 3, 4])
const named = (name: string): Attributes => ({ [name]: { DataType: 'String', StringValue: 'x' } })
const strange = (code: string) =>
  `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`

test.each<[string, Attributes, string]>([
  ['an empty text', { attr1: { DataType: 'String', StringValue: '' } }, valueMissing('String')],
  ['no text', { attr1: { DataType: 'String' } }, valueMissing('String')],
  ['an empty binary value', { attr1: { DataType: 'Binary', BinaryValue: new Uint8Array() } }, valueMissing('Binary')],
  ['bytes as String', { attr1: { DataType: 'String', BinaryValue: bytes } }, wrongField('String', 'String')],
  ['bytes as Number', { attr1: { DataType: 'Number', BinaryValue: bytes } }, wrongField('Number', 'String')],
  ['text as Binary', { attr1: { DataType: 'Binary', StringValue: 'x' } }, wrongField('Binary', 'Binary')],
  ['an unknown type', { attr1: { DataType: 'InvalidType', StringValue: 'x' } }, wrongType],
  ['a type without its label', { attr1: { DataType: 'String.', StringValue: 'x' } }, wrongType],
  ['a type that begins as String does', { attr1: { DataType: 'Stringprefixed', StringValue: 'x' } }, wrongType],
  ...['one', '1,5', '0x10', '1e', 'NaN', ' 1'].map((StringValue): [string, Attributes, string] => [
    `the number "${StringValue}"`,
    { attr1: { DataType: 'Number', StringValue } },
    "Could not cast message attribute 'attr1' value to number.",
  ]),
  ['a name of 257', named('a'.repeat(257)), 'Length of message attribute name must be less than 256 bytes.'],
  ['a name with ^', named('^attr1'), strange('5E')],
  ['a name with a space', named('attr 1'), strange('20')],
  [
    'a name that begins with a point',
    named('.attr1'),
    "Invalid message attribute name starting with character '.' was found.",
  ],
  [
    'a name that ends with a point',
    named('attr1.'),
    "Invalid message attribute name ending with character '.' was found.",
  ],
  ['a name with two points', named('attr..1'), "Message attribute name can not have successive '.' character."],
])('an attribute is refused with SNS’s words: %s', async (_, MessageAttributes, message) => {
  const { sns, client, stop } = await start()
  const received: Message[] = []
  sns.outbox.onPublished((one) => received.push(one))
  await expect(client.send(new PublishCommand({ TopicArn, Message: 'm', MessageAttributes }))).rejects.toMatchObject({
    Code: 'ParameterValueInvalid',
    name: 'InvalidParameterValueException',
    message,
    $metadata: { httpStatusCode: 400 },
  })
  expect(received).toEqual([])
  await stop()
})

test('a text with characters of two halves is refused, as the documentation of SNS says', async () => {
  const { client, stop } = await start()
  const publish = (DataType: string, StringValue: string) =>
    client.send(
      new PublishCommand({ TopicArn, Message: '😀', MessageAttributes: { attr1: { DataType, StringValue } } }),
    )
  for (const DataType of ['String', 'String.Array']) {
    await expect(publish(DataType, 'a😀')).rejects.toMatchObject({
      Code: 'InvalidParameter',
      message: 'Invalid parameter: Invalid attribute value was passed in for message attribute attr1',
    })
    await publish(DataType, 'ä€')
  }
  for (const number of ['-1', '+1.5', '.5', '5.', '1E-7']) await publish('Number', number)
  await stop()
})

test('a standard topic takes no id for deduplication', async () => {
  const { client, stop } = await start()
  const publish = client.send(new PublishCommand({ TopicArn, Message: 'm', MessageDeduplicationId: 'a' }))
  await expect(publish).rejects.toMatchObject({
    Code: 'InvalidParameter',
    message:
      'Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
  })
  await stop()
})

test('an attribute without a type is refused as a member that is missing', async () => {
  const { client, stop } = await start()
  const MessageAttributes = { attr1: { DataType: undefined, StringValue: 'x' } } as Attributes
  await expect(client.send(new PublishCommand({ TopicArn, Message: 'm', MessageAttributes }))).rejects.toMatchObject({
    Code: 'ValidationError',
    message:
      "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
  })
  await stop()
})

test('a message may have 262,144 bytes, attributes included', async () => {
  const { sns, client, stop } = await start()
  const received: Message[] = []
  sns.outbox.onPublished((one) => received.push(one))
  const number = { attr1: { DataType: 'Number', StringValue: '1' } }
  const binary = { attr1: { DataType: 'Binary', BinaryValue: bytes } }
  for (const [MessageAttributes, size] of [
    [{}, 0],
    [number, 12],
    [binary, 14],
  ] as const) {
    const publish = (Message: string) => client.send(new PublishCommand({ TopicArn, Message, MessageAttributes }))
    await publish('é'.repeat((262_144 - size) / 2))
    await expect(publish(`${'é'.repeat((262_144 - size) / 2)}a`)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Message too long',
    })
  }
  expect(received).toHaveLength(3)
  await stop()
})

test.each<[string, object, number, string]>([
  ['of another Region', { TopicArn: TopicArn.replace('central', 'west') }, 400, 'Invalid parameter: TopicArn'],
  ['that does not exist', { TopicArn: `${TopicArn}2` }, 404, 'Topic does not exist'],
  [
    'that is no ARN',
    { TopicArn: 'randomstring:1' },
    400,
    'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2',
  ],
  [
    'that is empty',
    { TopicArn: '' },
    400,
    'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
  ],
  [
    'that is an app',
    { TargetArn: 'arn:aws:sns:eu-central-1:123456789012:endpoint/APNS/abcdef/0f7d5971' },
    400,
    'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified',
  ],
])('a topic %s is refused', async (_, target, httpStatusCode, message) => {
  const { client, stop } = await start()
  const refusal = { message, $metadata: { httpStatusCode } }
  await expect(client.send(new PublishCommand({ ...target, Message: 'm' }))).rejects.toMatchObject(refusal)
  await stop()
})

test.each<[string, object, string]>([
  ['an empty subject', { Subject: '' }, 'Subject'],
  ['a subject of 101', { Subject: 'x'.repeat(101) }, 'Subject'],
  ['a subject that is not ASCII', { Subject: 'Größe' }, 'Subject'],
  ['a subject that begins with a space', { Subject: ' x' }, 'Subject'],
  ['a subject of two lines', { Subject: 'a\nb' }, 'Subject'],
  ['no text', { Message: '' }, 'Empty message'],
  [
    'no JSON',
    { Message: '{"default":"d"} }', MessageStructure: 'json' },
    'Message Structure - JSON message body failed to parse',
  ],
  [
    'no default',
    { Message: '{"sqs":"s"}', MessageStructure: 'json' },
    'Message Structure - No default entry in JSON message body',
  ],
  [
    'a default that is no text',
    { Message: '{"default":{}}', MessageStructure: 'json' },
    'Message Structure - No default entry in JSON message body',
  ],
])('a message with %s is refused', async (_, changes, fault) => {
  const { client, stop } = await start()
  await expect(client.send(new PublishCommand({ TopicArn, Message: 'm', ...changes }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: `Invalid parameter: ${fault}`,
    $metadata: { httpStatusCode: 400 },
  })
  await stop()
})

test('a subject of 100 is accepted, and JSON that names its default twice', async () => {
  const { client, stop } = await start()
  const Message = '{"default": "This is a default message", "default": "Duplicate"}'
  await client.send(new PublishCommand({ TopicArn, Subject: 'x'.repeat(100), Message, MessageStructure: 'json' }))
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

  test('gets attributes of any type, and a text of its own', async () => {
    const MessageAttributes = {
      count: { DataType: 'Number', StringValue: '99.12' },
      store: { DataType: 'Binary', BinaryValue: bytes },
      list: { DataType: 'String.Array', StringValue: '["a"]' },
    }
    const Message = '{"default":"d","sqs":"{\\"field\\": \\"value\\"}"}'
    const got: QueuedMessage[] = []
    for (const raw of [true, false]) {
      const sns = await startWith(async (_, queued) => void got.push(queued), { raw })
      const gateway = await gatewayFor({ sns })
      const client = new SNSClient(gateway.client)
      await client.send(new PublishCommand({ TopicArn, Message, MessageStructure: 'json', MessageAttributes }))
      await sns.settled()
      await gateway.stop()
      await sns.stop()
    }
    const [inRaw, enveloped] = got
    expect(inRaw).toEqual({
      body: '{"field": "value"}',
      attributes: { ...MessageAttributes, store: { DataType: 'Binary', BinaryValue: 'AgME' } },
    })
    expect(JSON.parse(enveloped?.body ?? '')).toMatchObject({
      Message: '{"field": "value"}',
      MessageAttributes: {
        count: { Type: 'Number', Value: '99.12' },
        store: { Type: 'Binary', Value: 'AgME' },
        list: { Type: 'String.Array', Value: '["a"]' },
      },
    })
  })

  test('gets no raw message with more than ten attributes: that is an error of the client, and is not repeated', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: 'String', StringValue: 'v' }]),
    )
    for (const [raw, expected] of [
      [true, ['NumberOfNotificationsFailed']],
      [false, ['NumberOfNotificationsDelivered']],
    ] as const) {
      const metrics: string[] = []
      const record = async (data: readonly { name: string }[]) => void metrics.push(...data.map(({ name }) => name))
      const sns = await startWith(async () => {}, { raw, record })
      await sns.outbox.publish({ ...message, attributes })
      for (const seconds of [0, 60]) await skip(sns, seconds)
      expect(metrics).toEqual(expected)
      await sns.stop()
    }
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
    expect(record.mock.calls).toEqual([[[datum]]])
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
        record: async (data) => void metrics.push(...data.map(({ name }) => name)),
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
