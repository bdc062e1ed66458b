import { errorNames } from '@confirmation-reminder/contracts/errors'
import { functions } from '@confirmation-reminder/contracts/functions'
import { stateNames } from '@confirmation-reminder/contracts/names'

/** One retrier of a Task state, in Amazon States Language. */
export interface Retrier {
  ErrorEquals: string[]
  IntervalSeconds: number
  MaxAttempts: number
  BackoffRate: number
  MaxDelaySeconds: number
  JitterStrategy: 'FULL'
}

/** Errors of Lambda, not of the function. Any of them can come after the mail went out; the reminder knows what it sent. */
const lambdaErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
]

/** The function died or nobody heard of it in time: how Step Functions names a crash and a timeout. */
const functionDied = ['Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError', 'States.Timeout']

// Contract violations and refused mails are in no retrier: repeating cannot help, somebody must look.
const retriers: Retrier[] = [
  // Lambda is back within a minute, or Slack should hear of it within ten.
  retry(lambdaErrors, { from: 2, upTo: 120, attempts: 8 }),
  retry(functionDied, { from: 10, upTo: 120, attempts: 3 }),
  // The sending rate is per second, so spreading over a minute or two is enough even after a burst.
  retry([errorNames.mailThrottled], { from: 5, upTo: 120, attempts: 12 }),
  // An outage of SES ends in minutes or hours.
  retry([errorNames.mailUnavailable], { from: 30, upTo: 1800, attempts: 12 }),
  // The daily quota counts the last 24 hours: within them room must come up.
  retry([errorNames.mailQuotaExceeded], { from: 1800, upTo: 6 * 3600, attempts: 8 }),
]

// Longer than the function's own timeout, so that the function's own error is the one that shows.
const taskTimeoutSeconds = functions.reminder.timeoutSeconds + 15

/**
 * The state machine, as plain Amazon States Language: wait, then remind.
 * @param reminderFunctionArn the alias that the run invokes when it wakes
 */
export function workflow({
  reminderDelaySeconds,
  reminderFunctionArn,
}: {
  reminderDelaySeconds: number
  reminderFunctionArn: string
}) {
  return {
    Comment: 'Waits for the confirmation; then the reminder looks whether there is still something to do.',
    StartAt: stateNames.wait,
    // Without a timeout of its own a run may live for a year, and ExecutionsTimedOut could never alarm.
    TimeoutSeconds: longestRunSeconds(reminderDelaySeconds, retriers, taskTimeoutSeconds) + slackSeconds,
    States: {
      [stateNames.wait]: { Type: 'Wait', Seconds: reminderDelaySeconds, Next: stateNames.triggerNotification },
      [stateNames.triggerNotification]: {
        Type: 'Task',
        Resource: reminderFunctionArn,
        TimeoutSeconds: taskTimeoutSeconds,
        Retry: retriers,
        End: true,
      },
    },
  }
}

// Step Functions' own delays between states; generous, because a run that is cut off reminds nobody.
const slackSeconds = 3600

/** How long a run lasts that waits, then uses up every retrier and runs into the task's timeout at each attempt. */
export function longestRunSeconds(waitSeconds: number, retriers: Retrier[], taskTimeoutSeconds: number): number {
  const attempts = 1 + sum(retriers.map(({ MaxAttempts }) => MaxAttempts))
  return waitSeconds + attempts * taskTimeoutSeconds + sum(retriers.flatMap(longestDelays))
}

/** The delay before each attempt of a retrier. Full jitter draws between zero and these. */
function longestDelays({ IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds }: Retrier): number[] {
  return Array.from({ length: MaxAttempts }, (_, n) => Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds))
}

function retry(errors: string[], { from, upTo, attempts }: { from: number; upTo: number; attempts: number }): Retrier {
  return {
    ErrorEquals: errors,
    IntervalSeconds: from,
    MaxAttempts: attempts,
    BackoffRate: 2,
    MaxDelaySeconds: upTo,
    // Runs that began together wake together: spread what they repeat.
    JitterStrategy: 'FULL',
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
