import type { Customer } from './customer.ts'
import { registrationEvent } from './test/registration-event.ts'
import {
  claimReminder,
  confirm,
  recordMail,
  recordReminder,
  register,
  releaseMail,
  releaseReminder,
} from './transitions.ts'

const start = registrationEvent().now
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const { traceId } = registrationEvent()

const registered = register(undefined, registrationEvent()).customer
const mailed = recordMail(registered, { tokenHash: 'first', now: start }).customer as Customer
const confirmed = confirm(mailed, { tokenHash: 'first', now: start + minute }).customer as Customer
const again = (customer: Customer, after: number, event = {}) =>
  register(customer, registrationEvent({ now: start + after, tokenHash: `after ${after}`, traceId: 'other', ...event }))

describe('registering', () => {
  test('stores a pending customer and claims the mail', () => {
    expect(register(undefined, registrationEvent({ locale: 'de' }))).toEqual({
      outcome: 'claimed',
      customer: {
        customerId: registrationEvent().customerId,
        email: 'ada@example.com',
        locale: 'de',
        state: 'PENDING',
        traceId,
        registeredAt: start,
        expiresAt: start / 1000 + 4 * 86_400,
        tokenHashes: ['first'],
        mails: [{ id: 'first', claimedAt: start }],
      },
    })
  })

  test('twice by the same call, whose answer was lost, claims once', () => {
    const repeated = register(registered, registrationEvent())
    expect(repeated).toEqual({ outcome: 'claimed', customer: registered })
    expect(repeated.customer).toBe(registered)
  })

  test('waits while another mail is on its way, for a minute', () => {
    expect(again(registered, minute - 1)).toEqual({ outcome: 'unresolved', customer: registered })
    expect(again(registered, minute).outcome).toBe('claimed')
  })

  test('sends one mail a minute, keeps the trace, the end and every token', () => {
    expect(again(mailed, minute - 1)).toEqual({ outcome: 'recentlySent', customer: mailed })
    expect(again(mailed, minute)).toEqual({
      outcome: 'claimed',
      customer: {
        ...mailed,
        tokenHashes: ['first', `after ${minute}`],
        mails: [...mailed.mails, { id: `after ${minute}`, claimedAt: start + minute }],
      },
    })
  })

  test('sends five mails in any 24 hours', () => {
    let customer = mailed
    const send = (after: number) => {
      const next = again(customer, after)
      customer = recordMail(next.customer, { tokenHash: `after ${after}`, now: start + after }).customer as Customer
      return next.outcome
    }
    expect([1, 2, 3, 4].map((hours) => send(hours * hour))).toEqual(Array(4).fill('claimed'))
    expect(send(5 * hour)).toBe('recentlySent')
    expect(send(24 * hour - 1)).toBe('recentlySent')
    expect(send(24 * hour)).toBe('claimed')
    expect(send(24 * hour + minute)).toBe('recentlySent')
  })

  test('five claims that came to nothing are no mail that anybody knows of', () => {
    let customer = registered
    for (const hours of [1, 2, 3, 4]) customer = again(customer, hours * hour).customer
    expect(again(customer, 5 * hour).outcome).toBe('unresolved')
  })

  test('in another language changes the language, but only if it was asked for', () => {
    expect(again(mailed, minute, { guessedLocale: 'de' }).customer.locale).toBe('en')
    expect(again(mailed, minute, { locale: 'de' }).customer.locale).toBe('de')
  })

  test('after the registration lapsed begins a new one, though the row lingers', () => {
    const anew = again(mailed, 4 * 24 * hour)
    expect(anew.outcome).toBe('claimed')
    expect(anew.customer).toMatchObject({ traceId: 'other', tokenHashes: [`after ${4 * 24 * hour}`] })
    expect(again(mailed, 4 * 24 * hour - 1).customer.traceId).toBe(traceId)
  })

  test('when confirmed claims one mail a day and changes nothing else', () => {
    const first = again(confirmed, 2 * minute)
    expect(first.outcome).toBe('claimed')
    expect(first.customer).toEqual({
      ...confirmed,
      mails: [{ id: `after ${2 * minute}`, claimedAt: start + 2 * minute }],
    })
    expect(again(first.customer, 2 * minute + second).outcome).toBe('unresolved')
    expect(again(first.customer, 3 * minute).outcome).toBe('recentlySent')
    const sent = recordMail(first.customer, { tokenHash: `after ${2 * minute}`, now: start + 2 * minute }).customer
    expect(again(sent as Customer, 24 * hour).outcome).toBe('recentlySent')
    expect(again(sent as Customer, 24 * hour + 2 * minute).outcome).toBe('claimed')
  })
})

