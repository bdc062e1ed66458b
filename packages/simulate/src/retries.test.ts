import { longestDelays, type Retrier } from '@confirmation-reminder/contracts/retriers'
import fc from 'fast-check'
import { Retries } from './retries.ts'

const retrier = (JitterStrategy: 'FULL' | 'NONE', MaxAttempts = 3): Retrier => ({
  ...{ ErrorEquals: ['any'], IntervalSeconds: 5, MaxAttempts, BackoffRate: 2, MaxDelaySeconds: 8 },
  JitterStrategy,
})

test('without jitter, runs come back together after each delay, and fail after the last retry', () => {
  const retries = new Retries(retrier('NONE'))
  retries.fail(0, 12)
  const due: [number, number][] = []
  let lost = 0
  for (let second = 1; second < 100; second++) {
    const runs = retries.due(second)
    if (runs > 0) due.push([second, runs])
    lost += retries.again(second, { delayed: 0, failed: 1 })
  }
  expect(due).toEqual([
    [5, 12],
    [13, 12],
    [21, 12],
  ])
  expect({ lost, waiting: retries.waiting }).toEqual({ lost: 12, waiting: 0 })
})

test('with full jitter, they come back evenly over the delay', () => {
  const retries = new Retries(retrier('FULL'))
  retries.fail(0, 10)
  const due = Array.from({ length: 7 }, (_, n) => retries.due(n + 1))
  expect(due.map((runs) => Math.round(runs * 1e6) / 1e6)).toEqual([2, 2, 2, 2, 2, 0, 0])
})

test('no run is lost or doubled, whatever fails and is delayed', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const step = fc.record({ first: fc.integer({ min: 0, max: 1000 }), delayed: share, failed: share })
  fc.assert(
    fc.property(
      fc.constantFrom('FULL' as const, 'NONE' as const),
      fc.array(step, { maxLength: 200 }),
      (jitter, steps) => {
        const retries = new Retries(retrier(jitter, 6))
        let [begun, ended] = [0, 0]
        steps.forEach(({ first, delayed, failed }, second) => {
          const due = retries.due(second)
          // What neither waits nor fails has succeeded.
          const rest = 1 - delayed
          ended += due * rest * (1 - failed) + retries.again(second, { delayed, failed: rest * failed })
          begun += first
          ended += retries.fail(second, first)
        })
        expect(Math.abs(begun - ended - retries.waiting)).toBeLessThan(1e-3)
      },
    ),
  )
})

test('a run is retried as often as Step Functions retries it', () => {
  const each = retrier('FULL', 40)
  const retries = new Retries(each)
  retries.fail(0, 1)
  let attempts = 0
  for (let second = 1; second < 1_000; second++) {
    attempts += retries.due(second)
    retries.again(second, { delayed: 0, failed: 1 })
  }
  expect(attempts).toBeCloseTo(longestDelays(each).length, 3)
})
