import { errorNames } from '@confirmation-reminder/contracts/errors'
import { functions } from '@confirmation-reminder/contracts/functions'
import fc from 'fast-check'
import { registrationLifetimeSeconds, settings } from './settings.ts'
import { longestRunSeconds, type Retrier, workflow } from './workflow.ts'

const definition = workflow({ reminderDelaySeconds: 86_400, reminderFunctionArn: 'the alias' })
const task = definition.States.TriggerNotification as { Retry: Retrier[]; TimeoutSeconds: number }
const retried = task.Retry.flatMap(({ ErrorEquals }) => ErrorEquals)

test('a run waits as long as the settings say, and then invokes the reminder', () => {
  expect(definition).toMatchObject({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 86_400, Next: 'TriggerNotification' },
      TriggerNotification: { Type: 'Task', Resource: 'the alias', End: true },
    },
  })
})

test('it is plain data', () => {
  expect(JSON.parse(JSON.stringify(definition))).toEqual(definition)
})

test('a broken payload and a refused mail fail the run at once, under no wildcard', () => {
  expect(retried).not.toContain(errorNames.contractViolation)
  expect(retried).not.toContain(errorNames.mailRefused)
  expect(retried.filter((name) => name === 'States.ALL' || name === 'States.TaskFailed')).toEqual([])
})

test('every other error of the contract is retried, and so are those of Lambda', () => {
  const { contractViolation, mailRefused, ...transient } = errorNames
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
  const retrier = (name: string) => task.Retry.filter(({ ErrorEquals }) => ErrorEquals.includes(name))
  const [throttled] = retrier(errorNames.mailThrottled)
  expect(throttled).toMatchObject({ IntervalSeconds: 5, JitterStrategy: 'FULL' })
  expect(longestRunSeconds(0, retrier(errorNames.mailQuotaExceeded), 0)).toBeGreaterThan(24 * 3600)
})

test('the function ends before the task gives up on it', () => {
  expect(task.TimeoutSeconds).toBeGreaterThan(functions.reminder.timeoutSeconds)
})

test('the longest run is its wait, every delay of every retrier, and every attempt at its full timeout', () => {
  const retrier: Retrier = {
    ErrorEquals: ['X'],
    IntervalSeconds: 2,
    MaxAttempts: 3,
    BackoffRate: 2,
    MaxDelaySeconds: 5,
    JitterStrategy: 'FULL',
  }
  expect(longestRunSeconds(100, [], 10)).toBe(110)
  expect(longestRunSeconds(100, [retrier], 10)).toBe(100 + 4 * 10 + (2 + 4 + 5))
  expect(longestRunSeconds(100, [retrier, retrier], 10)).toBe(100 + 7 * 10 + 2 * (2 + 4 + 5))
})

test('whatever fails in whatever order, the machine does not time out before the last attempt', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 31_000_000 }), (failures, delay) => {
      const { TimeoutSeconds } = workflow({ reminderDelaySeconds: delay, reminderFunctionArn: '' })
      const used = task.Retry.map(() => 0)
      let elapsed = delay + task.TimeoutSeconds
      for (const failure of failures) {
        const open = task.Retry.flatMap((retrier, n) => ((used[n] ?? 0) < retrier.MaxAttempts ? [{ retrier, n }] : []))
        const next = open[failure % open.length]
        if (!next) break
        const { IntervalSeconds, BackoffRate, MaxDelaySeconds } = next.retrier
        const attempt = used[next.n] ?? 0
        elapsed += Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds) + task.TimeoutSeconds
        used[next.n] = attempt + 1
      }
      expect(elapsed).toBeLessThan(TimeoutSeconds)
    }),
  )
})

test.each(['dev', 'prod'] as const)('in %s a run ends before its registration lapses', (stage) => {
  const { reminderDelaySeconds } = settings[stage]
  const { TimeoutSeconds } = workflow({ reminderDelaySeconds, reminderFunctionArn: '' })
  expect(TimeoutSeconds).toBeLessThan(registrationLifetimeSeconds(settings[stage]))
})
