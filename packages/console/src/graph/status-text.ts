import { duration } from './duration.ts'
import { type StateInRun, type StateStatus, statuses } from './run-states.ts'

/** What a status is called, as in AWS's console. */
export const statusNames: Readonly<Record<StateStatus, string>> = {
  notStarted: 'Not started',
  inProgress: 'In progress',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  caught: 'Caught error',
  failed: 'Failed',
  aborted: 'Aborted',
  timedOut: 'Timed out',
}

/** The status of a state in a run, with the time that it still waits. */
export function statusText({ status, waiting }: Pick<StateInRun, 'status' | 'waiting'>, nowMs: number): string {
  if (!waiting) return statusNames[status]
  const { untilMs } = waiting
  if (waiting.for === 'answer') return 'Waits for an answer'
  if (untilMs === undefined) return waiting.for === 'retry' ? 'Waits to retry' : statusNames.waiting
  if (untilMs <= nowMs) return waiting.for === 'retry' ? 'Retries now' : 'Waiting, due now'
  const left = duration(untilMs - nowMs)
  return waiting.for === 'retry' ? `Retries in ${left}` : `Waiting, ${left} left`
}

/** How many iterations have each status, as in `1 failed, 2 succeeded`; empty for a state outside of Map states. */
export function countsText({ iterations = {} }: Pick<StateInRun, 'iterations'>): string {
  return statuses
    .filter((status) => iterations[status])
    .map((status) => `${iterations[status]} ${statusNames[status].toLowerCase()}`)
    .join(', ')
}
