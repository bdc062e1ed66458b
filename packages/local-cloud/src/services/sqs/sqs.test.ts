import * as client from '@aws-sdk/client-sqs'
import { VirtualClock } from '../../core/clock.ts'
import type { Datum } from '../../core/metrics.ts'
import { call } from '../../core/service.ts'
import type { Queue } from '../../core/stack-model.ts'
import { gatewayFor, temporaryStore } from '../../gateway/test/start-gateway.ts'
import { startSqs } from './sqs.ts'

const accountId = '123456789012'
const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:${accountId}:${name}`
const queue = (name: string, more: Partial<Queue> = {}): Queue => ({
  name,
  arn: arnOf(name),
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 345_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 262_144,
  policies: [],
  tags: {},
  ...more,
})
const redrive = { deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 }
const stack = {
  accountId,
  queues: [
    queue('jobs', { redrive, tags: { team: 'a' } }),
    queue('dead'),
    queue('alone'),
    queue('long', { retentionSeconds: 1_209_600 }),
  ],
  eventSourceMappings: [],
}

let clock: VirtualClock
let temporary: Awaited<ReturnType<typeof temporaryStore>>
let gateway: Awaited<ReturnType<typeof gatewayFor>>
let service: Awaited<ReturnType<typeof startSqs>>
let sqs: client.SQSClient
let measured: Datum[]

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

async function start() {
  measured = []
  service = await startSqs({
    stack,
    store: temporary.store,
    clock,
    invoke: async () => ({ payload: 'null', logTail: '', executedVersion: '1' }),
    record: async (datums) => {
      measured = measured.concat(datums)
    },
    endpointUrl: () => gateway.client.endpoint,
    log: () => {},
  })
  gateway = await gatewayFor({ sqs: service })
  sqs = new client.SQSClient(gateway.client)
}
async function stop() {
  sqs.destroy()
  await gateway.stop()
  await service.stop()
}

const skip = (seconds: number) => clock.moveTo(clock.offsetMs + seconds * 1000)
const urlOf = (name: string) => `${gateway.client.endpoint}/${accountId}/${name}`
const send = (body: string, more: Partial<client.SendMessageCommandInput> = {}, name = 'jobs') =>
  sqs.send(new client.SendMessageCommand({ QueueUrl: urlOf(name), MessageBody: body, ...more }))
async function receive(more: Partial<client.ReceiveMessageCommandInput> = {}, name = 'jobs') {
  const { Messages = [] } = await sqs.send(
    new client.ReceiveMessageCommand({ QueueUrl: urlOf(name), MaxNumberOfMessages: 10, ...more }),
  )
  return Messages
}
const bodies = async (...from: Parameters<typeof receive>) => (await receive(...from)).map(({ Body }) => Body)
const remove = (ReceiptHandle: string | undefined, name = 'jobs') =>
  sqs.send(new client.DeleteMessageCommand({ QueueUrl: urlOf(name), ReceiptHandle }))
async function counts(name = 'jobs') {
  const { Attributes } = await sqs.send(
    new client.GetQueueAttributesCommand({
      QueueUrl: urlOf(name),
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  )
  return Object.values(Attributes ?? {}).map(Number)
}

test('a message is received in the order of sending, with its attributes and checksums, until it is deleted', async () => {
  const kind = { DataType: 'String', StringValue: 'a' }
  const bytes = { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) }
  const { MessageId } = await send('first', { MessageAttributes: { kind, bytes } })
  await send('second')
  const [first, second] = await receive({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] })
  expect(first).toMatchObject({
    MessageId,
    Body: 'first',
    Attributes: { ApproximateReceiveCount: '1', SenderId: accountId, SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    MessageAttributes: { kind, bytes },
  })
  expect(second).toMatchObject({ Body: 'second', MD5OfBody: 'a9f0e61a137d86aa9db53465e0801612' })
  expect(second).not.toHaveProperty('MessageAttributes')
  expect(await counts()).toEqual([0, 2, 0])
  await remove(first?.ReceiptHandle)
  skip(30)
  expect(await bodies()).toEqual(['second'])
})

test('a received message is visible again after its timeout, which can be changed', async () => {
  await send('m')
  const [message] = await receive({ VisibilityTimeout: 100 })
  skip(99)
  expect(await receive()).toEqual([])
  const change = (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
    sqs.send(new client.ChangeMessageVisibilityCommand({ QueueUrl: urlOf('jobs'), ReceiptHandle, VisibilityTimeout }))
  await change(message?.ReceiptHandle, 50)
  skip(49)
  expect(await receive()).toEqual([])
  skip(1)
  await expect(change(message?.ReceiptHandle, 1)).rejects.toMatchObject({ name: 'MessageNotInflight' })
  const [again] = await receive()
  expect(again?.MessageId).toBe(message?.MessageId)
  await remove(message?.ReceiptHandle)
  expect(await counts()).toEqual([0, 1, 0])
  await change(again?.ReceiptHandle, 0)
  expect(await counts()).toEqual([1, 0, 0])
})

test('a message may be delayed', async () => {
  await send('later', { DelaySeconds: 60 })
  expect([await counts(), await receive()]).toEqual([[0, 0, 1], []])
  skip(60)
  expect(await bodies()).toEqual(['later'])
})

test('a receipt may wait for a message', async () => {
  const waiting = bodies({ WaitTimeSeconds: 20 })
  await send('m')
  expect(await waiting).toEqual(['m'])
  await sqs.send(new client.PurgeQueueCommand({ QueueUrl: urlOf('jobs') }))
  // Without HTTP, so that it waits before the clock moves.
  const inVain = call(service, 'ReceiveMessage', { QueueUrl: 'jobs', WaitTimeSeconds: 20 })
  skip(20)
  expect(await inVain).toEqual({})
})

test('a receipt waits on if another consumer took the message', async () => {
  // Without HTTP, so that both wait before the message is sent.
  const wait = () => call(service, 'ReceiveMessage', { QueueUrl: 'jobs', WaitTimeSeconds: 20 })
  const [first, second] = [wait(), wait()]
  await send('a')
  expect(await first).toMatchObject({ Messages: [{ Body: 'a' }] })
  await send('b')
  expect(await second).toMatchObject({ Messages: [{ Body: 'b' }] })
})

test('a message that was received too often moves to the dead-letter queue, and a task moves it back', async () => {
  await send('bad')
  for (let receipt = 1; receipt <= 2; receipt++) {
    expect(await bodies()).toEqual(['bad'])
    skip(30)
  }
  expect(await receive()).toEqual([])
  expect([await counts(), await counts('dead')]).toEqual([
    [0, 0, 0],
    [1, 0, 0],
  ])
  const [dead] = await receive(
    { MessageSystemAttributeNames: ['DeadLetterQueueSourceArn', 'SentTimestamp'], VisibilityTimeout: 0 },
    'dead',
  )
  expect(dead?.Attributes).toEqual({ DeadLetterQueueSourceArn: arnOf('jobs'), SentTimestamp: expect.any(String) })
  const SourceArn = arnOf('dead')
  await sqs.send(new client.StartMessageMoveTaskCommand({ SourceArn }))
  const movedMs = clock.now()
  const { Results } = await sqs.send(new client.ListMessageMoveTasksCommand({ SourceArn }))
  expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }])
  const [back] = await receive({ MessageSystemAttributeNames: ['All'] })
  expect(back).toMatchObject({ Body: 'bad', Attributes: { ApproximateReceiveCount: '1' } })
  // It is a new message.
  expect(back?.MessageId).not.toBe(dead?.MessageId)
  expect(Number(dead?.Attributes?.SentTimestamp)).toBeLessThan(movedMs - 60_000)
  const { SentTimestamp, ApproximateFirstReceiveTimestamp, ...others } = back?.Attributes ?? {}
  expect(Number(SentTimestamp)).toBeGreaterThan(movedMs - 30_000)
  expect(Number(ApproximateFirstReceiveTimestamp)).toBeGreaterThan(movedMs - 30_000)
  expect(others).not.toHaveProperty('DeadLetterQueueSourceArn')
  const alone = sqs.send(new client.StartMessageMoveTaskCommand({ SourceArn: arnOf('alone') }))
  await expect(alone).rejects.toMatchObject({ name: 'UnsupportedOperation' })
  const unknown = sqs.send(new client.StartMessageMoveTaskCommand({ SourceArn: arnOf('none') }))
  await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('a message is dropped after the retention period', async () => {
  await send('old')
  skip(345_600)
  expect([await counts(), await receive()]).toEqual([[0, 0, 0], []])
})

test('a message is dropped after the retention period, also behind a newer one', async () => {
  await send('older')
  // An hour: the rest of this test may take as long on a slow machine.
  skip(3_600)
  await send('newer', {}, 'dead')
  for (let receipt = 1; receipt <= 2; receipt++) {
    expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['older'])
  }
  expect(await receive()).toEqual([])
  expect(await counts('dead')).toEqual([2, 0, 0])
  skip(342_000)
  expect(await bodies({}, 'dead')).toEqual(['newer'])
})

test('messages, receipts and timeouts outlive a restart', async () => {
  await send('received')
  const [received] = await receive()
  await send('waiting')
  await stop()
  await start()
  expect(await bodies()).toEqual(['waiting'])
  skip(30)
  const [again] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'], MaxNumberOfMessages: 1 })
  expect(again).toMatchObject({ MessageId: received?.MessageId, Attributes: { ApproximateReceiveCount: '2' } })
})

test('entries of a batch succeed or fail one by one', async () => {
  const QueueUrl = urlOf('jobs')
  const sent = await sqs.send(
    new client.SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'a', MessageBody: 'a' },
        { Id: 'b', MessageBody: '\u0000' },
        { Id: 'c', MessageBody: 'c', DelaySeconds: 901 },
        { Id: 'd', MessageBody: 'd' },
      ],
    }),
  )
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'd'])
  expect(sent.Failed).toMatchObject([
    { Id: 'b', Code: 'InvalidMessageContents', SenderFault: true },
    { Id: 'c', Code: 'InvalidParameterValue' },
  ])
  const received = await receive()
  const hidden = await sqs.send(
    new client.ChangeMessageVisibilityBatchCommand({
      QueueUrl,
      Entries: received.map(({ ReceiptHandle }, n) => ({ Id: `m${n}`, ReceiptHandle, VisibilityTimeout: 300 })),
    }),
  )
  expect(hidden.Successful).toHaveLength(2)
  const deleted = await sqs.send(
    new client.DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle: received[0]?.ReceiptHandle },
        { Id: 'x', ReceiptHandle: 'x' },
      ],
    }),
  )
  expect(deleted).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }] })
  expect(await counts()).toEqual([0, 1, 0])
})

test.each<[string, client.SendMessageBatchRequestEntry[], string]>([
  ['EmptyBatchRequest', [], 'There should be at least one SendMessageBatchRequestEntry in the request.'],
  [
    'TooManyEntriesInBatchRequest',
    Array.from({ length: 11 }, (_, n) => ({ Id: String(n), MessageBody: 'm' })),
    'Maximum number of entries per request are 10. You have sent 11.',
  ],
  [
    'BatchEntryIdsNotDistinct',
    Array.from({ length: 2 }, () => ({ Id: 'same', MessageBody: 'm' })),
    'Id same repeated.',
  ],
  [
    'InvalidBatchEntryId',
    [{ Id: 'a b', MessageBody: 'm' }],
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  ],
])('a whole batch is refused with %s', async (name, Entries, message) => {
  const refused = sqs.send(new client.SendMessageBatchCommand({ QueueUrl: urlOf('jobs'), Entries }))
  await expect(refused).rejects.toMatchObject({ name, message })
})

test('a batch may have a mebibyte, attributes included, and a message as much as its queue allows', async () => {
  const QueueUrl = urlOf('jobs')
  const sized = (...bytes: number[]) => {
    const Entries = bytes.map((count, n) => ({ Id: `m${n}`, MessageBody: 'x'.repeat(count) }))
    return sqs.send(new client.SendMessageBatchCommand({ QueueUrl, Entries }))
  }
  const quarter = 262_144
  expect((await sized(quarter, quarter, quarter, quarter)).Successful).toHaveLength(4)
  await expect(sized(quarter, quarter, quarter, quarter, 1)).rejects.toMatchObject({
    name: 'BatchRequestTooLong',
    message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
  })
  expect((await sized(quarter + 1, 1)).Failed).toMatchObject([{ Id: 'm0', Code: 'InvalidParameterValue' }])
  const Attributes = { MaximumMessageSize: '1048576' }
  await sqs.send(new client.SetQueueAttributesCommand({ QueueUrl, Attributes }))
  const of = (kind: client.MessageAttributeValue) => ({ MessageAttributes: { kind } })
  const string = of({ DataType: 'String', StringValue: 'ab' })
  const binary = of({ DataType: 'Binary', BinaryValue: new Uint8Array(2) })
  for (const attributes of [string, binary]) {
    await send('x'.repeat(1_048_576 - 12), attributes)
    await expect(send('x'.repeat(1_048_576 - 11), attributes)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  }
})

test('a trace header is kept, and returned to those who ask for it', async () => {
  const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'
  const AWSTraceHeader = { DataType: 'String', StringValue: header }
  const sent = await send('m', { MessageSystemAttributes: { AWSTraceHeader } })
  expect(sent.MD5OfMessageSystemAttributes).toBe('5f48eef650c1d0207456969c85af2fdd')
  const [asked] = await receive({ MessageSystemAttributeNames: ['AWSTraceHeader'], VisibilityTimeout: 0 })
  expect(asked?.Attributes).toEqual({ AWSTraceHeader: header })
  const [silent] = await receive()
  expect(silent).not.toHaveProperty('Attributes')
})

test.each<[string, Partial<client.SendMessageCommandInput>, string]>([
  ['no body', { MessageBody: '' }, 'MissingParameter'],
  [
    'a system attribute other than the trace header',
    { MessageSystemAttributes: { Colour: { DataType: 'String', StringValue: 'red' } } as object },
    'InvalidParameterValue',
  ],
  [
    'a trace header that is a number',
    { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'Number', StringValue: '1' } } },
    'InvalidParameterValue',
  ],
  ['a deduplication id', { MessageDeduplicationId: 'once' }, 'InvalidParameterValue'],
])('a message with %s is refused', async (_, more, name) => {
  await expect(send('m', more)).rejects.toMatchObject({ name })
  expect(await counts()).toEqual([0, 0, 0])
})

const attributesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, { DataType: 'String', StringValue: 'v' }]))

test.each<[string, Record<string, client.MessageAttributeValue>]>([
  ['ten of them', attributesOf(10)],
  ['a label', { a: { DataType: 'Number.float.small', StringValue: '1' } }],
  ['a binary value with a label', { a: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0]) } }],
])('message attributes are accepted: %s', async (_, MessageAttributes) => {
  await send('m', { MessageAttributes })
  const [message] = await receive({ MessageAttributeNames: ['All'] })
  expect(message?.MessageAttributes).toEqual(MessageAttributes)
})

test.each<[string, Record<string, client.MessageAttributeValue>, string]>([
  ['more than ten', attributesOf(11), 'Number of message attributes [11] exceeds the allowed maximum [10].'],
  [
    'an unknown type',
    { a: { DataType: 'Boolean', StringValue: 'true' } },
    "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    'a type that only begins like a known one',
    { a: { DataType: 'Strings', StringValue: 'v' } },
    "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    'no value',
    { a: { DataType: 'String' } },
    "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
  ],
  [
    'an empty value',
    { a: { DataType: 'Binary', BinaryValue: new Uint8Array() } },
    "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'Binary'.",
  ],
  [
    'a number that is none',
    { a: { DataType: 'Number', StringValue: 'v' } },
    "Could not cast message attribute 'a' value to number.",
  ],
  [
    'a value of the other kind',
    { a: { DataType: 'Binary', StringValue: 'v' } },
    "The message attribute 'a' with type 'Binary' must use field 'Binary'.",
  ],
])('message attributes are refused: %s', async (_, MessageAttributes, message) => {
  await expect(send('m', { MessageAttributes })).rejects.toMatchObject({ name: 'InvalidParameterValue', message })
})

test('a batch with a value of the wrong JSON type is refused as a whole', async () => {
  const Entries = [
    { Id: 'a', MessageBody: 'm' },
    { Id: 'b', MessageBody: 7 as unknown as string },
  ]
  await expect(
    sqs.send(new client.SendMessageBatchCommand({ QueueUrl: urlOf('jobs'), Entries })),
  ).rejects.toMatchObject({ name: 'SerializationException', message: 'NUMBER_VALUE can not be converted to a String' })
  expect(await counts()).toEqual([0, 0, 0])
})

test('queues are those of the stack, by URL, prefix and tag', async () => {
  const { QueueUrls } = await sqs.send(new client.ListQueuesCommand({ MaxResults: 2 }))
  expect(QueueUrls).toEqual([urlOf('jobs'), urlOf('dead')])
  expect((await sqs.send(new client.ListQueuesCommand({ QueueNamePrefix: 'al' }))).QueueUrls).toEqual([urlOf('alone')])
  expect((await sqs.send(new client.ListQueuesCommand({ QueueNamePrefix: 'z' }))).QueueUrls).toBeUndefined()
  expect((await sqs.send(new client.GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(urlOf('jobs'))
  const sources = await sqs.send(new client.ListDeadLetterSourceQueuesCommand({ QueueUrl: urlOf('dead') }))
  expect(sources.queueUrls).toEqual([urlOf('jobs')])
  expect((await sqs.send(new client.ListQueueTagsCommand({ QueueUrl: urlOf('jobs') }))).Tags).toEqual({ team: 'a' })
})

test('attributes can be read, and set until the next start', async () => {
  const QueueUrl = urlOf('jobs')
  const read = () => sqs.send(new client.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
  expect((await read()).Attributes).toMatchObject({
    QueueArn: arnOf('jobs'),
    VisibilityTimeout: '30',
    MessageRetentionPeriod: '345600',
    RedrivePolicy: JSON.stringify(redrive),
  })
  const Attributes = { VisibilityTimeout: '60', RedrivePolicy: '' }
  await sqs.send(new client.SetQueueAttributesCommand({ QueueUrl, Attributes }))
  const { Attributes: changed } = await read()
  expect(changed).toMatchObject({ VisibilityTimeout: '60' })
  expect(changed).not.toHaveProperty('RedrivePolicy')
  await expect(
    sqs.send(new client.SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '43201' } })),
  ).rejects.toMatchObject({ name: 'InvalidAttributeValue' })
  await expect(
    sqs.send(new client.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '{' } })),
  ).rejects.toMatchObject({ name: 'InvalidAttributeValue' })
  expect((await read()).Attributes).not.toHaveProperty('Policy')
  const Policy = '{"Statement":[]}'
  await sqs.send(new client.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
  expect((await read()).Attributes).toMatchObject({ Policy })
  await expect(
    sqs.send(new client.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Colour' as 'Policy'] })),
  ).rejects.toMatchObject({ name: 'InvalidAttributeName' })
  for (const name of ['Colour', 'toString']) {
    const refused = sqs.send(new client.SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: 'red' } }))
    await expect(refused).rejects.toMatchObject({ name: 'InvalidAttributeName' })
  }
  for (const names of ['AttributeNames', 'MessageSystemAttributeNames']) {
    const refused = receive({ [names]: ['Colour'] })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidAttributeName', message: 'Unknown Attribute Colour.' })
  }
  const RedrivePolicy = JSON.stringify({ ...redrive, deadLetterTargetArn: arnOf('none') })
  await expect(
    sqs.send(new client.SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: `Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
  })
})

