import {
  longestPostponementSeconds,
  longestWaitSeconds,
  quietSeconds,
  registrationLifetimeSeconds,
} from './reminder-plan.ts'
import { settings as committed } from './settings.ts'
import { settings } from './test/settings.ts'

const hour = 3600
const night = { quietHours: '21:00-08:00 Europe/Berlin' }
const reminders = [{ secondsAfterPreviousMail: 100 }, { secondsAfterPreviousMail: 200 }]

test('quiet hours may span midnight or not, and none last none', () => {
  expect(quietSeconds(night)).toBe(11 * hour)
  expect(quietSeconds({ quietHours: '12:00-14:30 Europe/Berlin' })).toBe(2.5 * hour)
  expect(quietSeconds({})).toBe(0)
})

test('the longest postponement is a turn that falls into the longest night of the year, and the turn in its morning', () => {
  expect(longestPostponementSeconds({ reminders, spreadSeconds: 0 })).toBe(0)
  expect(longestPostponementSeconds({ reminders, spreadSeconds: 600 })).toBe(600)
  expect(longestPostponementSeconds({ reminders, spreadSeconds: 600, ...night })).toBe(600 + 12 * hour + 600)
})

test('each delay counts from the reminder before, however late that was', () => {
  expect(longestWaitSeconds({ reminders, spreadSeconds: 0 })).toBe(300)
  expect(longestWaitSeconds({ reminders, spreadSeconds: 60 })).toBe(300 + 2 * 60)
})

test('a registration lives its days after the last reminder, as late as that may come', () => {
  expect(registrationLifetimeSeconds({ reminders, spreadSeconds: 60, expiresDaysAfterReminder: 2 })).toBe(
    420 + 2 * 86_400,
  )
})

// The quota of open executions per account and Region. If AWS has granted your account more, put that here.
const openExecutions = 1_000_000

describe.each([
  ['the committed settings', committed],
  ['the settings of the tests', settings],
])('with %s', (_, { dev, prod }) => {
  test.each([
    ['dev', dev],
    ['prod', prod],
  ])('the runs of %s stay below the quota, even if as many register as the API lets through', (_stage, one) => {
    const open = one.throttling.registrations.perSecond * longestWaitSeconds(one)
    expect(open).toBeLessThan(openExecutions)
  })
})
