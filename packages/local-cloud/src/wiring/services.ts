import { join } from 'node:path'
import { dataFolders, keepVersion } from '../core/data-folder.ts'
import type { Metric, RecordMetrics } from '../core/metrics.ts'
import type { Invoke, Service } from '../core/service.ts'
import { type Chatbot, startChatbot } from '../services/chatbot/chatbot.ts'
import type { Metrics } from '../services/cloudwatch/metrics.ts'
import { chatbotRegion, metricsIn, startRegions } from '../services/cloudwatch/regions.ts'
import { type DynamoDb, startDynamoDb } from '../services/dynamodb/dynamodb.ts'
import { StreamSource } from '../services/dynamodb/streams/stream-source.ts'
import { type Events, startEvents } from '../services/eventbridge/events.ts'
import { iteratorAge } from '../services/lambda/invocation-metrics.ts'
import { startLambda } from '../services/lambda/lambda.ts'
import { type Logs, startLogs } from '../services/logs/logs.ts'
import { mailEvents } from '../services/ses/mail-events.ts'
import { startSes } from '../services/ses/ses.ts'
import { startSns } from '../services/sns/sns.ts'
import type { Topics } from '../services/sns/topics.ts'
import type { Queues } from '../services/sqs/queues.ts'
import { startSqs } from '../services/sqs/sqs.ts'
import { type StatesService, startStates } from '../services/step-functions/states.ts'
import type { Base } from './base.ts'
import { sessionOf } from './caller-identity.ts'
import { embeddedMetrics } from './embedded-metrics.ts'
import type { Endpoint } from './endpoint.ts'
import { type Invoker, invokeAs } from './invoke-as.ts'
import { MailMetrics } from './mail-metrics.ts'
import { alarmsTo, mailEventsTo } from './publish-to-topics.ts'
import { reportRunChanges } from './run-changes.ts'

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
  const tables = { folder: join(dataFolder, dataFolders.tables), checked: base.tables }
  const dynamodb = started.add(await startDynamoDb({ ...base, ...tables }))
  await keepVersion(dataFolder)
  const metrics = metricsIn(stack.region, base)
  const record: RecordMetrics = (datums) => metrics.record(datums)
  const chatbot = await chatbotWith(base)
  started.add(functions.endpoint)
  const logs = startLogs(base)
  const lambda = started.add(await lambdaWith(base, { ...functions, record, logs }))
  const invoke = (caller: Invoker) => invokeAs(caller, { ...base, ...functions, lambda, record })
  const sqs = started.add(await sqsWith(base, { ...functions, invoke: invoke('sqs'), record }))
  const sns = await snsWith(base, { chatbot, queues: sqs.queues, record })
  const ses = started.add(await sesWith(base, { metrics, topics: sns.topics }))
  const events = started.add(
    await eventsWith(base, { topics: sns.topics, queues: sqs.queues, invoke: invoke('events') }),
  )
  const states = await statesWith(base, { events, metrics, invoke: invoke('states') })
  const sources = await streamSourcesOf(base, {
    ...{ dynamodb, record, invoke: invoke('dynamodb'), queues: sqs.queues, topics: sns.topics },
  })
  sqs.poll()
  for (const source of sources) started.add(source).start()
  // Last, so that nothing that happened before is missing when alarms look back.
  const publish = alarmsTo(sns.topics, stack)
  const cloudwatch = started.add(await startRegions({ ...base, publish, measured: () => sqs.measured() }))

  const services = { dynamodb, events, lambda, logs, ses, sns, sqs, states }
  const named: Record<string, Service> = { ...services, ...cloudwatch.services }
  return {
    /** By the name for which clients sign; `monitoring/us-east-1` for CloudWatch of another Region. */
    named,
    /** The alarms of each Region and their metrics. */
    alarmRegions: cloudwatch.regions,
    chatbot,
    dynamodb,
    invoke,
    lambda,
    logs,
    mailbox: ses.mailbox,
    record,
    states,
    /** Lets the clock skip by `skip`; what is outside of the local cloud must not hold that up. */
    during: <T>(skip: () => Promise<T>): Promise<T> => events.during(skip),
    total: (metric: Metric) => metrics.total(metric),
    /** Resolves when all that the clock has let fall due has happened. */
    settled: async () => {
      const parts = [dynamodb, states, ses, sns, sqs, ...sources, events, cloudwatch]
      // Twice, because a part may have work for one before it: an item that a function writes reaches a stream.
      for (const part of [...parts, ...parts]) await part.settled()
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
      metrics.record([{ namespace: 'AWS/Chatbot', name, dimensions, value: 1, unit: 'Count' }]),
  })
}

