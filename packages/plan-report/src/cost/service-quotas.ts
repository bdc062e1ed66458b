import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'

/** A quota of AWS as dated data: its default, where it is written, and whether AWS raises it. */
export interface ServiceQuota {
  name: string
  /** What it counts, as in `a second` or `at once`. */
  unit: string
  /** The default in us-east-1, us-west-2 and eu-west-1, and the lowest default of all other Regions. */
  big: number
  elsewhere: number
  /** With a token bucket: how many tokens it holds. The defaults above are its refill per second. */
  bucket?: { big: number; elsewhere: number }
  /** What AWS says about a higher one; `no` is a hard limit. */
  raised: string
  /** AWS's page about it, which has the last word, and the day on which a copy of that page was read. */
  source: string
  read: string
  /** Where the figure was read, where that was not a copy of AWS's page. */
  readIn?: string
}

/** The Regions that have the higher defaults. */
export const bigRegions = ['us-east-1', 'us-west-2', 'eu-west-1'] as const

const docs = 'https://docs.aws.amazon.com'
const stepFunctions = `${docs}/step-functions/latest/dg/service-quotas.html`
const sending = `${docs}/ses/latest/dg/manage-sending-quotas.html`
const onDemand = `${docs}/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html`
const partitions = `${docs}/amazondynamodb/latest/developerguide/bp-partition-key-design.html`
const scheduler = `${docs}/scheduler/latest/UserGuide/scheduler-quotas.html`
const eventBridge = `${docs}/eventbridge/latest/userguide/eb-quota.html`
const read = '2026-11-28'

/** What AWS lets an account do in a Region by default, as far as registrations meet it. */
export const serviceQuotas = {
  apiRequests: {
    ...everywhere('API Gateway: requests', 'a second', 10_000),
    ...{ elsewhere: 2_500, bucket: { big: 5_000, elsewhere: 1_250 }, raised: 'on request' },
    ...{ source: `${docs}/apigateway/latest/developerguide/limits.html`, read },
  },
  concurrency: {
    ...everywhere('Lambda: executions', 'at once', standardAccountConcurrency),
    ...{ raised: 'on request, to tens of thousands; a new account begins with 10' },
    ...{ source: `${docs}/lambda/latest/dg/gettingstarted-limits.html`, read },
  },
  concurrencyGrowth: {
    ...everywhere('Lambda: more executions of one function', 'every 10 seconds', 1_000),
    ...{ raised: 'no', source: `${docs}/lambda/latest/dg/scaling-behavior.html`, read },
  },
  newTableWrites: {
    ...everywhere('DynamoDB: writes of a new table on demand', 'a second', 4_000),
    ...{
      raised: 'by itself, to twice the peak of the last 30 minutes; at once by warm throughput',
      source: onDemand,
      read,
    },
  },
  newTableReads: {
    ...everywhere('DynamoDB: reads of a new table on demand', 'a second', 12_000),
    ...{
      raised: 'by itself, to twice the peak of the last 30 minutes; at once by warm throughput',
      source: onDemand,
      read,
    },
  },
  tableWrites: {
    ...everywhere('DynamoDB: writes of a table', 'a second', 40_000),
    ...{ raised: 'on request', source: onDemand, read },
  },
  partitionWrites: {
    ...everywhere('DynamoDB: writes of one partition', 'a second', 1_000),
    ...{ raised: 'no', source: partitions, read },
  },
  partitionReads: {
    ...everywhere('DynamoDB: reads of one partition', 'a second', 3_000),
    ...{ raised: 'no', source: partitions, read },
  },
  startExecution: {
    ...everywhere('Step Functions: StartExecution', 'a second', 300),
    ...{ elsewhere: 150, bucket: { big: 1_300, elsewhere: 800 }, raised: 'on request', source: stepFunctions, read },
    readIn: 'github.com/awsdocs/aws-step-functions-developer-guide',
  },
  openExecutions: {
    ...everywhere('Step Functions: open executions', 'at once', 1_000_000),
    ...{ raised: 'on request, to millions', source: stepFunctions, read },
    readIn: 'github.com/awsdocs/aws-step-functions-developer-guide',
  },
  transitions: {
    ...everywhere('Step Functions: state transitions', 'a second', 5_000),
    ...{
      elsewhere: 800,
      bucket: { big: 5_000, elsewhere: 800 },
      raised: 'on request; new accounts have less',
      source: stepFunctions,
    },
    ...{ read, readIn: 'public notes that quote the page' },
  },
  stopExecution: {
    ...everywhere('Step Functions: StopExecution', 'a second', 200),
    ...{ elsewhere: 25, bucket: { big: 1_000, elsewhere: 500 }, raised: 'on request', source: stepFunctions, read },
    readIn: 'github.com/awsdocs/aws-step-functions-developer-guide',
  },
  sendTaskSuccess: {
    ...everywhere('Step Functions: SendTaskSuccess', 'a second', 500),
    ...{ elsewhere: 300, bucket: { big: 3_000, elsewhere: 1_500 }, raised: 'on request', source: stepFunctions, read },
    readIn: 'github.com/awsdocs/aws-step-functions-developer-guide',
  },
  // AWS publishes only those of the sandbox. What an account gets when it leaves it varies: these are what most report.
  mailsPerSecond: {
    ...everywhere('SES: sending rate', 'a second', 14),
    ...{ raised: 'on request, and by itself with a good reputation; 1 in the sandbox', source: sending, read },
    readIn: 'reports of accounts that left the sandbox',
  },
  mailsPerDay: {
    ...everywhere('SES: daily quota', 'in 24 hours', 50_000),
    ...{ raised: 'on request, and by itself with a good reputation; 200 in the sandbox', source: sending, read },
    readIn: 'reports of accounts that left the sandbox',
  },
  putEvents: {
    ...everywhere('EventBridge: PutEvents', 'calls a second', 10_000),
    ...{ elsewhere: 400, raised: 'on request', source: eventBridge, read },
  },
  webhookCalls: {
    ...everywhere('EventBridge: calls of an API destination', 'a second', 300),
    ...{ raised: 'on request', source: eventBridge, read },
  },
  queueInFlight: {
    ...everywhere('SQS: messages in flight of a standard queue', 'at once', 120_000),
    ...{
      raised: 'on request',
      source: `${docs}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html`,
      read,
    },
    readIn: 'the page, as others quote it',
  },
  schedules: {
    ...everywhere('EventBridge Scheduler: schedules', 'at once', 10_000_000),
    ...{ raised: 'on request, to billions', source: scheduler, read },
  },
  createSchedule: {
    ...everywhere('EventBridge Scheduler: CreateSchedule', 'a second', 5_000),
    ...{ elsewhere: 250, raised: 'on request, to tens of thousands', source: scheduler, read },
  },
  scheduleInvocations: {
    ...everywhere('EventBridge Scheduler: invocations', 'a second', 1_000),
    ...{ elsewhere: 250, raised: 'on request, to tens of thousands', source: scheduler, read },
    readIn: 'a copy of the page; elsewhere as CreateSchedule, which is a guess',
  },
} as const satisfies Record<string, ServiceQuota>

export type QuotaName = keyof typeof serviceQuotas

function everywhere(name: string, unit: string, limit: number) {
  return { name, unit, big: limit, elsewhere: limit }
}
