import { usualEvidenceSeconds } from '@confirmation-reminder/contracts/sending'
import { claimReminder } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import type { Customer, RegisteredCustomer } from './customer.ts'
import { register } from './register.ts'
import { markUndeliverable, release, settle } from './settle.ts'
import { confirmed, mailed, registered, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'
import { withdraw } from './withdraw.ts'

const { now: start, traceId, textVersion } = registrationEvent()
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const again = (customer: Customer, after: number, event = {}) =>
  register(customer, registrationEvent({ now: start + after, tokenHash: `after ${after}`, traceId: 'other', ...event }))
const claimed = (customer: Customer, after: number) => again(customer, after).customer as RegisteredCustomer
const accept = (customer: Customer, after: number) =>
  settle(customer, { claim: `after ${after}`, finding: 'accepted', at: start + after }).customer as RegisteredCustomer
const mail = (id: string, claimedAt: number) => ({ id, kind: 'confirmation', textVersion, locale: 'en', claimedAt })

describe('registering', () => {
  test('stores a pending customer and claims the mail', () => {
    expect(register(undefined, registrationEvent({ locale: 'de', from: '192.0.2.1' }))).toEqual({
      outcome: 'claimed',
      customer: {
        customerId: registrationEvent().customerId,
        email: 'ada@example.com',
        locale: 'de',
        state: 'PENDING',
        traceId,
        registeredAt: start,
        registeredFrom: '192.0.2.1',
        expiresAt: start / 1000 + 4 * 86_400,
        mails: [{ ...mail('first', start), locale: 'de' }],
      },
    })
  })

  test('twice by the same call, whose response was lost, claims once', () => {
    const repeated = register(registered, registrationEvent())
    expect(repeated.outcome).toBe('claimed')
    expect(repeated.customer).toBe(registered)
    for (const customer of [mailed, confirmed]) {
      const second = again(customer, 2 * minute)
      const repeatedSecond = again(second.customer, 2 * minute)
      expect([second.outcome, repeatedSecond.outcome]).toEqual(['claimed', 'claimed'])
      expect(repeatedSecond.customer).toBe(second.customer)
    }
  })

  test('waits while another mail is on its way, for a minute', () => {
    expect(again(registered, minute - 1)).toEqual({ outcome: 'unresolved', customer: registered })
    expect(again(registered, minute).outcome).toBe('claimed')
  })

  test('uses the evidence about another request’s mail at once', () => {
    const sent = settle(registered, { claim: 'first', finding: 'accepted', at: start }).customer as Customer
    expect(again(sent, second).outcome).toBe('recentlySent')
  })

  test('sends one mail a minute, keeps the trace, the end and every token', () => {
    expect(again(mailed, minute - 1)).toEqual({ outcome: 'recentlySent', customer: mailed })
    expect(again(mailed, minute)).toEqual({
      outcome: 'claimed',
      customer: { ...mailed, mails: [...mailed.mails, mail(`after ${minute}`, start + minute)] },
    })
  })

  test('sends five mails in any 24 hours', () => {
    let customer: Customer = mailed
    const send = (after: number) => {
      const next = again(customer, after)
      customer = accept(next.customer, after)
      return next.outcome
    }
    expect([1, 2, 3, 4].map((hours) => send(hours * hour))).toEqual(Array(4).fill('claimed'))
    expect(send(5 * hour)).toBe('recentlySent')
    expect(send(day - 1)).toBe('recentlySent')
    expect(send(day)).toBe('claimed')
    expect(send(day + minute)).toBe('recentlySent')
  })

  test('five claims without a mail block until SES’s events about them would have arrived', () => {
    let customer: Customer = registered
    for (const minutes of [1, 2, 3, 4]) customer = claimed(customer, minutes * minute)
    expect(again(customer, 5 * minute).outcome).toBe('unresolved')
    expect(again(customer, usualEvidenceSeconds * second).outcome).toBe('claimed')
  })

  test('four claims without a mail after one that was sent block as five mails do', () => {
    let customer: Customer = mailed
    for (const minutes of [1, 2, 3, 4]) customer = claimed(customer, minutes * minute)
    expect(again(customer, 5 * minute).outcome).toBe('recentlySent')
  })

  test('fifty claims without a mail block for a day', () => {
    let customer: Customer = registered
    for (let n = 1; n < 50; n++) customer = claimed(customer, n * 16 * minute)
    expect(again(customer, 50 * 16 * minute).outcome).toBe('unresolved')
    expect(again(customer, day).outcome).toBe('claimed')
  })

  test('after SES rejected a mail sends the next at once', () => {
    const rejected = settle(mailed, { claim: 'first', finding: 'rejected', at: start }).customer as Customer
    expect(again(rejected, second).outcome).toBe('claimed')
  })

  test('however many mails SES rejected, sends the next at once, also to a customer who confirmed', () => {
    for (const known of [mailed, confirmed]) {
      let customer: Customer = known
      for (const minutes of [1, 2, 3, 4, 5]) {
        const next = again(customer, minutes * minute)
        expect(next.outcome).toBe('claimed')
        const rejection = { claim: `after ${minutes * minute}`, finding: 'rejected', at: start } as const
        customer = settle(next.customer, rejection).customer as Customer
      }
    }
  })

  test('after a release sends at once', () => {
    const released = release(registered, { claim: 'first' }).customer as Customer
    expect(again(released, second)).toMatchObject({ outcome: 'claimed', customer: { traceId } })
  })

  test('is not slowed down by a reminder', () => {
    const reminded = claimReminder(mailed, reminderEvent()).customer as Customer
    expect(again(reminded, day + second).outcome).toBe('claimed')
  })

  test('in another language changes the language, but only if the request names it', () => {
    expect(claimed(mailed, minute).locale).toBe('en')
    expect(again(mailed, minute, { guessedLocale: 'de' }).customer).toMatchObject({ locale: 'en' })
    expect(again(mailed, minute, { locale: 'de' }).customer).toMatchObject({
      locale: 'de',
      mails: [{ locale: 'en' }, { locale: 'de' }],
    })
  })

  test('after the registration lapsed begins a new one, though the item still exists', () => {
    expect(again(mailed, 4 * day)).toMatchObject({
      outcome: 'claimed',
      customer: { traceId: 'other', mails: [{ id: `after ${4 * day}` }] },
    })
    expect(again(mailed, 4 * day - 1).customer.traceId).toBe(traceId)
  })

  test('when confirmed claims one mail a day and changes nothing else', () => {
    const first = again(confirmed, 2 * minute)
    expect(first).toEqual({
      outcome: 'claimed',
      customer: {
        ...confirmed,
        mails: [...confirmed.mails, { ...mail(`after ${2 * minute}`, start + 2 * minute), kind: 'alreadyConfirmed' }],
      },
    })
    expect(again(first.customer, 2 * minute + second).outcome).toBe('unresolved')
    expect(again(first.customer, 3 * minute).outcome).toBe('recentlySent')
    const sent = accept(first.customer, 2 * minute)
    expect(again(sent, day).outcome).toBe('recentlySent')
    expect(again(sent, day + 2 * minute).outcome).toBe('claimed')
  })

  test('when confirmed, however often, keeps the link that confirmed and a few of the others', () => {
    let customer: RegisteredCustomer = confirmed
    for (let n = 1; n <= 100; n++) customer = accept(claimed(customer, n * day), n * day)
    expect(customer.mails.map(({ id }) => id)).toEqual([
      'first',
      ...Array.from({ length: 10 }, (_, n) => `after ${(91 + n) * day}`),
    ])
  })
})

describe('no mail is sent', () => {
  const bounced = markUndeliverable(mailed, { reason: 'bounce', at: start }).customer as Customer

  test('whose mail bounces, while the registration lives', () => {
    const decision = again(bounced, hour)
    expect(decision.outcome).toBe('heldOff')
    expect(decision.customer).toBe(bounced)
    expect(again(bounced, 4 * day)).toMatchObject({ outcome: 'claimed', customer: { traceId: 'other' } })
  })

  test('who confirmed and then complained', () => {
    const complained = markUndeliverable(confirmed, { reason: 'complaint', at: start }).customer as Customer
    expect(again(complained, 100 * day).outcome).toBe('heldOff')
  })

  test('who withdrew, while the tombstone stands', () => {
    const decision = again(withdrawn, 30 * day)
    expect(decision.outcome).toBe('heldOff')
    expect(decision.customer).toBe(withdrawn)
    expect(again(withdrawn, 30 * day + minute).outcome).toBe('claimed')
  })
})

describe('where the confirmation leads', () => {
  const returnTo = 'https://www.example.com/first'
  const other = { returnTo: 'https://www.example.com/second' }
  const pending = register(undefined, registrationEvent({ returnTo })).customer as RegisteredCustomer
  const sent = settle(pending, { claim: 'first', finding: 'accepted', at: start }).customer as RegisteredCustomer

  test('is kept with a customer until the registration that brings the next mail chooses something else', () => {
    expect(pending).toMatchObject({ returnTo })
    expect(registered).not.toHaveProperty('returnTo')
    expect(again(sent, minute, other).customer).toMatchObject(other)
    expect(again(sent, minute).customer).toMatchObject({ returnTo })
    expect(again(sent, second, other).customer).toBe(sent)
  })

  test('stays with a confirmed customer, whatever strangers register', () => {
    const customer = confirm(sent, { tokenHash: 'first', now: start }).customer as Customer
    expect(customer).toMatchObject({ returnTo })
    expect(again(customer, day, other).customer).toMatchObject({ returnTo })
  })

  test('is gone with a registration that lapsed, and with a withdrawal', () => {
    expect(again(sent, 5 * day).customer).not.toHaveProperty('returnTo')
    const { customer } = withdraw(sent, { tokenHash: 'first', holdDays: 30, now: start })
    expect(JSON.stringify(customer)).not.toContain('www.example.com')
  })
})

describe('attributes', () => {
  const attributes = { plan: 'pro', company: 'Ours' }
  const pending = register(undefined, registrationEvent({ attributes })).customer as RegisteredCustomer
  const sent = settle(pending, { claim: 'first', finding: 'accepted', at: start }).customer as RegisteredCustomer
  const of = (customer: Customer | undefined) => (customer as RegisteredCustomer | undefined)?.attributes

  test('are kept with a new customer, and a customer without any has no such field', () => {
    expect(of(pending)).toEqual(attributes)
    expect(registered).not.toHaveProperty('attributes')
    expect(again(mailed, minute).customer).not.toHaveProperty('attributes')
  })

  test('of a pending customer become those of the registration that brings the next mail, one by one', () => {
    expect(of(again(sent, minute, { attributes: { plan: 'free' } }).customer)).toEqual({
      plan: 'free',
      company: 'Ours',
    })
    expect(of(again(sent, minute).customer)).toEqual(attributes)
    expect(of(again(mailed, minute, { attributes }).customer)).toEqual(attributes)
  })

  test('of a pending customer stay as they are if no mail comes', () => {
    const soon = again(sent, second, { attributes: { plan: 'free' } })
    expect(soon).toEqual({ outcome: 'recentlySent', customer: sent })
    expect(soon.customer).toBe(sent)
  })

  test('of a confirmed customer stay, because the new ones are not confirmed by anyone', () => {
    const customer = confirm(sent, { tokenHash: 'first', now: start }).customer as Customer
    expect(of(customer)).toEqual(attributes)
    const repeated = again(customer, day, { attributes: { plan: 'free' } })
    expect([repeated.outcome, of(repeated.customer)]).toEqual(['claimed', attributes])
  })

  test('of a registration that lapsed are gone', () => {
    expect(of(again(sent, 5 * day, { attributes: { plan: 'free' } }).customer)).toEqual({ plan: 'free' })
    expect(of(again(sent, 5 * day).customer)).toBeUndefined()
  })

  test('go with a withdrawal, and a registration in the time that it holds leaves none', () => {
    const { customer } = withdraw(sent, { tokenHash: 'first', holdDays: 30, now: start })
    expect(JSON.stringify(customer)).not.toContain('pro')
    expect(again(customer as Customer, day, { attributes })).toEqual({ outcome: 'heldOff', customer })
  })
})
