import { join } from 'node:path'
import { dataFolders, keepVersion } from '../core/data-folder.ts'
import type { RecordMetrics } from '../core/metrics.ts'
import type { Invoke, Service } from '../core/service.ts'
import { canPublish } from '../permissions/can-publish.ts'
import { permitsRule, permitsSubscription } from '../permissions/permits.ts'
import { type Chatbot, startChatbot } from '../services/chatbot/chatbot.ts'
import type { Metrics } from '../services/cloudwatch/metrics.ts'
import { chatbotRegion, metricsIn, startRegions } from '../services/cloudwatch/regions.ts'
import { startDynamoDb } from '../services/dynamodb/dynamodb.ts'
import { type Events, startEvents } from '../services/eventbridge/events.ts'
import { startLambda } from '../services/lambda/lambda.ts'
import { type Logs, startLogs } from '../services/logs/logs.ts'
import { mailEvents } from '../services/ses/mail-events.ts'
import { startSes } from '../services/ses/ses.ts'
import { startSns } from '../services/sns/sns.ts'
import type { Topics } from '../services/sns/topics.ts'
import type { Queues } from '../services/sqs/queues.ts'
import { startSqs } from '../services/sqs/sqs.ts'
import { startStates } from '../services/step-functions/states.ts'
import type { Base } from './base.ts'
import { publisherOf, roleOf } from './caller-identity.ts'
import { embeddedMetrics } from './embedded-metrics.ts'
import type { Endpoint } from './endpoint.ts'
import { type Invoker, invokeAs } from './invoke-as.ts'
import { MailMetrics } from './mail-metrics.ts'
import { alarmsTo, mailEventsTo } from './publish-to-topics.ts'
import { RunChanges } from './run-changes.ts'

/** What Lambda is started with. */
export interface FunctionSettings {
  endpoint: Endpoint
  /** Where the HTTP API is. */
  apiUrl: string
  /** Whether the start applies Terraform and ships nothing. */
  applyOnly: boolean
  /** How many executions the account may have at once. */
  accountConcurrency: number
}

export type Services = Awaited<ReturnType<typeof startServices>>

/** Starts every service of the stack, and adds each to what is stopped in reverse. */
export async function startServices(base: Base, functions: FunctionSettings) {
  const { stack, dataFolder, started } = base
  const dynamodb = started.add(await startDynamoDb({ ...base, folder: join(dataFolder, dataFolders.tables) }))
  await keepVersion(dataFolder)
  const metrics = metricsIn(stack.region, base)
  const record: RecordMetrics = (...datums) => metrics.record(...datums)
  const chatbot = await chatbotWith(base)
  started.add(functions.endpoint)
  const logs = startLogs(base)
  const lambda = started.add(await lambdaWith(base, { ...functions, record, logs }))
  const invoke = (caller: Invoker) => invokeAs(caller, { ...base, ...functions, lambda, record })
  const sqs = started.add(await sqsWith(base, { ...functions, invoke: invoke('sqs'), record }))
  const sns = await snsWith(base, { chatbot, queues: sqs.queues, record })
  const ses = started.add(await sesWith(base, { metrics, topics: sns.topics }))
  const events = started.add(await eventsWith(base, { topics: sns.topics, invoke: invoke('events') }))
  const { states, changes } = await statesWith(base, { events, metrics, invoke: invoke('states') })
  sqs.poll()
  // Last, so that nothing that happened before is missing when alarms look back.
  const publish = alarmsTo(sns.topics, stack)
  const cloudwatch = started.add(await startRegions({ ...base, publish, measured: () => sqs.measured() }))

  const services = { dynamodb, lambda, logs, ses, sns, sqs, states: changes.watch() }
  const named: Record<string, Service> = { ...services, ...cloudwatch.services }
  return {
    /** By the name for which clients sign; `monitoring/us-east-1` for CloudWatch of another Region. */
    named,
    chatbot,
    invoke,
    lambda,
    mailbox: ses.mailbox,
    record,
    states,
    /** Resolves when all that the clock has let fall due has happened. */
    settled: async () => {
      for (const part of [dynamodb, states, ses, sns, sqs, changes, events, cloudwatch]) await part.settled()
    },
  }
}

