import { functions } from '@confirmation-reminder/contracts/functions'
import { stateNames } from '@confirmation-reminder/contracts/names'
import { survivedSeconds } from '@confirmation-reminder/contracts/outages'
import { retriers } from '@confirmation-reminder/contracts/retriers'
import { longestEvidenceWaitSeconds } from '@confirmation-reminder/contracts/sending'
import { needsKeeping } from './keep-registration.ts'
import { canPostpone, longestPostponementSeconds, longestWaitSeconds, type ReminderPlan } from './reminder-plan.ts'
import { type ReminderStep, reminderStates } from './reminder-states.ts'
import type { State } from './state.ts'

// Longer than the function's own timeout, so that the function's own error is the one that shows.
const taskTimeoutSeconds = functions.reminder.timeoutSeconds + 15

/**
 * The state machine, as plain Amazon States Language: wait, then remind, as often as the plan says. With one reminder
 * that goes out when it is due these are the article's two states. A run keeps its definition, so the tasks carry all that
 * the plan decides: the environment of `live` may be of another plan.
 * @param reminderFunctionArn the alias that the run invokes when it wakes
 * @param lifetimeSeconds how long the plan keeps an unanswered registration
 */
export function workflow({
  reminderFunctionArn,
  lifetimeSeconds,
  ...plan
}: ReminderPlan & { reminderFunctionArn: string; lifetimeSeconds: number }) {
  const { quietHours, spreadSeconds } = plan
  const timetable = canPostpone(plan) ? { ...(quietHours && { quietHours }), spreadSeconds } : undefined
  const steps = plan.reminders.map(
    (reminder, index): ReminderStep => ({
      ...reminder,
      step: index + 1,
      of: plan.reminders.length,
      timetable,
      lifetimeSeconds,
      task: { Resource: reminderFunctionArn, TimeoutSeconds: taskTimeoutSeconds, Retry: retriers },
    }),
  )
  return {
    Comment: 'Waits for the confirmation; then the reminder looks whether there is still something to do.',
    StartAt: stateNames.wait,
    // Without a timeout of its own a run may live for a year, and ExecutionsTimedOut could never alarm.
    TimeoutSeconds: runTimeoutSeconds(plan),
    States: Object.assign({}, ...steps.map(reminderStates)) as Record<string, State>,
  }
}

/**
 * What a reminder may take beyond its outage and its wait for evidence: the attempts themselves, of which half may fail while it waits,
 * the delay before the attempt that follows the outage, and Step Functions' own delays.
 */
const marginSeconds = 4 * 3600

/**
 * The timeout of a run, in seconds since its registration: as long as a run may last that still sends every reminder by itself. Each of
 * them is postponed, meets the longest outage that runs survive, waits for evidence for as long as it may, and is postponed once
 * more. The sum of all retriers would be longer, but an outage uses up one of them. A run that meets more times out, and Slack
 * receives a post.
 */
export function runTimeoutSeconds(plan: ReminderPlan): number {
  const longestOutageSeconds = Math.max(...Object.values(survivedSeconds))
  const perReminder =
    longestOutageSeconds + longestEvidenceWaitSeconds + longestPostponementSeconds(plan) + marginSeconds
  const keeping = needsKeeping(plan) ? survivedSeconds.part + marginSeconds : 0
  return longestWaitSeconds(plan) + keeping + plan.reminders.length * perReminder
}
