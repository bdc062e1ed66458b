import { covers, nextAttempt } from './retry.ts'

const delays = (retrier: object, random = () => 1) => {
  const seconds: number[] = []
  for (let count = 0; count < 20; count++) {
    const next = nextAttempt([{ ErrorEquals: ['States.ALL'], ...retrier }], [count], 'Error', random)
    if (!next) break
    seconds.push(next.delayMs / 1000)
  }
  return seconds
}

test.each<[string, object, number[]]>([
  ['nothing but ErrorEquals', {}, [1, 2, 4]],
  ['all fields', { IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 4 }, [3, 4.5, 6.75, 10.125]],
  ['a cap', { IntervalSeconds: 2, BackoffRate: 10, MaxDelaySeconds: 60, MaxAttempts: 4 }, [2, 20, 60, 60]],
  ['MaxAttempts 0', { MaxAttempts: 0 }, []],
  ['a steady rate', { BackoffRate: 1, MaxAttempts: 2 }, [1, 1]],
])('%s retries after the right number of seconds', (_, retrier, seconds) => {
  expect(delays(retrier)).toEqual(seconds)
})

test('full jitter draws a delay from zero to the whole delay', () => {
  expect(delays({ JitterStrategy: 'FULL' }, () => 0)).toEqual([0, 0, 0])
  expect(delays({ JitterStrategy: 'FULL' }, () => 0.25)).toEqual([0.25, 0.5, 1])
})

test('each retrier has its own count, and the first that covers the error decides', () => {
  const retriers = [
    { ErrorEquals: ['A'], MaxAttempts: 1 },
    { ErrorEquals: ['A', 'B'], MaxAttempts: 5, IntervalSeconds: 7 },
  ]
  expect(nextAttempt(retriers, [0, 3], 'A', () => 1)).toEqual({ retrier: 0, delayMs: 1000 })
  expect(nextAttempt(retriers, [1, 0], 'A', () => 1)).toBeUndefined()
  expect(nextAttempt(retriers, [1, 0], 'B', () => 1)).toEqual({ retrier: 1, delayMs: 7000 })
  expect(nextAttempt(retriers, [], 'C', () => 1)).toBeUndefined()
})

test('States.ALL and States.TaskFailed cover what AWS was recorded to cover', () => {
  expect(covers(['States.ALL'], 'States.Timeout')).toBe(true)
  expect(covers(['States.ALL'], 'States.Runtime')).toBe(false)
  expect(covers(['States.TaskFailed'], 'Anything')).toBe(true)
  expect(covers(['States.TaskFailed'], 'States.Timeout')).toBe(false)
  expect(covers(['States.Timeout'], 'States.Timeout')).toBe(true)
  expect(covers(['States.ALL'], 'States.DataLimitExceeded')).toBe(true)
  expect(covers(['States.TaskFailed'], 'States.DataLimitExceeded')).toBe(true)
  expect(covers(['States.DataLimitExceeded'], 'States.DataLimitExceeded')).toBe(true)
})