describe('a mail that was not sent', () => {
  const released = releaseMail(registered, { tokenHash: 'first' }).customer as Customer

  test('is as if it had never been claimed', () => {
    expect(released).toEqual({ ...registered, tokenHashes: [], mails: [] })
    expect(again(released, second)).toMatchObject({ outcome: 'claimed', customer: { traceId } })
  })

  test('releases only its own claim, and none that was recorded', () => {
    expect(releaseMail(registered, { tokenHash: 'other' }).customer).toBe(registered)
    expect(releaseMail(mailed, { tokenHash: 'first' }).customer).toBe(mailed)
    expect(releaseMail(undefined, { tokenHash: 'first' }).customer).toBeUndefined()
  })
})

describe('confirming', () => {
  test('works by the token of any mail, and lasts', () => {
    const { customer } = again(mailed, minute)
    for (const tokenHash of ['first', `after ${minute}`]) {
      const { outcome, customer: after } = confirm(customer, { tokenHash, now: start + hour })
      expect(outcome).toBe('confirmed')
      expect(after).toMatchObject({ state: 'CONFIRMED', confirmedAt: start + hour, mails: [] })
      expect(after).not.toHaveProperty('expiresAt')
    }
  })

  test('again changes nothing, however late', () => {
    const repeated = confirm(confirmed, { tokenHash: 'first', now: start + 1000 * 24 * hour })
    expect(repeated.outcome).toBe('confirmed')
    expect(repeated.customer).toBe(confirmed)
  })

  test('by an unknown token or too late is refused', () => {
    expect(confirm(mailed, { tokenHash: 'other', now: start }).outcome).toBe('unknown')
    expect(confirm(undefined, { tokenHash: 'first', now: start }).outcome).toBe('unknown')
    const late = confirm(mailed, { tokenHash: 'first', now: start + 4 * 24 * hour })
    expect(late.outcome).toBe('expired')
    expect(late.customer).toBe(mailed)
  })
})

describe('the reminder', () => {
  const due = start + 24 * hour
  const claim = (stored: Customer | undefined, event = {}) =>
    claimReminder(stored, { traceId, tokenHash: 'reminder', now: due, ...event })
  const claimed = claim(mailed).customer as Customer
  const sent = recordReminder(claimed, { traceId, now: due }).customer as Customer

  test('is claimed once, and carries a token of its own', () => {
    expect(claim(mailed)).toEqual({
      outcome: 'claimed',
      customer: { ...mailed, tokenHashes: ['first', 'reminder'], reminder: { id: 'reminder', claimedAt: due } },
    })
    expect(claim(claimed).customer).toBe(claimed)
  })

  test.each([
    ['gone', undefined, {}],
    ['superseded', mailed, { traceId: 'other' }],
    ['alreadyConfirmed', confirmed, {}],
    ['expired', mailed, { now: start + 4 * 24 * hour }],
    ['alreadySent', sent, { tokenHash: 'next' }],
  ])('is nothing to do: %s', (outcome, stored, event) => {
    const decision = claim(stored, event)
    expect(decision.outcome).toBe(outcome)
    expect(decision.customer).toBe(stored)
  })

  test('is claimed anew after an attempt that died, and the links of both may have arrived', () => {
    expect(claim(claimed, { tokenHash: 'next', now: due + minute })).toMatchObject({
      outcome: 'claimed',
      customer: { tokenHashes: ['first', 'reminder', 'next'], reminder: { id: 'next', claimedAt: due + minute } },
    })
  })

  test('is released only by its own claim, and not once sent', () => {
    expect(releaseReminder(claimed, { tokenHash: 'reminder' }).customer).toEqual(mailed)
    expect(releaseReminder(claimed, { tokenHash: 'first' }).customer).toBe(claimed)
    expect(releaseReminder(sent, { tokenHash: 'reminder' }).customer).toBe(sent)
  })

  test('is recorded for its own registration only', () => {
    expect(sent.reminder).toEqual({ id: 'reminder', claimedAt: due, sentAt: due })
    expect(recordReminder(claimed, { traceId: 'other', now: due }).customer).toBe(claimed)
    expect(recordReminder(undefined, { traceId, now: due }).customer).toBeUndefined()
  })
})