/** Lambda → CloudWatch and its logs: measures invocations, keeps logs, and reads the metrics in them. Its functions call the endpoint. */
function lambdaWith(base: Base, { endpoint, logs, ...more }: FunctionSettings & { record: RecordMetrics; logs: Logs }) {
  return startLambda({
    ...base,
    ...more,
    folder: join(base.dataFolder, dataFolders.code),
    endpointUrl: () => endpoint.url,
    report: (name, line, stream) => {
      if (writesLogs(base, name)) logs.write(name, stream, line)
    },
    log: (name, line, stream) => {
      base.log(`${name}  ${line}`)
      if (stream === undefined || !writesLogs(base, name)) return
      logs.write(name, stream, line)
      const metrics = embeddedMetrics(line)
      if (metrics.length > 0) more.record(metrics).catch((error: unknown) => base.log(`Metrics are lost: ${error}`))
    },
  })
}

/** Whether Lambda can write what a function prints to its log group. On AWS the lines of one that may not are lost. */
function writesLogs({ stack, permissions }: Base, functionName: string): boolean {
  const { roleArn, logGroup } = stack.functions.find(({ name }) => name === functionName) ?? {}
  return (
    roleArn === undefined ||
    logGroup === undefined ||
    permissions.mayWriteLogs({ role: roleArn, name: functionName }, logGroup)
  )
}

/** SQS → Lambda and CloudWatch: invokes functions with messages, and measures queues. */
function sqsWith(base: Base, more: { endpoint: Endpoint; invoke: Invoke; record: RecordMetrics }) {
  const session = sessionOf(base.stack)
  return startSqs({
    ...base,
    ...more,
    roleOf: (accessKeyId) => session(accessKeyId)?.role,
    setPolicies: (queueArn, policies) => base.permissions.setQueuePolicies(queueArn, policies),
    endpointUrl: () => more.endpoint.url,
  })
}

/** DynamoDB's streams → Lambda, SQS, SNS and CloudWatch: invokes functions with records, and reports those that are discarded. */
function streamSourcesOf(
  base: Base,
  {
    dynamodb,
    invoke,
    queues,
    topics,
    record,
  }: { dynamodb: DynamoDb; invoke: Invoke; queues: Queues; topics: Topics; record: RecordMetrics },
): Promise<StreamSource[]> {
  const { stack } = base
  const around = {
    ...base,
    invoke,
    measured: (functionArn: string, ageMs: number) => record(iteratorAge(functionArn, ageMs)),
    discarded: async (destinationArn: string, body: string, functionArn: string) => {
      const sender = stack.functions.find(
        ({ arn }) => functionArn === arn || functionArn.startsWith(`${arn}:`),
      )?.roleArn
      const queue = queues.byArn(destinationArn)
      if (queue) await queue.send([{ body, sender: sender ?? stack.accountId }])
      else await topics.publish({ topicArn: destinationArn, message: body })
    },
  }
  return Promise.all(
    stack.streamMappings.flatMap((mapping) => {
      const stream = dynamodb.streams.find(({ settings }) => settings.arn === mapping.streamArn)
      return stream ? [StreamSource.open(mapping, stream, around)] : []
    }),
  )
}

/** SNS → SQS and Chatbot: delivers messages, also those that an earlier process did not deliver to Chatbot. */
async function snsWith(
  base: Base,
  { chatbot, queues, record }: { chatbot: Chatbot; queues: Queues; record: RecordMetrics },
) {
  const { permissions, started } = base
  const sns = started.add(
    await startSns({
      ...base,
      record,
      enqueue: async (queueArn, message) => {
        await queues.existing(queueArn).send([{ ...message, sender: 'sns.amazonaws.com' }])
      },
      canPublish: ({ topic, ...publisher }) => permissions.canPublish(publisher, topic.arn),
      permits: (topicArn, queueArn) => permissions.permitsSubscription(topicArn, queueArn),
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

/** EventBridge → Lambda, SNS and SQS: delivers events to the targets of rules. */
function eventsWith(
  base: Base,
  { topics, queues, invoke }: { topics: Topics; queues: Queues; invoke: Invoke },
): Promise<Events> {
  return startEvents({
    ...base,
    invoke,
    enqueue: async (queueArn, body, attributes) => {
      await queues.existing(queueArn).send([{ body, attributes, sender: 'events.amazonaws.com' }])
    },
    permitsDeadLetters: (ruleArn, queueArn) => base.permissions.permitsEvents(ruleArn, queueArn),
    publish: async (topicArn, message) => void (await topics.publish({ topicArn, message })),
    permits: (rule, target) => base.permissions.permitsRule(rule, target),
  })
}

/** Step Functions → Lambda, CloudWatch and EventBridge: runs tasks, and reports each change of a run. */
async function statesWith(
  base: Base,
  { invoke, ...reported }: { invoke: Invoke; metrics: Metrics; events: Events },
): Promise<StatesService> {
  const report = reportRunChanges(reported)
  return base.started.add(await startStates({ ...base, machines: base.stack.stateMachines, invoke, report }))
}
