import { durationOf } from './words.ts'

test.each([
  [0, '0 s'],
  [99, '99 s'],
  [2.5, '3 s'],
  [600, '10 min'],
  [7200, '2 h 0 min'],
  [10_000, '2 h 47 min'],
])('%d seconds are %s', (seconds, duration) => {
  expect(durationOf(seconds)).toBe(duration)
})
