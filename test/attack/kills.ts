import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import {
  DeleteMessageBatchCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { concurrently } from '../concurrently.ts'
import type { Random } from '../kill-test/random.ts'
import type { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'

/** The writes that are under way when a kill comes, and how to see that one is kept. */
const kinds = ['registration', 'item', 'run', 'notification', 'message'] as const
type Kind = (typeof kinds)[number]

// Of each kind at a time.
const atOnce = 3
const aheadAtMost = 10
const TableName = 'attacked'

/** What a local cloud has acknowledged, by kind: each by an id of its own. */
export type Acknowledged = Record<Kind, string[]>

/**
 * Kills a local cloud, as often as `kills` says, amid writes of every kind, and starts it again each time.
 * @returns what was acknowledged
 * @throws Error that names what was acknowledged and is lost, or came twice
 */
export async function killUnderLoad(
  cloud: LocalCloud,
  { kills, random, progress = () => {} }: { kills: number; random: Random; progress?: (kills: number) => void },
): Promise<Acknowledged> {
  const acknowledged: Acknowledged = { registration: [], item: [], run: [], notification: [], message: [] }
  await new DynamoDBClient(cloud.client).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  )
  for (let kill = 1; kill <= kills; kill += 1) {
    const latest = await writeUntilKilled(cloud, random.whole(1, 4), random.between(0, 200))
    await cloud.start()
    await check(cloud, latest)
    for (const kind of kinds) acknowledged[kind].push(...latest[kind])
    progress(kill)
  }
  await check(cloud, acknowledged)
  await checkMessages(cloud, acknowledged.message)
  await cloud.skipDays(1)
  await checkMails(cloud, acknowledged.registration)
  return acknowledged
}

/** Kills it some time after so many of each kind were acknowledged. */
async function writeUntilKilled(cloud: LocalCloud, most: number, afterMs: number): Promise<Acknowledged> {
  const acknowledged: Acknowledged = { registration: [], item: [], run: [], notification: [], message: [] }
  const write = await writing(cloud)
  let killed = false
  let fault: unknown
  const lanes = kinds.flatMap((kind) =>
    Array.from({ length: atOnce }, async () => {
      while (!killed && !fault) {
        const id = randomUUID()
        try {
          if (await write[kind](id)) acknowledged[kind].push(id)
        } catch (error) {
          // What a kill interrupts was not acknowledged. Before the kill, every write must succeed.
          if (!killed) fault = error
        }
        // The fast kinds let the slow ones, which start functions, come along.
        if (acknowledged[kind].length > most * aheadAtMost) await pause(50)
      }
    }),
  )
  while (cloud.alive && !fault && kinds.some((kind) => acknowledged[kind].length < most)) await pause(20)
  await pause(afterMs)
  killed = true
  await cloud.kill()
  await Promise.all(lanes)
  if (fault) throw fault
  return acknowledged
}

const emailOf = (id: string) => `${id}@example.com`
const runNameOf = (id: string) => `${id}_${id}`

/** Writes one of each kind. Resolves with whether it was acknowledged. */
async function writing(cloud: LocalCloud): Promise<Record<Kind, (id: string) => Promise<boolean>>> {
  const { dynamodb, states, sns, sqs } = clientsOf(cloud)
  const { stateMachineArn, TopicArn, QueueUrl } = await targetsIn(cloud)
  const done = () => true
  return {
    registration: async (id) => (await cloud.register(emailOf(id))).status === 202,
    item: (id) => dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id } } })).then(done),
    run: (id) => {
      const input = JSON.stringify({ customerId: id, traceId: id })
      return states.send(new StartExecutionCommand({ stateMachineArn, name: runNameOf(id), input })).then(done)
    },
    notification: (id) => {
      const content = { title: id, description: 'Published amid kills' }
      const Message = JSON.stringify({ version: '1.0', source: 'custom', content })
      return sns.send(new PublishCommand({ TopicArn, Message })).then(done)
    },
    message: (id) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: id })).then(done),
  }
}

function clientsOf({ client }: LocalCloud) {
  // A retry after the kill would only wait.
  const settings = { ...client, maxAttempts: 1 }
  return {
    dynamodb: new DynamoDBClient(settings),
    states: new SFNClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  }
}

/** A state machine, a topic that the Slack channel hears, and a queue that no function reads. */
async function targetsIn(cloud: LocalCloud) {
  const { states, sns, sqs } = clientsOf(cloud)
  const stateMachineArn = await stateMachineOf(states)
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}))
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
  const TopicArn = Topics.find((topic) => topic.TopicArn?.endsWith(':notify'))?.TopicArn
  const QueueUrl = QueueUrls.find((url) => /dead/.test(url))
  if (!stateMachineArn || !TopicArn || !QueueUrl) throw new Error('The stack lacks a state machine, topic or queue.')
  return { stateMachineArn, TopicArn, QueueUrl }
}

const lost = (kind: Kind, ids: string[]) => new Error(`Acknowledged and lost: ${kind} ${ids.join(', ')}`)

/** @throws Error if one of these is lost. Messages are read once, at the end. */
async function check(cloud: LocalCloud, { registration, item, run, notification }: Acknowledged): Promise<void> {
  const { dynamodb, states } = clientsOf(cloud)
  const { stateMachineArn } = await targetsIn(cloud)
  const mailed = new Set((await cloud.mails()).flatMap(({ to }) => to))
  const unmailed = registration.filter((id) => !mailed.has(emailOf(id)))
  if (unmailed.length > 0) throw lost('registration', unmailed)
  await concurrently(item, 8, async (id) => {
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))
    if (!Item) throw lost('item', [id])
  })
  await concurrently(run, 8, async (id) => {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${runNameOf(id)}`
    await states.send(new DescribeExecutionCommand({ executionArn })).catch(() => {
      throw lost('run', [id])
    })
  })
  const posted = JSON.stringify(await cloud.slack())
  const unposted = notification.filter((id) => !posted.includes(id))
  if (unposted.length > 0) throw lost('notification', unposted)
}

/** Receives and deletes every message. */
async function checkMessages(cloud: LocalCloud, sent: string[]): Promise<void> {
  const { sqs } = clientsOf(cloud)
  const { QueueUrl } = await targetsIn(cloud)
  const received = new Set<string>()
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    if (Messages.length === 0) break
    for (const { Body = '' } of Messages) received.add(Body)
    const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  }
  const missing = sent.filter((id) => !received.has(id))
  if (missing.length > 0) throw lost('message', missing)
}

/** Each customer has got the confirmation mail and the reminder, once each. */
async function checkMails(cloud: LocalCloud, registered: string[]): Promise<void> {
  const counts = new Map<string, number>()
  for (const email of (await cloud.mails()).flatMap(({ to }) => to)) counts.set(email, (counts.get(email) ?? 0) + 1)
  const wrong = registered.filter((id) => counts.get(emailOf(id)) !== 2)
  if (wrong.length > 0)
    throw new Error(`Not two mails: ${wrong.map((id) => `${id} ${counts.get(emailOf(id))}`).join()}`)
}
