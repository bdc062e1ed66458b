import type { WrittenReminderPayload } from '@confirmation-reminder/contracts/payload'

/** What of a state machine costs money, or keeps a run open. */
export interface Workflow {
  /** What a run waits for in all, in seconds, if nothing is postponed. */
  waitSeconds: number
  /** How many reminders it may send. */
  tasks: number
  /** How often it invokes the reminder, if nothing is postponed: also where it only keeps the registration. */
  visits: number
  /** How many state transitions it is billed for, if nothing is postponed. */
  transitions: number
  /** Whether a reminder may have to wait for the morning, or for its turn. */
  postponable: boolean
  /** When the reminders go out, where the definition says it. */
  timetable?: NonNullable<WrittenReminderPayload['timetable']>
  /** Whether the definition said all of this. */
  known: boolean
}

interface State {
  Type: string
  Next?: string
  Default?: string
  Seconds?: number
  TimestampPath?: string
  Parameters?: Pick<WrittenReminderPayload, 'step' | 'timetable'>
}

/** A postponed run enters three states twice: the choice, the wait and the task. */
export const transitionsOfPostponement = 3

/** Follows a definition from its start to its end, past every choice by its default. Undefined where it is none, or not known yet. */
export function workflowOf(definition: unknown): Workflow | undefined {
  const { StartAt, States } = parsed(definition)
  if (!StartAt || !States) return undefined
  const states = new Map(Object.entries(States))
  const path: State[] = []
  let state = states.get(StartAt)
  while (state && !path.includes(state)) {
    path.push(state)
    state = states.get(state.Default ?? state.Next ?? '')
  }
  const waits = path.filter(({ Type }) => Type === 'Wait')
  const visits = path.filter(({ Type }) => Type === 'Task')
  const timetable = visits.map(({ Parameters }) => Parameters?.timetable).find(Boolean)
  return {
    waitSeconds: waits.reduce((total, { Seconds = 0 }) => total + Seconds, 0),
    tasks: visits.filter(({ Parameters }) => Parameters?.step !== 0).length,
    visits: visits.length,
    // Each state that is entered, and the start.
    transitions: path.length + 1,
    postponable: [...states.values()].some((state) => state.TimestampPath !== undefined && !path.includes(state)),
    ...(timetable && { timetable }),
    known: waits.every(({ Seconds }) => Seconds !== undefined),
  }
}

/** A parser's error quotes the text, which may be sensitive: it is not reported. */
function parsed(definition: unknown): { StartAt?: string; States?: Record<string, State> } {
  try {
    return JSON.parse(String(definition)) ?? {}
  } catch {
    return {}
  }
}