/** Chatbot → CloudWatch of us-east-1: counts what it receives there. */
function chatbotWith(base: Base): Promise<Chatbot> {
  const metrics = metricsIn(chatbotRegion, base)
  return startChatbot({
    ...base,
    channels: base.stack.slackChannels,
    record: (name, dimensions) =>
      metrics.record({ namespace: 'AWS/Chatbot', name, dimensions, value: 1, unit: 'Count' }),
  })
}

/** Lambda → CloudWatch and its logs: measures invocations, keeps logs, and reads the metrics in them. Its functions call the endpoint. */
function lambdaWith(base: Base, { endpoint, logs, ...more }: FunctionSettings & { record: RecordMetrics; logs: Logs }) {
  return startLambda({
    ...base,
    ...more,
    folder: join(base.dataFolder, dataFolders.code),
    endpointUrl: () => endpoint.url,
    log: (name, line) => {
      base.log(`${name}  ${line}`)
      logs.write(name, line)
      const metrics = embeddedMetrics(line)
      if (metrics.length > 0) more.record(...metrics).catch((error: unknown) => base.log(`Metrics are lost: ${error}`))
    },
  })
}

/** SQS → Lambda and CloudWatch: invokes functions with messages, and measures queues. */
function sqsWith(base: Base, more: { endpoint: Endpoint; invoke: Invoke; record: RecordMetrics }) {
  return startSqs({
    ...base,
    ...more,
    roleOf: (accessKeyId) => roleOf(base.stack, accessKeyId),
    endpointUrl: () => more.endpoint.url,
  })
}

/** SNS → SQS and Chatbot: delivers messages, also those that an earlier process did not deliver to Chatbot. */
async function snsWith(
  base: Base,
  { chatbot, queues, record }: { chatbot: Chatbot; queues: Queues; record: RecordMetrics },
) {
  const { stack, started } = base
  const sns = started.add(
    await startSns({
      ...base,
      record,
      enqueue: async (queueArn, message) => {
        await queues.existing(queueArn).send([{ ...message, sender: 'sns.amazonaws.com' }])
      },
      canPublish,
      publisherOf: (accessKeyId) => publisherOf(stack, accessKeyId),
      permits: (topicArn, queueArn) => permitsSubscription(stack, topicArn, queueArn),
    }),
  )
  sns.outbox.onPublished(
    ({ topicArn, message, id, at }) => chatbot.receive(topicArn, message, id, at),
    (topicArn) => chatbot.hears(topicArn),
  )
  await sns.outbox.redeliver()
  return sns
}

/** SES → SNS and CloudWatch: publishes the events of mails, and counts mails. */
async function sesWith(base: Base, { topics, metrics }: { topics: Topics; metrics: Metrics }) {
  const counted = await MailMetrics.open(metrics, base.clock)
  const events = mailEvents({ ...base, publish: mailEventsTo(topics, base.stack, base.log) })
  return await startSes({ ...base, events, measured: (mail) => counted.of(mail) })
}

/** EventBridge → Lambda and SNS: delivers events to the targets of rules. */
function eventsWith(base: Base, { topics, invoke }: { topics: Topics; invoke: Invoke }): Promise<Events> {
  return startEvents({
    ...base,
    rules: base.stack.eventRules,
    invoke,
    publish: async (topicArn, message) => void (await topics.publish({ topicArn, message })),
    permits: (rule, target) => permitsRule(base.stack, rule, target),
  })
}

/** Step Functions → Lambda, CloudWatch and EventBridge: runs tasks, and reports each change of a run. */
async function statesWith(
  base: Base,
  { invoke, metrics, events }: { invoke: Invoke; metrics: Metrics; events: Events },
) {
  let changes: RunChanges | undefined
  // Added before the engine: the changes of runs are reported after the last of them.
  base.started.add({ stop: () => changes?.settled() })
  const states = base.started.add(await startStates({ ...base, machines: base.stack.stateMachines, invoke }))
  changes = await RunChanges.open({ ...base, states, metrics, events })
  return { states, changes }
}
