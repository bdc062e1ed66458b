import { errorNames } from '@confirmation-reminder/contracts/errors'
import {
  attemptSeconds,
  claimsPerReminder,
  evidenceSeconds,
  longestEvidenceWaitSeconds,
  longestReadingGapSeconds,
  quietSeconds,
} from '@confirmation-reminder/contracts/sending'
import { longestTaskSeconds, type Retrier, retriers } from './retriers.ts'

const retried = retriers.flatMap(({ ErrorEquals }) => ErrorEquals)
const retrier = (name: string) => retriers.filter(({ ErrorEquals }) => ErrorEquals.includes(name))

test('a broken payload, a refused mail and a mail in doubt fail the run at once, under no wildcard', () => {
  for (const name of ['contractViolation', 'mailRefused', 'sendInDoubt'] as const) {
    expect(retried).not.toContain(errorNames[name])
  }
  expect(retried.filter((name) => name === 'States.ALL' || name === 'States.TaskFailed')).toEqual([])
})

test('every other error of the contract is retried, and so are those of Lambda', () => {
  const { contractViolation, mailRefused, sendInDoubt, ...transient } = errorNames
  expect(retried).toEqual(expect.arrayContaining(Object.values(transient)))
  expect(retried).toEqual(
    expect.arrayContaining([
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.TooManyRequestsException',
    ]),
  )
  expect(new Set(retried).size).toBe(retried.length)
})

test('a throttled mail is repeated within seconds, spread out; a spent quota is repeated for more than a day', () => {
  const [throttled] = retrier(errorNames.mailThrottled)
  expect(throttled).toMatchObject({ IntervalSeconds: 5, JitterStrategy: 'FULL' })
  expect(longestTaskSeconds(retrier(errorNames.mailQuotaExceeded), 0)).toBeGreaterThan(24 * 3600)
})

test('evidence is checked after a minute and then ever later, for a day, with attempts of its own', () => {
  const pending = retrier(errorNames.evidencePending)
  expect(pending).toMatchObject([{ ErrorEquals: ['EvidencePending'], IntervalSeconds: 60, JitterStrategy: 'NONE' }])
  const longestSeconds = longestTaskSeconds(pending, 0)
  expect(longestSeconds).toBeGreaterThanOrEqual(longestEvidenceWaitSeconds)
  const { MaxDelaySeconds = 0, MaxAttempts = 0 } = pending[0] ?? {}
  // Longer than SES may take to publish events of every claim of a reminder, with two readings of the queues for each.
  expect(longestSeconds).toBeGreaterThan(claimsPerReminder * (evidenceSeconds + attemptSeconds + 2 * MaxDelaySeconds))
  // Two attempts are far enough apart to find the queues empty twice, and close enough to say something about the time between.
  expect(MaxDelaySeconds).toBeGreaterThanOrEqual(quietSeconds)
  expect(2 * MaxDelaySeconds).toBeLessThanOrEqual(longestReadingGapSeconds)
  // A run may have 25,000 events in its history; an attempt that fails has three, and a plan may have three reminders.
  expect(3 * 3 * MaxAttempts).toBeLessThan(25_000 / 2)
})

test('the longest task is every delay of every retrier, and every attempt at its full timeout', () => {
  const doubling: Retrier = {
    ErrorEquals: ['X'],
    IntervalSeconds: 2,
    MaxAttempts: 3,
    BackoffRate: 2,
    MaxDelaySeconds: 5,
    JitterStrategy: 'FULL',
  }
  const steady: Retrier = {
    ErrorEquals: ['Y'],
    IntervalSeconds: 60,
    MaxAttempts: 2,
    BackoffRate: 1,
    JitterStrategy: 'NONE',
  }
  expect(longestTaskSeconds([], 10)).toBe(10)
  expect(longestTaskSeconds([doubling], 10)).toBe(4 * 10 + (2 + 4 + 5))
  expect(longestTaskSeconds([doubling, steady], 10)).toBe(6 * 10 + (2 + 4 + 5) + 2 * 60)
})
