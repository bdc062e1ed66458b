import { functions } from '@confirmation-reminder/contracts/functions'
import { stateNames } from '@confirmation-reminder/contracts/names'
import { keepRetriers, needsKeeping } from './keep-registration.ts'
import { canPostpone, longestPostponementSeconds, longestWaitSeconds, type ReminderPlan } from './reminder-plan.ts'
import { type ReminderStep, reminderStates } from './reminder-states.ts'
import { longestTaskSeconds, type Retrier, retriers } from './retriers.ts'
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

// Step Functions' own delays between states; generous, because a run that times out sends no reminder.
const slackSeconds = 3600

/** The timeout of a run, in seconds since its registration. */
export function runTimeoutSeconds(plan: ReminderPlan): number {
  return longestRunSeconds(plan, retriers, taskTimeoutSeconds) + slackSeconds
}

/**
 * How long a run lasts in which each reminder uses up every retrier, times out at each attempt, and is postponed once for
 * the longest time, after which its retriers start again. A run whose retries are postponed every night lasts longer: it
 * times out, and Slack receives a post.
 */
export function longestRunSeconds(plan: ReminderPlan, retriers: Retrier[], taskTimeoutSeconds: number): number {
  const visits = longestPostponementSeconds(plan) > 0 ? 2 : 1
  const tasks = plan.reminders.length * visits * longestTaskSeconds(retriers, taskTimeoutSeconds)
  const keeping = needsKeeping(plan) ? longestTaskSeconds(keepRetriers, taskTimeoutSeconds) : 0
  return longestWaitSeconds(plan) + keeping + tasks
}
