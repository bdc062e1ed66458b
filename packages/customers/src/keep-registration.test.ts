import { claimReminder } from './claim-reminder.ts'
import type { Customer, PendingCustomer } from './customer.ts'
import { hasLapsedEarly, keepRegistration } from './keep-registration.ts'
import { confirmed, mailed, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'

const { now: start, traceId, lifetimeSeconds } = registrationEvent()
const day = 86_400
const longer = { traceId, lifetimeSeconds: 20 * day, now: start + day * 1000 }
const kept = { ...(mailed as PendingCustomer), expiresAt: Math.floor(start / 1000) + 20 * day }

test('an open registration lives for as long as the plan of its run says', () => {
  expect(keepRegistration(mailed, longer)).toEqual({ outcome: 'kept', customer: kept })
  expect(claimReminder(mailed, reminderEvent(longer)).customer).toMatchObject({ expiresAt: kept.expiresAt })
})

test.each<[string, Customer | undefined, object]>([
  ['it is kept already', kept, {}],
  ['the plan of the run is shorter', mailed, { lifetimeSeconds: day }],
  ['the run carries no lifetime', mailed, { lifetimeSeconds: undefined }],
  ['it has lapsed', mailed, { now: start + lifetimeSeconds * 1000 }],
  ['the run is of an earlier registration', mailed, { traceId: 'other' }],
  ['the customer is gone', undefined, {}],
  ['the customer confirmed', confirmed, {}],
  ['the customer withdrew', withdrawn, {}],
])('nothing changes if %s', (_, stored, change) => {
  expect(keepRegistration(stored, { ...longer, ...change }).customer).toBe(stored)
})

const lapsed = { ...longer, now: start + lifetimeSeconds * 1000 }

test('a registration that lapsed before the plan of its run says has lapsed early, until that moment', () => {
  expect(hasLapsedEarly(mailed, lapsed)).toBe(true)
  expect(hasLapsedEarly(mailed, { ...lapsed, now: kept.expiresAt * 1000 - 1 })).toBe(true)
  expect(hasLapsedEarly(mailed, { ...lapsed, now: kept.expiresAt * 1000 })).toBe(false)
})

test.each<[string, Customer | undefined, object]>([
  ['it is open', kept, {}],
  ['it lapsed when its plan says', mailed, { lifetimeSeconds }],
  ['the run carries no lifetime', mailed, { lifetimeSeconds: undefined }],
  ['the run is of an earlier registration', mailed, { traceId: 'other' }],
  ['the customer is gone', undefined, {}],
  ['the customer confirmed', confirmed, {}],
  ['the customer withdrew', withdrawn, {}],
])('nothing has lapsed early if %s', (_, stored, change) => {
  expect(hasLapsedEarly(stored, { ...lapsed, ...change })).toBe(false)
})
