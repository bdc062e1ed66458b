import { claimReminder } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import type { PendingCustomer } from './customer.ts'
import { exportCustomer } from './export.ts'
import { register } from './register.ts'
import { withheld } from './restored.ts'
import { markUndeliverable, settle } from './settle.ts'
import { confirmed, mailed, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'

const { now, textVersion, customerId } = registrationEvent()

test('the export of a customer who confirmed contains the question and the answer', () => {
  expect(exportCustomer(confirmed, now)).toEqual({
    customerId,
    state: 'CONFIRMED',
    email: 'ada@example.com',
    locale: 'en',
    registration: { at: '2026-11-23T00:00:00.000Z' },
    consent: {
      asked: { kind: 'confirmation', textVersion, locale: 'en', at: '2026-11-23T00:00:00.000Z' },
      answered: { answer: 'confirmed', at: '2026-11-23T00:01:00.000Z' },
    },
    mails: [
      {
        kind: 'confirmation',
        textVersion,
        locale: 'en',
        claimedAt: '2026-11-23T00:00:00.000Z',
        sentAt: '2026-11-23T00:00:00.000Z',
      },
    ],
  })
})

test('an export contains where the confirmation leads', () => {
  const returnTo = 'https://www.example.com/basket'
  const { customer } = register(undefined, registrationEvent({ returnTo }))
  expect(customer && exportCustomer(customer, now)).toMatchObject({ returnTo })
  expect(exportCustomer(confirmed, now)).not.toHaveProperty('returnTo')
})

test('an export contains the attributes that the customer came with', () => {
  const attributes = { plan: 'pro', company: 'Müller & Söhne' }
  const { customer } = register(undefined, registrationEvent({ attributes }))
  expect(customer && exportCustomer(customer, now)).toMatchObject({ attributes })
  expect(exportCustomer(confirmed, now)).not.toHaveProperty('attributes')
})

test('an export says from where and how a customer answered, if that is stored', () => {
  const event = { tokenHash: 'first', now, from: '192.0.2.7', by: 'key' } as const
  const { customer } = confirm(mailed, event)
  expect(customer && exportCustomer(customer, now)).toMatchObject({
    consent: { answered: { answer: 'confirmed', at: '2026-11-23T00:00:00.000Z', from: '192.0.2.7', by: 'key' } },
  })
})

test('an export contains everything stored except the hashes that protect links', () => {
  const until = now + 90_000_000
  const registered = register(undefined, registrationEvent({ from: '192.0.2.1' })).customer
  const postponed = claimReminder(registered, reminderEvent({ opensAt: () => until })).customer
  const { customer } = markUndeliverable(postponed, { reason: 'bounce', at: now })
  const text = JSON.stringify(customer && exportCustomer(customer, now))
  for (const stored of ['192.0.2.1', 'bounce', new Date(until).toISOString(), '2026-11-27', 'PENDING']) {
    expect(text).toContain(stored)
  }
  expect(text).not.toContain('first')
})

test('an export says from when and why a customer gets no reminder', () => {
  const customer = withheld(mailed as PendingCustomer, 'unknown', now)
  const noReminder = { reason: 'unknown', at: '2026-11-23T00:00:00.000Z' }
  expect(exportCustomer(customer, now)).toMatchObject({ noReminder })
  expect(exportCustomer(mailed, now)).not.toHaveProperty('noReminder')
})

test('an export says that SES has not reported on a reminder, until it has', () => {
  const claimed = claimReminder(mailed, reminderEvent({ now })).customer
  const read = claimReminder(claimed, reminderEvent({ now: now + 60_000, tokenHash: 'next', noEvents: false })).customer
  const at = '2026-11-23T00:01:00.000Z'
  expect(read && exportCustomer(read, now)).toMatchObject({ noReportOnReminder: { from: at, to: at } })
  const settled = settle(read, { claim: 'reminder', finding: 'accepted', at: now }).customer
  expect(settled && exportCustomer(settled, now)).not.toHaveProperty('noReportOnReminder')
})

test('an export says when SES accepted a mail and when SES rejected it, as far as that is known', () => {
  const claimed = register(undefined, registrationEvent()).customer
  const { customer } = settle(claimed, { claim: 'first', finding: 'rejected', at: now + 60_000 })
  const exported = [claimed, customer].map((one) => one && exportCustomer(one, now))
  const mail = { kind: 'confirmation', textVersion, locale: 'en', claimedAt: '2026-11-23T00:00:00.000Z' }
  expect(exported).toEqual([
    expect.objectContaining({ mails: [mail] }),
    expect.objectContaining({ mails: [{ ...mail, rejectedAt: '2026-11-23T00:01:00.000Z' }] }),
  ])
})

test('the export of a lapsed registration says so while the item still exists', () => {
  expect(exportCustomer(mailed, now + 4 * 86_400_000)).toMatchObject({ state: expect.stringContaining('EXPIRED') })
})

test('the export of a customer who withdrew says only that, and when the hold ends', () => {
  expect(exportCustomer(withdrawn, now)).toEqual({
    customerId,
    state: 'WITHDRAWN',
    withdrawnAt: '2026-11-23T00:01:00.000Z',
    noMailUntil: '2026-12-23T00:01:00.000Z',
  })
})
