import type { FaultRule } from './faults.ts'

/** A part that is away for hours, while the reminders of a cohort are due. */
export interface Outage {
  /** Hours after the cohort has begun to register. */
  fromHours: number
  hours: number
  rules: FaultRule[]
  /** How many customers of one local cloud meet it at most. Each of their runs is attempted hundreds of times in these hours. */
  mostCustomers: number
}

const error = (service: string, action: string, code: string, more: object = {}): FaultRule => ({
  ...{ service, action, kind: 'error', error: code, rate: 1 },
  ...more,
})
const many = { mostCustomers: 40 }
const mail = { service: 'ses', action: 'SendRawEmail' }

/** By name, in the order of the cohorts that meet them. */
export const outages = {
  ses: { ...many, fromHours: 23.5, hours: 7, rules: [error(mail.service, mail.action, 'ServiceUnavailable')] },
  // Not longer: for six hours EventBridge tries to have a failed run reported by name; after that the alarm must do.
  lambda: { ...many, fromHours: 23.5, hours: 6, rules: [error('lambda', 'Invoke', 'TooManyRequestsException')] },
  // Each attempt takes most of a second, in which no time can be skipped: the SDK pauses between its retries.
  table: {
    mostCustomers: 6,
    fromHours: 23.5,
    hours: 2,
    rules: ['GetItem', 'PutItem', 'UpdateItem'].map((action) =>
      error('dynamodb', action, 'ProvisionedThroughputExceededException'),
    ),
  },
  paused: {
    ...many,
    fromHours: 23.5,
    hours: 12,
    rules: [error(mail.service, mail.action, 'AccountSendingPausedException')],
  },
  // SES accepts a third of the reminders and its answers are lost, so that only its events show which.
  feedback: {
    ...many,
    fromHours: 23.5,
    hours: 9,
    rules: [
      error('lambda', 'Invoke', 'TooManyRequestsException', { match: { caller: 'sqs' } }),
      { ...mail, kind: 'dropAfterEffect', rate: 0.3, match: { caller: 'reminder' } },
    ],
  },
} as const satisfies Record<string, Outage>

export type OutageName = keyof typeof outages
export const outageNames = Object.keys(outages) as OutageName[]

/**
 * How many customers register in each cohort. The first meets no outage, and then one meets each. If more register than the
 * outages admit, the others register before and after all outages.
 * @param least how many cohorts there are at least
 */
export function cohortSizes(customers: number, names: readonly OutageName[], least = 1): number[] {
  const cohorts = Math.max(least, 1 + names.length)
  const equal = Array.from(
    { length: cohorts },
    (_, n) => Math.ceil(((n + 1) * customers) / cohorts) - Math.ceil((n * customers) / cohorts),
  )
  const [first = 0, ...others] = equal.map((size, n) => {
    const name = names[n - 1]
    return name ? Math.min(size, outages[name].mostCustomers) : size
  })
  const left = customers - first - others.reduce((sum, size) => sum + size, 0)
  const before = Math.floor(left / 2)
  return left === 0 ? equal : [first + before, ...others, left - before]
}
