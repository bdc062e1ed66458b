import { errorNames } from '@confirmation-reminder/contracts/errors'
import { outages, survivedSeconds } from '@confirmation-reminder/contracts/outages'
import { longestDelays, type Retrier, retriers, shortestSeconds } from '@confirmation-reminder/contracts/retriers'
import {
  attemptSeconds,
  claimsPerReminder,
  evidenceSeconds,
  longestEvidenceWaitSeconds,
  longestReadingGapSeconds,
  quietSeconds,
} from '@confirmation-reminder/contracts/sending'
import { lasting } from './alarms/rule.ts'
import { retrierOf } from './test/retrier-of.ts'
import { workflow } from './workflow.ts'

const { TriggerNotification: task } = workflow({
  ...{ reminders: [{ secondsAfterPreviousMail: 1 }], spreadSeconds: 0 },
  ...{ reminderFunctionArn: 'the alias', lifetimeSeconds: 1 },
}).States
const evidence = retrierOf(errorNames.evidencePending)
const decidedByPeople = [errorNames.contractViolation, errorNames.mailRefused, errorNames.sendInDoubt]

test('a broken payload, a refused mail and a mail in doubt fail the run at once: no wildcard retries them', () => {
  for (const name of decidedByPeople) expect(retrierOf(name)).toMatchObject({ MaxAttempts: 0 })
})

test('every other error is retried: those of the contract, of Lambda, of the SDK, and any that is unknown', () => {
  const others = Object.values(errorNames).filter((name) => !decidedByPeople.some((decided) => decided === name))
  const lambda = ['ServiceException', 'AWSLambdaException', 'SdkClientException', 'ClientExecutionTimeoutException']
  const names = [
    ...others,
    ...lambda.map((name) => `Lambda.${name}`),
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
  ]
  for (const name of [...names, 'States.Timeout', 'AccessDeniedException', 'of next year']) {
    expect(retrierOf(name).MaxAttempts).toBeGreaterThan(20)
  }
  const listed = retriers.flatMap(({ ErrorEquals }) => ErrorEquals)
  expect(new Set(listed).size).toBe(listed.length)
  // Step Functions accepts it alone and last only.
  expect(retriers.at(-1)?.ErrorEquals).toEqual(['States.ALL'])
  expect(listed.filter((name) => name.startsWith('States.'))).toEqual(['States.ALL'])
})

test.each(Object.entries(outages))(
  '%s: an attempt follows the end of the longest outage that runs survive',
  (_, outage) => {
    const { error, survived } = outage
    const { MaxDelaySeconds = 0 } = evidence
    switch (error) {
      case errorNames.evidencePending:
        // Once events can be recorded and counted again: six hours, and two readings of the queues.
        expect(shortestSeconds(evidence)).toBeGreaterThan(
          survived + evidenceSeconds + attemptSeconds + 2 * MaxDelaySeconds,
        )
        break
      case errorNames.mailUnavailable:
        // The last claim is made after its end: all claims before it had to wait for evidence.
        expect((claimsPerReminder - 1) * evidenceSeconds).toBeGreaterThanOrEqual(survived)
        break
      default:
        expect(shortestSeconds(retrierOf(error))).toBeGreaterThanOrEqual(survived)
    }
  },
)

test('each outage of the issue is survived for as long as it asks, and SES that cannot be reached like any other part', () => {
  const hours = (outage: { survived: number }) => outage.survived / 3600
  expect(hours(outages.lambdaThrottles)).toBeGreaterThanOrEqual(6)
  expect(hours(outages.lambdaAway)).toBeGreaterThanOrEqual(6)
  expect(hours(outages.sesFails)).toBeGreaterThanOrEqual(6)
  expect(hours(outages.sendingPaused)).toBeGreaterThanOrEqual(12)
  expect(hours(outages.tableThrottles)).toBeGreaterThanOrEqual(2)
  expect(hours(outages.regionAway)).toBeGreaterThanOrEqual(6)
  expect(shortestSeconds(retrierOf(errorNames.mailUnavailable))).toBeGreaterThanOrEqual(survivedSeconds.part)
})

