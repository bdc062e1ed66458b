import { stateNames } from '@confirmation-reminder/contracts/names'
import { reminderOutcomes } from '@confirmation-reminder/contracts/outcomes'
import type { ReminderWords, WrittenReminderPayload } from '@confirmation-reminder/contracts/payload'
import { needsKeeping, waitForFirst } from './keep-registration.ts'
import type { PlannedReminder } from './settings.ts'
import type { State, Task } from './state.ts'

/** A reminder in its place. */
export interface ReminderStep extends PlannedReminder {
  /** From 1. */
  step: number
  of: number
  /** With it, the reminder may answer that the run is to wait and come again. */
  timetable?: WrittenReminderPayload['timetable']
  /** How long the plan keeps a registration: see `waitForFirst`. */
  lifetimeSeconds: number
  task: Task
}

const done = 'Done'

/** The states of one reminder: wait, remind and, where it may be postponed, wait once more and remind again. */
export function reminderStates(reminder: ReminderStep): Record<string, State> {
  const { secondsAfterPreviousMail, step, of, timetable, lifetimeSeconds } = reminder
  const { Resource, ...patience } = reminder.task
  const [wait, remind] = [named(stateNames.wait, step), named(stateNames.triggerNotification, step)]
  const [wasPostponed, waitForTurn] = [named('WasPostponed', step), named('WaitForTurn', step)]
  const next = step < of ? named(stateNames.wait, step + 1) : undefined
  const onward = next ? { Next: next } : { End: true }
  return {
    ...(step === 1
      ? waitForFirst(secondsAfterPreviousMail, { ...reminder.task, lifetimeSeconds })
      : { [wait]: { Type: 'Wait', Seconds: secondsAfterPreviousMail, Next: remind } }),
    [remind]: {
      Type: 'Task',
      Resource,
      ...payload(reminder),
      ...patience,
      ...(timetable ? { Next: wasPostponed } : onward),
    },
    ...(timetable && {
      [wasPostponed]: {
        Type: 'Choice',
        Choices: [{ Variable: `${answer}.outcome`, StringEquals: reminderOutcomes.postponed, Next: waitForTurn }],
        Default: next ?? done,
      },
      [waitForTurn]: { Type: 'Wait', TimestampPath: `${answer}.until`, Next: remind },
      // A Choice cannot end a run.
      ...(!next && { [done]: { Type: 'Succeed' } }),
    }),
  }
}

/** The first reminder has the article's names. */
function named(state: string, step: number): string {
  return step === 1 ? state : `${state}${step}`
}

/** Where the reminder's answer stands beside the input of the run, which the next reminder needs. */
const answer = '$.reminder'

/** What the task hands over: the input of the run as it is, in the article's plan, or with what only the plan knows. */
function payload(reminder: ReminderStep) {
  const { step, of, timetable, lifetimeSeconds, words = usualWords(step, of) } = reminder
  if (of === 1 && words === 'reminder' && !timetable && !needsKeeping({ reminders: [reminder] })) return {}
  const known: Partial<WrittenReminderPayload> = {
    step,
    words,
    ...(timetable && { postponable: true, timetable }),
    lifetimeSeconds,
  }
  return { Parameters: { 'customerId.$': '$.customerId', 'traceId.$': '$.traceId', ...known }, ResultPath: answer }
}

function usualWords(step: number, of: number): ReminderWords {
  if (of === 1) return 'reminder'
  if (step === of) return 'lastReminder'
  return step === 1 ? 'firstReminder' : 'secondReminder'
}
