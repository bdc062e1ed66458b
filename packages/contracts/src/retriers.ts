import { errorNames } from './errors.ts'
import { survivedSeconds } from './outages.ts'
import { longestEvidenceDelaySeconds, longestEvidenceWaitSeconds } from './sending.ts'

/** One retrier of a Task state, in Amazon States Language. */
export interface Retrier {
  ErrorEquals: string[]
  IntervalSeconds: number
  MaxAttempts: number
  BackoffRate: number
  MaxDelaySeconds?: number
  JitterStrategy: 'FULL' | 'NONE'
}

type Plan = Pick<Retrier, 'IntervalSeconds' | 'MaxDelaySeconds' | 'JitterStrategy'>

/**
 * Checks whether SES has published an event of a claim, at first after two and a half minutes and then ever later, up to every half hour,
 * for as long as a run may wait. Without jitter: evidence usually comes within the first minute, and readings of the queues that are
 * further apart would be worthless.
 */
const untilEvidence = lasting(longestEvidenceWaitSeconds, [errorNames.evidencePending], {
  IntervalSeconds: 150,
  MaxDelaySeconds: longestEvidenceDelaySeconds,
  JitterStrategy: 'NONE',
})

/**
 * The plan for parts that are away. Each five minutes have an attempt, because an attempt takes 45 seconds at most: so the alarms about
 * lasting errors go off and stay on, even if a single run is open. With jitter, because runs that fell due
 * together would otherwise throttle one another at every attempt.
 */
const away: Plan = { IntervalSeconds: 5, MaxDelaySeconds: 240, JitterStrategy: 'FULL' }

/** For hours, and answered at once: half-hourly attempts keep the phase in which runs fell due, so no jitter is needed. */
const stopped: Plan = { IntervalSeconds: 60, MaxDelaySeconds: 1800, JitterStrategy: 'NONE' }

/**
 * The retriers of the task; the first that names an error counts. A person must look at contract violations, refused mails and mails in
 * doubt: a retry cannot help, or could send a mail twice. Only these can be listed. The names of all other errors are
 * Lambda's, the SDK's or JavaScript's, and change with their versions; each of them may end by itself.
 */
export const retriers: Retrier[] = [
  never([errorNames.contractViolation, errorNames.mailRefused, errorNames.sendInDoubt]),
  lasting(survivedSeconds.sendingRate, [errorNames.mailThrottled], { ...away, MaxDelaySeconds: 120 }),
  lasting(survivedSeconds.sendingStopped, [errorNames.mailPaused, errorNames.mailMisconfigured], stopped),
  lasting(survivedSeconds.dailyQuota, [errorNames.mailQuotaExceeded], stopped),
  untilEvidence,
  // A run shares the attempts of a retrier over its whole visit to the state: half of those for which it waits for evidence may fail.
  lasting(survivedSeconds.part, ['States.ALL'], away, untilEvidence.MaxAttempts / 2),
]

/**
 * How long a retrier repeats at least, in seconds. Full jitter draws each delay between zero and its longest d: the sum has the mean
 * Σ d/2 and the variance Σ d²/12, and is below mean - 6 standard deviations once in a billion runs.
 */
export function shortestSeconds(retrier: Retrier): number {
  const delays = longestDelays(retrier)
  if (retrier.JitterStrategy === 'NONE') return sum(delays)
  return sum(delays) / 2 - 6 * Math.sqrt(sum(delays.map((delay) => delay ** 2)) / 12)
}

/** The longest delay before each attempt of a retrier. */
export function longestDelays({
  IntervalSeconds,
  MaxAttempts,
  BackoffRate,
  MaxDelaySeconds = Infinity,
}: Retrier): number[] {
  return Array.from({ length: MaxAttempts }, (_, n) => Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds))
}

/** A retrier with as few attempts as outlast an outage of so many seconds, and some more. */
function lasting(seconds: number, ErrorEquals: string[], plan: Plan, more = 0): Retrier {
  const retrier = { ErrorEquals, BackoffRate: 2, MaxAttempts: 1, ...plan }
  while (shortestSeconds(retrier) < seconds) retrier.MaxAttempts += 1
  return { ...retrier, MaxAttempts: Math.ceil(retrier.MaxAttempts + more) }
}

/** Named before `States.ALL`, and with no attempts, an error is not retried. */
function never(ErrorEquals: string[]): Retrier {
  return { ErrorEquals, IntervalSeconds: 1, MaxAttempts: 0, BackoffRate: 1, JitterStrategy: 'NONE' }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
