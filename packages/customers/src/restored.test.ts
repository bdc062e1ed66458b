import { claimReminder } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import type { Customer, Mail } from './customer.ts'
import { type Findings, restored } from './restored.ts'
import { confirmed, mailed, registered, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'
import { withdraw } from './withdraw.ts'

const { now: start, traceId, customerId } = registrationEvent()
const hour = 3_600_000
const day = 24 * hour
const now = start + 2 * day
const at = start + day

const [first] = mailed.mails as [Mail]
const nothing: Findings = { mails: [], reminders: [], isOpen: true, isUncertain: false }
const restore = (stored: Customer, findings: Partial<Findings> = {}, later = now) =>
  restored(stored, { ...nothing, ...findings }, { now: later, since: start + hour, holdDays: 30 })
/** What the run of the registration then finds. */
const woken = (customer: Customer, step = 1) => claimReminder(customer, reminderEvent({ now, step })).outcome

test.each<[string, Customer]>([
  ['pending', mailed],
  ['pending, and whose first mail may have been sent', registered],
  ['confirmed', confirmed],
  ['withdrawn', withdrawn],
])('a customer who is %s, and of whom nothing else is known, stays the same', (_, stored) => {
  expect(restore(stored)).toEqual({ outcome: 'unchanged', customer: stored })
  expect(restore(stored).customer).toBe(stored)
})

test('a customer keeps the attributes that the restored table has, no matter what else is known', () => {
  const attributes = { plan: 'pro' }
  const findings: Partial<Findings>[] = [{}, { confirmedAt: at }, { undeliverableAt: at }, { isUncertain: true }]
  for (const known of findings) {
    expect(restore({ ...mailed, attributes } as Customer, known).customer).toMatchObject({ attributes })
  }
})

test('a pending customer of whom nothing else is known gets the reminder', () => {
  expect(woken(restore(mailed).customer)).toBe('claimed')
})

test('a customer whose time is over is not restored', () => {
  expect(restore(mailed, {}, start + 4 * day).outcome).toBe('lapsed')
  expect(restore(withdrawn, {}, start + 31 * day).outcome).toBe('lapsed')
  expect(restore(mailed, { withdrawal: { traceId, at } }, at + 30 * day).outcome).toBe('lapsed')
})

test.each<[string, Customer]>([
  ['pending', mailed],
  ['confirmed', confirmed],
])('a customer who was %s and has withdrawn since is a tombstone', (_, stored) => {
  expect(restore(stored, { withdrawal: { traceId, at }, confirmedAt: at })).toEqual({
    outcome: 'withdrawn',
    customer: withdraw(stored, { tokenHash: 'first', holdDays: 30, now: at }).customer,
  })
})

test('the links of all mails lead to the tombstone, also of those that were sent since', () => {
  const again: Mail = { ...first, id: 'again', claimedAt: at, sentAt: at }
  const { customer } = restore(mailed, { mails: [again], withdrawal: { traceId, at, tokenHashes: ['again', 'later'] } })
  expect(customer).toMatchObject({ state: 'WITHDRAWN', tokenHashes: ['first', 'again', 'later'] })
  expect(withdraw(customer, { tokenHash: 'again', holdDays: 30, now }).outcome).toBe('withdrawn')
})

test('a withdrawal of a later registration counts for the customer, one of an earlier does not', () => {
  const later = restore(mailed, { withdrawal: { traceId: 'later', at } })
  expect(later.customer).toMatchObject({ customerId, traceId: 'later', state: 'WITHDRAWN', withdrawnAt: at })
  expect(restore(mailed, { withdrawal: { traceId: 'earlier', at: start - 1 } }).outcome).toBe('unchanged')
  expect(restore(mailed, { withdrawal: { traceId: 'earlier', at: start } }).outcome).toBe('unchanged')
  expect(restore(mailed, { withdrawal: { traceId, at: start } }).outcome).toBe('withdrawn')
})

test('of two withdrawals the later one counts', () => {
  expect(restore(withdrawn, { withdrawal: { traceId, at } }).customer).toBe(withdrawn)
  const { withdrawnAt } = withdrawn
  expect(restore(withdrawn, { withdrawal: { traceId: 'earlier', at: withdrawnAt } }).customer).toBe(withdrawn)
  const later = { traceId: 'later', at: withdrawnAt + 1 }
  expect(restore(withdrawn, { withdrawal: later }).customer).toMatchObject({ traceId: 'later', withdrawnAt: later.at })
})

test('a confirmed customer stays the same, known to have confirmed or uncertain', () => {
  for (const findings of [{ confirmedAt: at }, { isUncertain: true }]) {
    expect(restore(confirmed, findings)).toEqual({ outcome: 'unchanged', customer: confirmed })
  }
})

test('reminders that are withheld already keep the first reason', () => {
  const { customer } = restore(mailed, { confirmedAt: at })
  expect(restore(customer, { isUncertain: true }).customer).toBe(customer)
})

test('a customer who confirmed, and whose consent is lost, gets no reminder and can confirm by the same link', () => {
  const { outcome, customer } = restore(mailed, { confirmedAt: at })
  expect(outcome).toBe('confirmed')
  expect(customer).toEqual({ ...mailed, expiresAt: at / 1000 + 30 * 86_400, withheld: { reason: 'confirmed', at } })
  expect(woken(customer)).toBe('withheld')
  const again = confirm(customer, { tokenHash: 'first', now })
  expect(again.outcome).toBe('confirmed')
  expect(again.customer).not.toHaveProperty('withheld')
})

test('a customer whose consent is lost can confirm again for 30 days, and is reported after that', () => {
  const after = (days: number) => restore(mailed, { confirmedAt: at }, at + days * day)
  expect(after(29).outcome).toBe('confirmed')
  expect(confirm(after(29).customer, { tokenHash: 'first', now: at + 29 * day }).outcome).toBe('confirmed')
  expect(after(30)).toEqual({ outcome: 'lapsedConfirmed', customer: mailed })
  expect(restore({ ...confirmed }, { confirmedAt: at }, at + 31 * day).outcome).toBe('unchanged')
})

test('a tombstone that has lapsed, and a registration that lives for longer, are not kept by a confirmation', () => {
  expect(restore(withdrawn, { confirmedAt: at }, start + 30.5 * day).outcome).toBe('lapsed')
  const lasting = { ...mailed, expiresAt: start / 1000 + 90 * 86_400 } as Customer
  expect(restore(lasting, { confirmedAt: at }).customer).toMatchObject({ expiresAt: start / 1000 + 90 * 86_400 })
})

test('a customer to whom no mail can be delivered is marked, whether confirmed or not', () => {
  for (const stored of [mailed, confirmed]) {
    const { outcome, customer } = restore(stored, { undeliverableAt: at })
    expect(outcome).toBe('undeliverable')
    expect(customer).toEqual({ ...stored, undeliverable: { reason: 'unknown', at } })
  }
  expect(woken(restore(mailed, { undeliverableAt: at }).customer)).toBe('undeliverable')
})

const sent = { step: 1, words: 'firstReminder', claimedAt: at, sentAt: at + 1 } as const

test('a reminder that was sent is recorded, and the next one of the plan is due', () => {
  const { outcome, customer } = restore(mailed, { reminders: [sent] })
  expect(outcome).toBe('mailed')
  const lost = { id: 'lost-1', kind: 'firstReminder', textVersion: 'unknown', locale: 'en', step: 1 }
  expect(customer).toEqual({ ...mailed, mails: [first, { ...lost, claimedAt: at, sentAt: at + 1 }] })
  expect(woken(customer, 1)).toBe('alreadySent')
  expect(woken(customer, 2)).toBe('claimed')
  expect(confirm(customer, { tokenHash: 'first', now }).customer).toMatchObject({ state: 'CONFIRMED' })
})

test('every reminder that was sent is recorded, though the hashes of all are lost', () => {
  const later = { ...sent, step: 2, words: 'lastReminder' } as const
  const { customer } = restore(mailed, { reminders: [sent, later] })
  for (const step of [1, 2]) expect(woken(customer, step)).toBe('alreadySent')
  expect(restore(customer, { reminders: [sent, later] }).customer).toBe(customer)
})

test('a reminder that was claimed before and sent after is recorded once', () => {
  const claimed = claimReminder(mailed, reminderEvent({ now: at })).customer as Customer
  const { customer } = restore(claimed, { reminders: [sent] })
  expect(customer).toMatchObject({ mails: [{ id: 'first' }, { id: 'reminder', sentAt: sent.sentAt }] })
  expect(restore(customer, { reminders: [sent] }).customer).toBe(customer)
})

test('a reminder that is recorded as sent settles no other claim of its step', () => {
  const [claimed, other] = ['reminder', 'other'].map((id) => ({ ...first, id, step: 1, claimedAt: at })) as [Mail, Mail]
  const { sentAt: _, ...open } = claimed
  const stored = { ...mailed, mails: [first, open, { ...other, sentAt: at }] }
  expect(restore(stored, { reminders: [sent], isOpen: false }).customer).toBe(stored)
})

test('no reminder follows one that may have been sent, if the run is open', () => {
  const claimed = claimReminder(mailed, reminderEvent({ now: at })).customer as Customer
  for (const [stored, isUncertain] of [
    [mailed, true],
    [claimed, false],
  ] as const) {
    const { outcome, customer } = restore(stored, { isUncertain })
    expect(outcome).toBe('uncertain')
    expect(customer).toMatchObject({ withheld: { reason: 'unknown', at: start + hour } })
    expect(restore(stored, { isUncertain, isOpen: false })).toEqual({ outcome: 'unchanged', customer: stored })
  }
})

test('mails whose tokens are known are recorded, once, and their links work', () => {
  const again: Mail = { ...first, id: 'again', claimedAt: at, sentAt: at + 1 }
  const reminder: Mail = { ...again, id: 'reminder', kind: 'firstReminder', step: 1 }
  const { outcome, customer } = restore(mailed, { mails: [again, reminder], reminders: [sent] })
  expect(outcome).toBe('mailed')
  expect(customer).toEqual({ ...mailed, mails: [first, again, reminder] })
  expect(woken(customer)).toBe('alreadySent')
  for (const tokenHash of ['first', 'again', 'reminder']) {
    expect(confirm(customer, { tokenHash, now }).outcome).toBe('confirmed')
  }
  expect(restore(customer, { mails: [again, reminder], reminders: [sent] }).customer).toBe(customer)
  const settled = restore(registered, { mails: [{ ...first, sentAt: at }] })
  expect(settled.customer).toMatchObject({ mails: [{ id: 'first', sentAt: at }] })
})

test('the link of a mail to a customer who had confirmed works', () => {
  const again: Mail = { ...first, id: 'again', kind: 'alreadyConfirmed', claimedAt: at, sentAt: at }
  const { outcome, customer } = restore(confirmed, { mails: [again] })
  expect(outcome).toBe('mailed')
  expect(withdraw(customer, { tokenHash: 'again', holdDays: 30, now }).outcome).toBe('withdrawn')
})

test('a registration that its run has kept for longer has not lapsed', () => {
  const lifetimeSeconds = 10 * 86_400
  const { outcome, customer } = restore(mailed, { lifetimeSeconds }, start + 4 * day)
  expect(outcome).toBe('unchanged')
  expect(customer).toMatchObject({ expiresAt: (start + 10 * day) / 1000 })
  expect(restore(mailed, { lifetimeSeconds }, start + 10 * day).outcome).toBe('lapsed')
})
