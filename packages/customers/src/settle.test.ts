import fc from 'fast-check'
import { claimReminder } from './claim-reminder.ts'
import type { Customer, RegisteredCustomer } from './customer.ts'
import { type Finding, markUndeliverable, release, settle } from './settle.ts'
import { mailed, registered, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'

const { now } = registrationEvent()
const [first] = mailed.mails

describe('a finding', () => {
  test('settles only its own claim', () => {
    const both = claimReminder(registered, reminderEvent()).customer as RegisteredCustomer
    const { outcome, customer } = settle(both, { claim: 'reminder', finding: 'accepted', at: now })
    expect(outcome).toBe('changed')
    expect(customer).toMatchObject({ mails: [registered.mails[0], { id: 'reminder', sentAt: now }] })
  })

  test.each(['accepted', 'rejected'] as const)('that a reminder was %s ends the readings of its wait', (finding) => {
    const both = claimReminder(registered, reminderEvent()).customer as RegisteredCustomer
    const waiting = { ...both, readings: { step: 1, since: now, until: now } }
    expect(settle(waiting, { claim: 'first', finding, at: now }).customer).toHaveProperty('readings')
    expect(settle(waiting, { claim: 'reminder', finding, at: now }).customer).not.toHaveProperty('readings')
  })

  test.each<[string, Customer | undefined]>([
    ['gone', undefined],
    ['withdrawn', withdrawn],
    ['registered again', { ...registered, mails: [] }],
  ])('about a customer who is %s changes nothing', (_, customer) => {
    for (const finding of ['accepted', 'rejected'] as const) {
      const decision = settle(customer, { claim: 'first', finding, at: now })
      expect(decision.outcome).toBe('unchanged')
      expect(decision.customer).toBe(customer)
    }
  })

  test('that comes late or twice does not change the time of the first', () => {
    const again = settle(mailed, { claim: 'first', finding: 'accepted', at: now + 5_000 })
    expect(again.outcome).toBe('unchanged')
    expect(again.customer).toBe(mailed)
  })

  const findings = fc.array(
    fc.record({ finding: fc.constantFrom('accepted' as const, 'rejected' as const), at: fc.nat(1000) }),
    { minLength: 1 },
  )
  test('takes precedence by its kind, not by its order: a rejection stays a rejection', () => {
    const fates = (all: Omit<Finding, 'claim'>[]) => {
      const customer = all.reduce<Customer>(
        (before, finding) => settle(before, { claim: 'first', ...finding }).customer as Customer,
        registered,
      ) as RegisteredCustomer
      return customer.mails.map(({ sentAt, rejectedAt }) => [sentAt !== undefined, rejectedAt !== undefined])
    }
    fc.assert(
      fc.property(findings, (all) => {
        const rejected = all.some(({ finding }) => finding === 'rejected')
        expect(fates(all)).toEqual([[!rejected, rejected]])
      }),
    )
  })
})

describe('a mail that was not sent', () => {
  test('leaves no trace of its claim or of its token', () => {
    expect(release(registered, { claim: 'first' }).customer).toEqual({ ...registered, mails: [] })
  })

  test('releases only its own claim, and never a recorded one', () => {
    expect(release(registered, { claim: 'other' }).customer).toBe(registered)
    expect(release(mailed, { claim: 'first' }).customer).toBe(mailed)
    expect(release(withdrawn, { claim: 'first' }).customer).toBe(withdrawn)
    expect(release(undefined, { claim: 'first' }).customer).toBeUndefined()
  })
})

describe('an undeliverable address', () => {
  test('is marked once, with the first reason', () => {
    const bounced = markUndeliverable(mailed, { reason: 'bounce', at: now })
    expect(bounced).toEqual({
      outcome: 'changed',
      customer: { ...mailed, undeliverable: { reason: 'bounce', at: now }, mails: [first] },
    })
    expect(markUndeliverable(bounced.customer, { reason: 'complaint', at: now }).customer).toBe(bounced.customer)
  })

  test('of an unknown customer, or of one who withdrew, is not marked', () => {
    expect(markUndeliverable(undefined, { reason: 'bounce', at: now }).customer).toBeUndefined()
    expect(markUndeliverable(withdrawn, { reason: 'bounce', at: now }).customer).toBe(withdrawn)
  })
})
