/** A Retry field's element. Times in seconds. */
export interface Retrier {
  ErrorEquals: string[]
  IntervalSeconds?: number
  MaxAttempts?: number
  BackoffRate?: number
  MaxDelaySeconds?: number
  JitterStrategy?: 'FULL' | 'NONE'
}

/** AWS's defaults, and the most that it accepts as MaxDelaySeconds: longer than any run. */
const defaults = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, MaxDelaySeconds: 31_622_400 }

/**
 * Whether a list of error names covers an error. Nothing covers `States.Runtime`, which always fails the run;
 * `States.ALL` covers all others, and `States.TaskFailed` all others but timeouts. AWS documents that `States.ALL`
 * does not cover `States.DataLimitExceeded`; in two recordings of March 2024 it does, for both kinds of Lambda task.
 */
export function covers(errorEquals: string[], error: string | undefined): boolean {
  if (error === 'States.Runtime') return false
  return errorEquals.some(
    (name) =>
      name === error ||
      name === 'States.ALL' ||
      (name === 'States.TaskFailed' && !isTimeout(error)) ||
      (name === 'States.Timeout' && isTimeout(error)),
  )
}

/** The error of a task that was silent for too long, to Retry and Catch. `States.Timeout` covers it too. */
export const heartbeatTimeout = 'States.HeartbeatTimeout'

/** Whether a task ran for too long, or was silent for too long. */
export function isTimeout(error: string | undefined): boolean {
  return error === 'States.Timeout' || error === heartbeatTimeout
}

/** The name that AWS shows for an error: it was recorded to call a missing heartbeat `States.Timeout`. */
export function shownError(error: string | undefined): string | undefined {
  return error === heartbeatTimeout ? 'States.Timeout' : error
}

/**
 * Which retrier retries after this error, and after how many milliseconds; undefined if no retrier does.
 * @param counts how often each retrier has retried since the run entered the state, in the order of `retriers`
 * @param random a number from 0 to 1, for the jitter
 */
export function nextAttempt(
  retriers: Retrier[],
  counts: number[],
  error: string | undefined,
  random: () => number,
): { retrier: number; delayMs: number } | undefined {
  const retrier = retriers.findIndex(({ ErrorEquals }) => covers(ErrorEquals, error))
  const rule = retriers[retrier]
  const done = counts[retrier] ?? 0
  if (!rule || done >= (rule.MaxAttempts ?? defaults.MaxAttempts)) return undefined
  const growth = (rule.BackoffRate ?? defaults.BackoffRate) ** done
  const seconds = Math.min(
    (rule.IntervalSeconds ?? defaults.IntervalSeconds) * growth,
    rule.MaxDelaySeconds ?? defaults.MaxDelaySeconds,
  )
  const delayMs = Math.round(seconds * 1000 * (rule.JitterStrategy === 'FULL' ? random() : 1))
  return { retrier, delayMs }
}
