import { errorNames } from '@confirmation-reminder/contracts/errors'
import { stateNames } from '@confirmation-reminder/contracts/names'
import type { WrittenReminderPayload } from '@confirmation-reminder/contracts/payload'
import type { ReminderPlan } from './reminder-plan.ts'
import type { State, Task } from './state.ts'

/**
 * `register` decides when a registration lapses, by the settings that it was shipped with; a run may have begun with a longer
 * plan. Each reminder keeps its registration for as long as its plan says. If the first comes later than this, an earlier
 * visit does, while any registration lives: synthesis refuses settings by which one lapses within days.
 */
export const keptAfterSeconds = 86_400

/** Whether the registrations of a plan need that visit. */
export function needsKeeping({ reminders: [first] }: Pick<ReminderPlan, 'reminders'>): boolean {
  return first !== undefined && first.secondsAfterPreviousMail > keptAfterSeconds
}

const [keep, waitForReminder] = ['KeepRegistration', 'WaitForReminder']

/** The states before the first reminder: one wait, or two with the visit in between. */
export function waitForFirst(
  seconds: number,
  { lifetimeSeconds, Resource, ...patience }: Task & { lifetimeSeconds: number },
): Record<string, State> {
  const Next = stateNames.triggerNotification
  if (seconds <= keptAfterSeconds) return { [stateNames.wait]: { Type: 'Wait', Seconds: seconds, Next } }
  const visit: Partial<WrittenReminderPayload> = { step: 0, lifetimeSeconds }
  return {
    [stateNames.wait]: { Type: 'Wait', Seconds: keptAfterSeconds, Next: keep },
    [keep]: {
      Type: 'Task',
      Resource,
      Parameters: { 'customerId.$': '$.customerId', 'traceId.$': '$.traceId', ...visit },
      ResultPath: null,
      ...patience,
      // A reminder that was shipped before this visit existed refuses it, and must not send a mail. It keeps nothing either: such
      // a plan is set only once a reminder that knows the visit is live (docs/deploy.md).
      Catch: [{ ErrorEquals: [errorNames.contractViolation], ResultPath: null, Next: waitForReminder }],
      Next: waitForReminder,
    },
    [waitForReminder]: { Type: 'Wait', Seconds: seconds - keptAfterSeconds, Next },
  }
}
