import { duration } from './duration.ts'

const seconds = 1000
const hours = 3600 * seconds
test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [59.9 * seconds, '59 s'],
  [60 * seconds, '1 min'],
  [24 * hours - 1, '23 h 59 min'],
  [24 * hours, '1 day'],
  [50 * hours, '2 days 2 h'],
  [48 * hours + 5 * 60 * seconds, '2 days'],
  [3605 * seconds, '1 h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text)
})
