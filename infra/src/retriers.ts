import { errorNames } from '@confirmation-reminder/contracts/errors'
import { longestEvidenceWaitSeconds } from '@confirmation-reminder/contracts/sending'

/** One retrier of a Task state, in Amazon States Language. */
export interface Retrier {
  ErrorEquals: string[]
  IntervalSeconds: number
  MaxAttempts: number
  BackoffRate: number
  MaxDelaySeconds?: number
  JitterStrategy: 'FULL' | 'NONE'
}

/** Errors of Lambda, not of the function. Any of them can come after the mail went out; the reminder knows what it sent. */
const lambdaErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
]

/** The function crashed or timed out, in Step Functions' names. */
const functionDied = ['Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError', 'States.Timeout']

/** DynamoDB throttles, after the SDK's own retries: its client's names for that. */
const tableBusy = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
]

/** The function has a bug, or does not even load: what JavaScript and Lambda call that. */
const brokenCode = [
  'Error',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'Runtime.ImportModuleError',
  'Runtime.HandlerNotFound',
  'Runtime.UserCodeSyntaxError',
]

/**
 * The retriers of the task. Contract violations, refused mails and mails in doubt have no retrier: a retry cannot help, or
 * could send a mail twice; a person must look.
 */
export const retriers: Retrier[] = [
  // Lambda recovers within a minute, or Slack should receive a post within ten.
  retry(lambdaErrors, { from: 2, upTo: 120, attempts: 8 }),
  retry(functionDied, { from: 10, upTo: 120, attempts: 3 }),
  // The sending rate is per second, so spreading over a minute or two is enough even after a burst.
  retry([errorNames.mailThrottled], { from: 5, upTo: 120, attempts: 12 }),
  // An outage of SES ends in minutes or hours.
  retry([errorNames.mailUnavailable], { from: 30, upTo: 1800, attempts: 12 }),
  // The daily quota counts the last 24 hours, so it recovers within them.
  retry([errorNames.mailQuotaExceeded], { from: 1800, upTo: 6 * 3600, attempts: 8 }),
  untilEvidence(),
  retry(tableBusy, { from: 5, upTo: 300, attempts: 10 }),
  // Time for a canary, or the function's team, to go back to the version before.
  retry(brokenCode, { from: 60, upTo: 600, attempts: 6 }),
]

/** How long a task lasts that uses up every retrier and runs into its timeout at each attempt. */
export function longestTaskSeconds(retriers: Retrier[], taskTimeoutSeconds: number): number {
  const attempts = 1 + sum(retriers.map(({ MaxAttempts }) => MaxAttempts))
  return attempts * taskTimeoutSeconds + sum(retriers.flatMap(longestDelays))
}

/** The delay before each attempt of a retrier. Full jitter draws between zero and these. */
function longestDelays({ IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds = Infinity }: Retrier): number[] {
  return Array.from({ length: MaxAttempts }, (_, n) => Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds))
}

function retry(errors: string[], { from, upTo, attempts }: { from: number; upTo: number; attempts: number }): Retrier {
  return {
    ErrorEquals: errors,
    IntervalSeconds: from,
    MaxAttempts: attempts,
    BackoffRate: 2,
    MaxDelaySeconds: upTo,
    // Runs that began together wake together: spread their retries.
    JitterStrategy: 'FULL',
  }
}

/**
 * Checks whether SES has published an event of a claim, at first after a minute and then ever later, up to every half hour,
 * for as long as a run may wait. These attempts are not those of other errors.
 */
function untilEvidence(): Retrier {
  // Each attempt may meet an error of another kind, whose attempts are few.
  const MaxDelaySeconds = 1800
  return {
    ErrorEquals: [errorNames.evidencePending],
    IntervalSeconds: 60,
    // Four more, because the first delays are shorter.
    MaxAttempts: Math.ceil(longestEvidenceWaitSeconds / MaxDelaySeconds) + 4,
    BackoffRate: 2,
    MaxDelaySeconds,
    // Without jitter: evidence usually comes within the first minute, and a longer gap would make readings of the queues worthless.
    JitterStrategy: 'NONE',
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
