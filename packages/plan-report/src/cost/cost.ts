import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { ownMetrics } from '@confirmation-reminder/contracts/metrics'
import { assumptions, daysOfMonth } from './assumptions.ts'
import { secondsOf } from './concurrency.ts'
import type { Deployment } from './deployment.ts'
import { priceOf } from './price-list.ts'
import { transitionsOfPostponement } from './workflow.ts'

/** What a month costs, in US dollars, by service. */
export type Cost = Record<Service, number>
export const services = [
  'Lambda',
  'Step Functions',
  'DynamoDB',
  'SES',
  'Route 53',
  'API Gateway',
  'CloudWatch logs',
  'CloudWatch alarms',
  'CloudWatch metrics',
  'CloudWatch dashboards',
  'X-Ray',
  'SNS',
  'SQS',
  'EventBridge',
  'KMS',
] as const
export type Service = (typeof services)[number]

const countedMetrics = Object.keys(ownMetrics).length
const gigabyte = 1e9
const day = 86_400

/** How often each thing happens for one registration. */
export function usage(deployment: Deployment) {
  const { workflow, functions } = deployment
  const { confirming, requestsToConfirm, eventsPerMail, rareInvocations, writes } = assumptions
  // A function that is not there is not called.
  const called = (name: string, times: number) => (Object.hasOwn(functions, name) ? times : 0)
  const registering = called('register', 1)
  const showing = called('confirm', confirming * requestsToConfirm)
  const mails = registering + workflow.tasks * reminded
  const mailEvents = called('feedback', mails * eventsPerMail)
  // Every run resumes; most of the work is done for those who have not confirmed. A postponed run is invoked twice.
  const postponements = workflow.tasks * postponed(deployment)
  const reminding = workflow.visits + postponements
  const customerWrites =
    writes.register * registering +
    writes.confirm * (showing && confirming) +
    writes.reminder * called('reminder', reminding) +
    writes.feedback * mailEvents
  const invocations: Record<FunctionName, number> = {
    register: registering,
    confirm: showing,
    withdraw: rareInvocations,
    reminder: reminding,
    failures: rareInvocations,
    feedback: mails * eventsPerMail,
    // The writes, and DynamoDB's own deletion of a registration that lapses.
    announce: customerWrites + registering * (1 - confirming),
  }
  const known = new Map<string, number>(Object.entries(invocations))
  return {
    transitions: workflow.transitions + postponements * transitionsOfPostponement,
    mails,
    mailEvents,
    customerWrites,
    // Everybody registers, and then confirms or lapses; and each reminder is an event.
    customerEvents: called('announce', 2 * registering + workflow.tasks * reminded),
    requests: registering + showing,
    invocations: Object.fromEntries(Object.keys(functions).map((name) => [name, known.get(name) ?? rareInvocations])),
  }
}

/** The share of registrations that get a reminder. */
export const reminded = 1 - assumptions.confirmingBeforeReminder

/** The share of reminders that are postponed: all where they are spread, else those that fall due in quiet hours. */
export function postponed({ workflow, quietSeconds, spreadSeconds }: Deployment): number {
  return workflow.postponable ? reminded * (spreadSeconds > 0 ? 1 : quietSeconds / day) : 0
}

export type Usage = ReturnType<typeof usage>

/**
 * What a month with so many registrations a day costs.
 * @param happening how often each thing happens for one registration, where that is known better than from assumptions
 */
export function costOf(deployment: Deployment, registrationsPerDay: number, happening = usage(deployment)): Cost {
  const { functions, alarms, dashboards, keys, eventSources, webhooks, logDays } = deployment
  const { pointInTimeRecovery, tracing, hasMailRecords } = deployment
  const { writesOfSource, reads } = assumptions
  const { transitions, mails, mailEvents, customerWrites, customerEvents, requests, invocations } = happening
  const month = registrationsPerDay * daysOfMonth
  const invoked = sum(Object.values(invocations))

  // Memory in GB × seconds × how often.
  const gigabyteSeconds = sum(
    Object.entries(functions).map(
      ([name, megabytes]) => (megabytes / 1024) * secondsOf(name) * (invocations[name] ?? 0),
    ),
  )
  const { register = 0, confirm = 0, reminder = 0 } = invocations
  const writeUnits = customerWrites + writesOfSource * register
  const readUnits =
    reads.register * register + reads.confirm * confirm + reads.reminder * reminder + reads.feedback * mailEvents
  // As many items as come in while one is kept.
  const storedGigabytes = (register * registrationsPerDay * assumptions.daysKept * assumptions.itemBytes) / gigabyte
  const logged =
    ((assumptions.logBytesPerInvocation * invoked + assumptions.logBytesPerRequest * requests) * month) / gigabyte
  const keptMonths = logDays / daysOfMonth
  // With a queue, each event goes through it.
  const queueRequests =
    eventSources > 0
      ? mailEvents * month * assumptions.requestsPerQueuedEvent + eventSources * assumptions.requestsPerEventSource
      : 0
  // The events of each mail; and an alarm publishes when it changes, a few times a month, independent of the registrations.
  const published = mailEvents * month + alarms * assumptions.publicationsPerAlarm

  return {
    Lambda: priceOf('lambdaGigabyteSecond', gigabyteSeconds * month) + priceOf('lambdaRequest', invoked * month),
    'Step Functions': priceOf('stateTransition', transitions * month),
    DynamoDB:
      priceOf('writeUnit', writeUnits * month) +
      priceOf('readUnit', readUnits * month) +
      priceOf('tableGigabyteMonth', storedGigabytes) +
      (pointInTimeRecovery ? priceOf('recoveryGigabyteMonth', storedGigabytes) : 0),
    SES: priceOf('mail', mails * month),
    // Of records that are created by hand this system knows nothing.
    'Route 53': hasMailRecords ? priceOf('dnsQuery', mails * month * assumptions.dnsQueriesPerMail) : 0,
    'API Gateway': priceOf('httpApiRequest', requests * month),
    'CloudWatch logs':
      priceOf('logGigabyte', logged) + priceOf('logGigabyteMonth', logged * keptMonths * assumptions.logCompression),
    'CloudWatch alarms': priceOf('alarmMonth', alarms),
    'CloudWatch metrics': priceOf('metricMonth', Object.keys(functions).length > 0 ? countedMetrics : 0),
    'CloudWatch dashboards': priceOf('dashboardMonth', dashboards),
    'X-Ray': tracing ? priceOf('trace', invoked * assumptions.traced * month) : 0,
    SNS: priceOf('publication', published),
    SQS: priceOf('queueRequest', queueRequests),
    // Without retries. What AWS itself puts on a bus costs nothing, and neither does delivery to other services.
    EventBridge:
      priceOf('customEvent', customerEvents * month) + priceOf('webhookCall', webhooks * customerEvents * month),
    KMS: priceOf('keyMonth', keys) + priceOf('keyRequest', Math.min(published, keys * assumptions.requestsPerKey)),
  }
}

export const total = (cost: Cost) => sum(Object.values(cost))
const sum = (numbers: number[]) => numbers.reduce((whole, number) => whole + number, 0)
