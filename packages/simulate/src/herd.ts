import { priceOf } from '@confirmation-reminder/plan-report/cost/price-list'
import { deployed } from './design.ts'
import { type Result, simulate } from './engine.ts'
import { type Limits, noLimits } from './limits.ts'
import { assumedPeople } from './people.ts'

/** Many people who register within an hour, and what their reminders meet a day later. */
export interface Herd {
  registrations: number
  mailsPerSecond: number
  /** How many executions Lambda runs at once. */
  concurrency?: number
  /** When the reminders go out. */
  when: When
}

/** As they fall due; all of them when the quiet hours end; spread over an hour from then on; spread over as long as SES needs. */
export const whens = ['asTheyCame', 'morning', 'spreadHour', 'spreadToRate'] as const
export type When = (typeof whens)[number]

/** What became of them. */
export interface Outcome {
  /** From the first reminder that falls due, or from the end of the quiet hours, to the last that went out. */
  lastAfterSeconds: number
  reminded: number
  /** Runs that failed, because their retries ended before SES took the mail: a person redrives them. */
  failed: number
  /** Attempts that Step Functions repeated, and what they cost in US dollars. */
  retries: number
  retriesUsd: number
  result: Result
  /** Over how long they were spread, in seconds. */
  spreadSeconds: number
  /** The second in which the reminders begin to fall due. */
  begins: number
}

const hour = 3_600
// An evening's hour: the quiet hours hold all its reminders back for ten hours more.
const quiet = { from: 86_400, to: 86_400 + 11 * hour }
// Runs retry a refused mail for a few hours.
const retrying = 6 * hour
// Mails of registrations need some of SES's rate, too.
const share = 0.9

/**
 * Simulates the reminders of people who registered within an hour. Their registrations count as accepted: this is about what
 * comes after them. SES's rate is what the reminders have for themselves.
 */
export function herdOf(herd: Herd, limits: Limits = noLimits): Outcome {
  const { registrations, mailsPerSecond, when, concurrency = limits.concurrency.limit } = herd
  const isHeldBack = when !== 'asTheyCame'
  const spreadSeconds = spreadOf(herd)
  const result = simulate({
    seconds: quiet.to + spreadSeconds + retrying,
    arrivals: (second) => (second < hour ? registrations / hour : 0),
    people: assumedPeople,
    design: { ...deployed, spreadSeconds },
    limits: {
      ...limits,
      mailsPerSecond: { ...limits.mailsPerSecond, limit: mailsPerSecond },
      concurrency: { ...limits.concurrency, limit: concurrency },
    },
    isAccepted: true,
    ...(isHeldBack && { quiet }),
  })
  const { reminded, failed, retries } = result.counts
  const begins = isHeldBack ? quiet.to : 86_400
  return {
    ...{
      lastAfterSeconds: lastOf(result.reminders) - begins,
      reminded,
      failed,
      retries,
      result,
      spreadSeconds,
      begins,
    },
    retriesUsd: priceOf('stateTransition', retries),
  }
}

/** Over how long the reminders of a herd are spread, in seconds: at least an hour, where they are spread at all. */
export function spreadOf({ registrations, mailsPerSecond, when }: Herd): number {
  if (when === 'spreadHour') return hour
  if (when !== 'spreadToRate') return 0
  const unanswered = 1 - assumedPeople.confirming.reduce((sum, { share }) => sum + share, 0)
  return Math.max(hour, Math.ceil((registrations * unanswered) / (mailsPerSecond * share) / hour) * hour)
}

/** The second of the last reminder: half a reminder is left then, because fractions never quite end. */
function lastOf(reminders: Float64Array): number {
  let after = 0
  for (let second = reminders.length - 1; second >= 0; second--) {
    after += reminders[second] as number
    if (after >= 0.5) return second
  }
  return 0
}
