/** A Retry field's element. Times in seconds. */
export interface Retrier {
  ErrorEquals: string[]
  IntervalSeconds?: number
  MaxAttempts?: number
  BackoffRate?: number
  MaxDelaySeconds?: number
  JitterStrategy?: 'FULL' | 'NONE'
}

/** AWS's defaults. */
const defaults = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }

/**
 * Whether a list of error names covers an error. Nothing covers `States.Runtime`, which always fails the run;
 * `States.ALL` covers all others but `States.DataLimitExceeded`, and `States.TaskFailed` all others but `States.Timeout`.
 */
export function covers(errorEquals: string[], error: string): boolean {
  if (error === 'States.Runtime') return false
  return errorEquals.some(
    (name) =>
      name === error ||
      (name === 'States.ALL' && error !== 'States.DataLimitExceeded') ||
      (name === 'States.TaskFailed' && error !== 'States.Timeout'),
  )
}

/**
 * Which retrier retries after this error, and after how many milliseconds; undefined if no retrier does.
 * @param counts how often each retrier has retried since the run entered the state, in the order of `retriers`
 * @param random a number from 0 to 1, for the jitter
 */
export function nextAttempt(
  retriers: Retrier[],
  counts: number[],
  error: string,
  random: () => number,
): { retrier: number; delayMs: number } | undefined {
  const retrier = retriers.findIndex(({ ErrorEquals }) => covers(ErrorEquals, error))
  const rule = retriers[retrier]
  const done = counts[retrier] ?? 0
  if (!rule || done >= (rule.MaxAttempts ?? defaults.MaxAttempts)) return undefined
  const growth = (rule.BackoffRate ?? defaults.BackoffRate) ** done
  const seconds = Math.min(
    (rule.IntervalSeconds ?? defaults.IntervalSeconds) * growth,
    rule.MaxDelaySeconds ?? Infinity,
  )
  const delayMs = Math.round(seconds * 1000 * (rule.JitterStrategy === 'FULL' ? random() : 1))
  return { retrier, delayMs }
}
