import { GetTopicAttributesCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { VirtualClock } from '../clock.ts'
import { gatewayFor, temporaryStore } from '../gateway/gateway-fixture.ts'
import type { Message } from './outbox.ts'
import { startSns } from './sns.ts'

const TopicArn = 'arn:aws:sns:eu-central-1:123456789012:notify'
const system = { accountId: '123456789012', topics: [{ name: 'notify', arn: TopicArn, policies: [] }] }

async function start() {
  const clock = new VirtualClock(86_400_000)
  const { store, remove } = await temporaryStore()
  const sns = await startSns({ system, store, clock })
  const gateway = await gatewayFor({ sns })
  return { sns, store, clock, client: new SNSClient(gateway.client), stop: () => gateway.stop().then(remove) }
}

test('a message is durable, and then its listeners hear of it', async () => {
  const { sns, store, clock, client, stop } = await start()
  const heard: Message[] = []
  sns.outbox.onPublished((message) => heard.push(message))
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
  expect(heard).toEqual([expected])
  const again = await startSns({ system, store, clock })
  expect(await again.outbox.list()).toEqual([expected])
  await stop()
})

test('a message per protocol counts by its default', async () => {
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

test('topics are those of the system', async () => {
  const { client, stop } = await start()
  expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }])
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }))
  expect(Attributes).toMatchObject({ TopicArn, Owner: '123456789012' })
  const unknown = client.send(new PublishCommand({ TopicArn: `${TopicArn}2`, Message: 'm' }))
  await expect(unknown).rejects.toMatchObject({ name: 'NotFoundException', message: 'Topic does not exist' })
  await stop()
})

test('what was not delivered before the process ended is delivered by the next', async () => {
  const { sns, store, clock, stop } = await start()
  const first = sns.outbox.onPublished(() => Promise.reject(new Error('killed')))
  await expect(sns.topics.publish({ topicArn: TopicArn, message: 'one' })).rejects.toThrow('killed')
  first()
  sns.outbox.onPublished(() => {})
  await sns.topics.publish({ topicArn: TopicArn, message: 'two' })

  const heard: string[] = []
  const again = await startSns({ system, store, clock })
  again.outbox.onPublished(({ message }) => heard.push(message))
  for (const _ of [1, 2]) await again.outbox.redeliver()
  expect(heard).toEqual(['one'])
  await stop()
})

test('a role publishes what its policies allow; the log says what they lack', async () => {
  const clock = new VirtualClock()
  const { store, remove } = await temporaryStore()
  const allowing = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource: TopicArn } })
  const logged: string[] = []
  const publisherOf = (key: string) => ({
    publisher: { role: `arn:aws:iam::123456789012:role/${key}` },
    identityPolicies: key === 'may' ? [allowing] : [],
  })
  const sns = await startSns({ system, store, clock, publisherOf, log: (line) => logged.push(line) })
  const publish = (accessKeyId: string) => sns.actions.Publish?.({ TopicArn, Message: 'm' } as never, { accessKeyId })
  await expect(publish('may')).resolves.toHaveProperty('MessageId')
  await expect(publish('mayNot')).rejects.toMatchObject({ code: 'AuthorizationError', statusCode: 403 })
  expect(logged).toEqual([expect.stringMatching(/^SNS refused a message\. .*role\/mayNot do sns:Publish/)])
  await remove()
})
