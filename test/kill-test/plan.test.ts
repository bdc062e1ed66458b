import { dayMs, firstReminderMs, hourMs, isQuiet, latestReminderMs, lifetimeMs, plans } from './plan.ts'

const { first: dev, later: three } = plans.dev
const { first: prod } = plans.prod
const ids = { first: '00000000-0000-5000-8000-000000000001', middle: '80000000-0000-5000-8000-000000000001' }

test('a reminder comes at the latest after its delay, the wait for evidence and an outage', () => {
  expect(latestReminderMs(dev, 1, 0)).toBe(46 * hourMs)
  expect(latestReminderMs(dev, 1, 12 * hourMs)).toBe(58 * hourMs)
  expect(latestReminderMs(three, 3, 0)).toBe((24 + 12 + 24 + 3 * 22) * hourMs)
})

test('quiet hours and the spread delay it further', () => {
  // A night of eleven hours, an hour more when clocks are put back, and the spread before and after it.
  expect(latestReminderMs(prod, 1, 0)).toBe((46 + 11 + 1 + 2) * hourMs)
})

test('a registration has lapsed after its reminders and its days', () => {
  expect(lifetimeMs(dev)).toBe(15 * dayMs)
})

test('the spread decides by id when a reminder is due', () => {
  expect(firstReminderMs(dev, '')).toBe(dayMs)
  expect(firstReminderMs(prod, ids.first)).toBe(dayMs)
  expect(firstReminderMs(prod, ids.middle)).toBe(dayMs + hourMs / 2)
})

test.each([
  ['2026-07-01T18:59:59Z', false],
  ['2026-07-01T19:00:00Z', true],
  ['2026-07-02T05:59:59Z', true],
  ['2026-07-02T06:00:00Z', false],
  ['2026-12-01T19:30:00Z', false],
  ['2026-12-01T20:00:00Z', true],
])('quiet hours follow the clocks of their time zone: %s', (at, quiet) => {
  expect(isQuiet(prod, Date.parse(at))).toBe(quiet)
  expect(isQuiet(dev, Date.parse(at))).toBe(false)
})
