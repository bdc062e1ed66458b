import { lengthSeconds, parseQuietHours, type QuietHours } from '@confirmation-reminder/contracts/quiet-hours'
import type { Stage } from '@confirmation-reminder/contracts/stages'

/** What a stage promises to customers, as its settings say it. */
export interface Plan {
  reminders: { secondsAfterPreviousMail: number }[]
  quietHours?: string
  spreadSeconds: number
  /** Long enough for the longest run with all its retries. */
  expiresDaysAfterReminder: number
  withdrawalHoldDays: number
}

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
const day = 86_400

const one = [{ secondsAfterPreviousMail: day }]
const three = [day, day / 2, day].map((secondsAfterPreviousMail) => ({ secondsAfterPreviousMail }))
// Short, so that registrations lapse and withdrawn addresses are free again within the test.
const short = { expiresDaysAfterReminder: 14, withdrawalHoldDays: 3 }
const atOnce = { ...short, spreadSeconds: 0 }
const byDay = { ...short, spreadSeconds: 3_600 }

/** The settings that the test deploys first, and those that it deploys while runs wait. */
export const plans: Record<Stage, { first: Plan; later: Plan }> = {
  dev: { first: { ...atOnce, reminders: one }, later: { ...atOnce, expiresDaysAfterReminder: 60, reminders: three } },
  prod: {
    first: { ...byDay, quietHours: '21:00-08:00 Europe/Berlin', reminders: one },
    later: { ...byDay, quietHours: '20:00-07:00 Europe/Berlin', expiresDaysAfterReminder: 60, reminders: three },
  },
}

// A mail of unknown outcome is claimed again after up to seven hours, and a reminder has three claims.
const evidenceMs = 22 * hourMs

/** How long a reminder that is due waits at most for its hour: the night, and twice its share of the spread. */
function postponementMs({ quietHours = '', spreadSeconds }: Plan): number {
  const hours = parseQuietHours(quietHours)
  return 1000 * (2 * spreadSeconds + (hours ? lengthSeconds(hours) + 3_600 : 0))
}

/**
 * How long after the acknowledgement a reminder of the plan has come at the latest, if no run has failed.
 * @param step from 1
 * @param outageMs how long the longest outage lasts
 */
export function latestReminderMs(plan: Plan, step: number, outageMs: number): number {
  return plan.reminders
    .slice(0, step)
    .reduce(
      (sum, { secondsAfterPreviousMail }) => sum + secondsAfterPreviousMail * 1000 + postponementMs(plan) + evidenceMs,
      outageMs,
    )
}

/** From a registration to the moment when it has certainly lapsed, if it is not answered. */
export function lifetimeMs(plan: Plan): number {
  const waits = plan.reminders.map(
    ({ secondsAfterPreviousMail }) => secondsAfterPreviousMail * 1000 + postponementMs(plan),
  )
  return waits.reduce((sum, ms) => sum + ms, plan.expiresDaysAfterReminder * dayMs)
}

/** How long after a registration its first reminder is due, if that is not at night. The spread shares out by id. */
export function firstReminderMs({ reminders: [first], spreadSeconds }: Plan, customerId: string): number {
  const share = spreadSeconds > 0 ? Number.parseInt(customerId.slice(0, 8), 16) / 2 ** 32 : 0
  return 1000 * ((first?.secondsAfterPreviousMail ?? 0) + Math.floor(share * spreadSeconds))
}

/** Whether a plan allows no reminder at this moment. */
export function isQuiet({ quietHours = '' }: Plan, at: number): boolean {
  const hours = parseQuietHours(quietHours)
  if (!hours) return false
  const minute = localMinute(hours, at)
  const { fromMinute, toMinute } = hours
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute
}

function localMinute({ timeZone }: QuietHours, at: number): number {
  const options = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const [hour = 0, minute = 0] = new Intl.DateTimeFormat('en-GB', options).format(at).split(':').map(Number)
  return hour * 60 + minute
}
