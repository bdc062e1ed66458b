import { duration, plural, relative } from './relative.ts'

test.each([
  [0, 'just now'],
  [-59, 'just now'],
  [30, 'in less than a minute'],
  [60, 'in 1 minute'],
  [-60, '1 minute ago'],
  [3600, 'in 1 hour'],
  [-5400, '1 hour 30 minutes ago'],
  [86_400, 'in 1 day'],
  [86_399, 'in 1 day'],
  [82_000, 'in 23 hours'],
  [-90_000, '1 day 1 hour ago'],
  [-30 * 86_400, '30 days ago'],
])('%d seconds from now is "%s"', (seconds, text) => {
  expect(relative(1000 * seconds, 0)).toBe(text)
})

test('a length of time has one or two units', () => {
  expect([0.2, 1, 59, 61, 7200, 400 * 86_400].map(duration)).toEqual([
    ...['less than a second', '1 second', '59 seconds', '1 minute', '2 hours', '400 days'],
  ])
  expect(plural(1234, 'run')).toBe('1,234 runs')
})
