import { lengthSeconds, parseQuietHours } from '@confirmation-reminder/contracts/quiet-hours'
import type { Settings } from './settings.ts'

/** When the reminders of a stage go out. */
export type ReminderPlan = Pick<Settings, 'reminders' | 'quietHours' | 'spreadSeconds'>

/** Whether a due reminder may have to wait, for the morning or for its turn. */
export function canPostpone({ quietHours, spreadSeconds }: ReminderPlan): boolean {
  return Boolean(quietHours) || spreadSeconds > 0
}

/** The length of the quiet hours in seconds; 0 without quiet hours. */
export function quietSeconds({ quietHours = '' }: Pick<Settings, 'quietHours'>): number {
  const hours = parseQuietHours(quietHours)
  return hours ? lengthSeconds(hours) : 0
}

/** How long a reminder that is due may have to wait at most. */
export function longestPostponementSeconds(plan: ReminderPlan): number {
  const quiet = quietSeconds(plan)
  if (quiet === 0) return plan.spreadSeconds
  // Its turn may be at night, and is drawn again in the morning. Once a year a night is an hour longer.
  return plan.spreadSeconds + quiet + 3600 + plan.spreadSeconds
}

/** How long a run waits at most, if nothing goes wrong: every delay of the plan, and every postponement. */
export function longestWaitSeconds(plan: ReminderPlan): number {
  return plan.reminders.reduce(
    (sum, { secondsAfterPreviousMail }) => sum + secondsAfterPreviousMail + longestPostponementSeconds(plan),
    0,
  )
}

/** From registration to the moment when an unanswered one lapses. */
export function registrationLifetimeSeconds(
  settings: ReminderPlan & Pick<Settings, 'expiresDaysAfterReminder'>,
): number {
  return longestWaitSeconds(settings) + settings.expiresDaysAfterReminder * 86_400
}