test('with full jitter, even an unlucky run repeats for longer than the lower bound', () => {
  const jittered = retriers.filter(({ JitterStrategy }) => JitterStrategy === 'FULL')
  expect(jittered).toHaveLength(2)
  for (const retrier of jittered) {
    const draw = () => longestDelays(retrier).reduce((sum, longest) => sum + longest * Math.random(), 0)
    expect(Math.min(...Array.from({ length: 2000 }, draw))).toBeGreaterThan(shortestSeconds(retrier))
  }
  const of = (MaxAttempts: number, JitterStrategy: Retrier['JitterStrategy']) =>
    shortestSeconds({
      ErrorEquals: [],
      IntervalSeconds: 30,
      BackoffRate: 2,
      MaxDelaySeconds: 120,
      MaxAttempts,
      JitterStrategy,
    })
  expect(of(4, 'NONE')).toBe(30 + 60 + 120 + 120)
  // 1,200 delays of 120 s: the mean is 72,000, and a standard deviation the square root of 1,200 * 120² / 12, which is 1,200.
  expect(of(1202, 'FULL')).toBeCloseTo(45 + 72_000 - 6 * Math.sqrt(1200 ** 2 + (30 ** 2 + 60 ** 2) / 12))
})

test('a throttled mail is repeated within seconds, spread out', () => {
  expect(retrierOf(errorNames.mailThrottled)).toMatchObject({ IntervalSeconds: 5, JitterStrategy: 'FULL' })
})

test('evidence is checked after two and a half minutes and then ever later, for a day, with attempts of its own', () => {
  expect(evidence).toMatchObject({ ErrorEquals: ['EvidencePending'], IntervalSeconds: 150, JitterStrategy: 'NONE' })
  const longestSeconds = shortestSeconds(evidence)
  expect(longestSeconds).toBeGreaterThanOrEqual(longestEvidenceWaitSeconds)
  const { MaxDelaySeconds = 0 } = evidence
  // Longer than SES may take to publish events of every claim of a reminder, with two readings of the queues for each.
  expect(longestSeconds).toBeGreaterThan(claimsPerReminder * (evidenceSeconds + attemptSeconds + 2 * MaxDelaySeconds))
  // Two attempts are far enough apart to find the queues empty twice, and close enough to say something about the time between.
  expect(MaxDelaySeconds).toBeGreaterThanOrEqual(quietSeconds)
  // One of them may fail at SQS after as long as Step Functions waits for it.
  expect(2 * (MaxDelaySeconds + Number(task?.TimeoutSeconds))).toBeLessThanOrEqual(longestReadingGapSeconds)
})

test('after an outage of Lambda, half of the attempts of a run that waits for evidence may still meet an error of any part', () => {
  for (const error of ['Lambda.ServiceException', 'Lambda.Unknown', 'ThrottlingException']) {
    const retrier = retrierOf(error)
    const left = { ...retrier, MaxAttempts: retrier.MaxAttempts - evidence.MaxAttempts / 2 }
    expect(shortestSeconds(left)).toBeGreaterThanOrEqual(outages.lambdaAway.survived)
  }
})

test('during an outage of a part, enough minutes for the alarms about lasting errors have an attempt, even of a single run', () => {
  const { period, evaluationPeriods, datapointsToAlarm = evaluationPeriods } = lasting
  for (const error of [
    'Lambda.ServiceException',
    'Lambda.Unknown',
    errorNames.mailThrottled,
    errorNames.mailUnavailable,
  ]) {
    const longestGap = Math.max(...longestDelays(retrierOf(error))) + Number(task?.TimeoutSeconds)
    expect(longestGap * datapointsToAlarm).toBeLessThanOrEqual(evaluationPeriods * period)
  }
})

test('a single run that waits for evidence does not set off the alarms about lasting errors: another alarm reports it', () => {
  const { period, evaluationPeriods, datapointsToAlarm = evaluationPeriods } = lasting
  // The attempt whose outcome is unknown, and the next, seconds later, begin the wait.
  const attempts = [0, 1]
  for (const delay of longestDelays(evidence)) attempts.push((attempts.at(-1) ?? 0) + delay)
  const perWindow = attempts.map((from) =>
    attempts.filter((at) => at >= from && at < from + evaluationPeriods * period),
  )
  expect(Math.max(...perWindow.map(({ length }) => length))).toBeLessThan(datapointsToAlarm)
})

test('a plan of three reminders that uses up every retrier, before and after a postponement, fits into the history of a run', () => {
  const attempts = retriers.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 1)
  // An attempt that fails has three events; a run may have 25,000.
  expect(3 * 2 * 3 * attempts).toBeLessThan(25_000 / 2)
})