test('a purge empties a queue, once a minute', async () => {
  await send('a')
  await send('b', { DelaySeconds: 60 })
  const purge = (name: string) => sqs.send(new client.PurgeQueueCommand({ QueueUrl: urlOf(name) }))
  await purge('jobs')
  expect(await counts()).toEqual([0, 0, 0])
  await purge('alone')
  skip(30)
  await expect(purge('jobs')).rejects.toMatchObject({
    name: 'PurgeQueueInProgress',
    message: 'Only one PurgeQueue operation on jobs is allowed every 60 seconds.',
  })
  skip(30)
  await purge('jobs')
})

test('wrong requests are refused as SQS refuses them', async () => {
  await expect(send('m', {}, 'none')).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  const ofAnother = new client.SendMessageCommand({
    QueueUrl: urlOf('jobs').replace(accountId, '111111111111'),
    MessageBody: 'm',
  })
  await expect(sqs.send(ofAnother)).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
  await expect(send('x'.repeat(262_145))).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  await expect(remove('nonsense')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' })
  await send('m')
  const [message] = await receive()
  await expect(remove(message?.ReceiptHandle, 'alone')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' })
  const create = sqs.send(new client.CreateQueueCommand({ QueueName: 'new' }))
  await expect(create).rejects.toThrow('The local cloud does not support CreateQueue of sqs')
  const response = await fetch(gateway.client.endpoint, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=any/20261123/eu-central-1/sqs/aws4_request',
      'x-amz-target': 'AmazonSQS.PurgeQueue',
    },
    body: JSON.stringify({ QueueUrl: 'none' }),
  })
  expect(response.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender')
})

test('the age of the oldest message leaves out what was received three times, and begins again among the dead letters', async () => {
  const ages = (name: string) =>
    measured
      .filter((datum) => datum.name === 'ApproximateAgeOfOldestMessage' && datum.dimensions?.QueueName === name)
      .map(({ value }) => value)
  const about = (...seconds: number[]) => seconds.map((value) => expect.closeTo(value, -1))
  skip(60 - ((clock.now() / 1000) % 60))
  await send('poison', {}, 'alone')
  skip(60)
  await send('next', {}, 'alone')
  for (let receipt = 1; receipt <= 3; receipt++)
    await receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 0 }, 'alone')
  skip(60)
  await receive({ VisibilityTimeout: 0 }, 'alone')
  await receive({ VisibilityTimeout: 0 }, 'alone')
  skip(60)
  await receive({ VisibilityTimeout: 0 }, 'alone')
  skip(60)
  expect(ages('alone')).toEqual(about(59, 59, 119, 0))
  expect((await counts('alone'))[0]).toBe(2)

  await send('bad')
  skip(600)
  for (let receipt = 1; receipt <= 3; receipt++) await receive({ VisibilityTimeout: 0 })
  await receive({ VisibilityTimeout: 0 }, 'dead')
  skip(60)
  expect(ages('dead')).toEqual(about(59))
})

