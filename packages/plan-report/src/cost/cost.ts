import { assumptions, daysOfMonth } from './assumptions.ts'
import type { Deployment } from './deployment.ts'
import { priceOf } from './price-list.ts'

/** What a month costs, in US dollars, by service. */
export type Cost = Record<Service, number>
export const services = [
  'Lambda',
  'Step Functions',
  'DynamoDB',
  'SES',
  'API Gateway',
  'CloudWatch logs',
  'CloudWatch alarms',
  'X-Ray',
  'SNS',
  'KMS',
  'EventBridge',
] as const
export type Service = (typeof services)[number]

const gigabyte = 1e9

/** How often each thing happens for one registration. */
export function usage({ workflow, functions }: Deployment) {
  const { confirmingBeforeReminder, confirming, requestsToConfirm, otherInvocations } = assumptions
  // A function that is not there is not called.
  const called = (name: string, times: number) => (name in functions ? times : 0)
  const wakings = workflow.tasks
  const registering = called('register', 1)
  const showing = called('confirm', confirming * requestsToConfirm)
  const known: Record<string, number> = {
    register: registering,
    confirm: showing,
    // Every run wakes; most of the work is done for those who have not confirmed.
    reminder: wakings,
  }
  return {
    // Each state that is entered, and the start.
    transitions: workflow.states ? workflow.states + 1 : 0,
    mails: registering + wakings * (1 - confirmingBeforeReminder),
    requests: registering + showing,
    invocations: Object.fromEntries(Object.keys(functions).map((name) => [name, known[name] ?? otherInvocations])),
  }
}

/** What a month with so many registrations a day costs. */
export function costOf(deployment: Deployment, registrationsPerDay: number): Cost {
  const { functions, alarms, keys, logDays, pointInTimeRecovery, tracing } = deployment
  const { milliseconds, otherMilliseconds, writes, reads, confirming } = assumptions
  const { transitions, mails, requests, invocations } = usage(deployment)
  const month = registrationsPerDay * daysOfMonth
  const invoked = sum(Object.values(invocations))

  // Memory in GB × seconds × how often.
  const gigabyteSeconds = sum(
    Object.entries(functions).map(
      ([name, megabytes]) =>
        (megabytes / 1024) * ((milliseconds[name] ?? otherMilliseconds) / 1000) * (invocations[name] ?? 0),
    ),
  )
  const { register = 0, confirm = 0, reminder = 0 } = invocations
  const writeUnits = writes.register * register + writes.confirm * (confirm && confirming) + writes.reminder * reminder
  const readUnits = reads.register * register + reads.confirm * confirm + reads.reminder * reminder
  // As many items as come in while one is kept.
  const storedGigabytes = (register * registrationsPerDay * assumptions.daysKept * assumptions.itemBytes) / gigabyte
  const logged =
    ((assumptions.logBytesPerInvocation * invoked + assumptions.logBytesPerRequest * requests) * month) / gigabyte
  const keptMonths = logDays / daysOfMonth

  return {
    Lambda: priceOf('lambdaGigabyteSecond', gigabyteSeconds * month) + priceOf('lambdaRequest', invoked * month),
    'Step Functions': priceOf('stateTransition', transitions * month),
    DynamoDB:
      priceOf('writeUnit', writeUnits * month) +
      priceOf('readUnit', readUnits * month) +
      priceOf('tableGigabyteMonth', storedGigabytes) +
      (pointInTimeRecovery ? priceOf('recoveryGigabyteMonth', storedGigabytes) : 0),
    SES: priceOf('mail', mails * month),
    'API Gateway': priceOf('httpApiRequest', requests * month),
    'CloudWatch logs':
      priceOf('logGigabyte', logged) + priceOf('logGigabyteMonth', logged * keptMonths * assumptions.logCompression),
    'CloudWatch alarms': priceOf('alarmMonth', alarms),
    'X-Ray': tracing ? priceOf('trace', invoked * assumptions.traced * month) : 0,
    // An alarm publishes when it changes: a few dozen messages a month, whatever the registrations.
    SNS: priceOf('publication', alarms * 10),
    KMS: priceOf('keyMonth', keys) + priceOf('keyRequest', keys * alarms * 10),
    // Runs that fail are events of AWS's own.
    EventBridge: 0,
  }
}

export const total = (cost: Cost) => sum(Object.values(cost))
const sum = (numbers: number[]) => numbers.reduce((whole, number) => whole + number, 0)