test('a skip of 13 days measures each minute of a message that waits for so long', async () => {
  await send('m', {}, 'long')
  skip(13 * 86_400)
  expect(measured.filter(({ name }) => name === 'ApproximateAgeOfOldestMessage')).toHaveLength(13 * 1_440)
})

test('a queue is measured every minute while it holds messages, also of a skip, and for some minutes when it is empty', async () => {
  skip(60 - ((clock.now() / 1000) % 60))
  await send('m')
  skip(180)
  const ages = () => measured.filter(({ name }) => name === 'ApproximateAgeOfOldestMessage').map(({ value }) => value)
  expect(ages()).toEqual([59, 119, 179].map((seconds) => expect.closeTo(seconds, -1)))
  expect(measured.find(({ name }) => name.endsWith('MessagesVisible'))).toMatchObject({
    namespace: 'AWS/SQS',
    dimensions: { QueueName: 'jobs' },
    value: 1,
  })
  await sqs.send(new client.PurgeQueueCommand({ QueueUrl: urlOf('jobs') }))
  skip(60)
  expect(ages().slice(3)).toEqual([0])
  skip(3600)
  const zeros = ages().slice(3)
  expect(zeros.length).toBeGreaterThan(10)
  expect(zeros.length).toBeLessThan(20)
  expect(new Set(zeros)).toEqual(new Set([0]))
  await send('another')
  skip(60)
  expect(ages()).toHaveLength(3 + zeros.length + 1)
})
