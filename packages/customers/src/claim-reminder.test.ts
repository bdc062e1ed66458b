import {
  attemptSeconds,
  claimsPerReminder,
  evidenceSeconds,
  longestReadingGapSeconds,
  quietSeconds,
} from '@confirmation-reminder/contracts/sending'
import { claimReminder, isBeingReminded, type ReminderEvent } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import type { Customer, PendingCustomer } from './customer.ts'
import { markUndeliverable, release, settle } from './settle.ts'
import { confirmed, mailed, registered, withdrawn } from './test/customers.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'

const { now: start, textVersion } = registrationEvent()
const second = 1_000
const day = 86_400 * second
const due = start + day
const evidence = evidenceSeconds * second

const claim = (stored: Customer | undefined, event: Partial<ReminderEvent> = {}) =>
  claimReminder(stored, reminderEvent({ now: due, ...event }))
const accept = (customer: Customer, id: string) =>
  settle(customer, { claim: id, finding: 'accepted', at: due }).customer as PendingCustomer
const claimed = claim(mailed).customer as PendingCustomer
const sent = accept(claimed, 'reminder')

test('a reminder is claimed once, and carries a token of its own', () => {
  expect(claim(mailed, { words: 'lastReminder', step: 2 })).toEqual({
    outcome: 'claimed',
    customer: {
      ...mailed,
      mails: [
        ...mailed.mails,
        { id: 'reminder', kind: 'lastReminder', textVersion, locale: 'en', step: 2, claimedAt: due },
      ],
    },
  })
  const repeated = claim(claimed)
  expect(repeated.outcome).toBe('claimed')
  expect(repeated.customer).toBe(claimed)
})

test.each<[string, Customer | undefined, Partial<ReminderEvent>]>([
  ['gone', undefined, {}],
  ['superseded', mailed, { traceId: 'other' }],
  ['withdrawn', withdrawn, {}],
  ['alreadyConfirmed', confirmed, {}],
  ['expired', mailed, { now: start + 4 * day }],
  ['undeliverable', markUndeliverable(mailed, { reason: 'bounce', at: start }).customer, {}],
  ['withheld', { ...mailed, withheld: { reason: 'unknown', at: start } }, {}],
  ['alreadySent', sent, { tokenHash: 'next' }],
  ['alreadySent', confirm(sent, { tokenHash: 'reminder', now: due }).customer, { tokenHash: 'next' }],
])('no reminder is due: %s', (outcome, stored, event) => {
  const decision = claim(stored, event)
  expect(decision.outcome).toBe(outcome)
  expect(decision.customer).toBe(stored)
})

test('each step of the plan is a reminder of its own', () => {
  expect(claim(sent, { step: 2, tokenHash: 'second', now: due + day }).outcome).toBe('claimed')
})

const quiet = quietSeconds * second
const gap = longestReadingGapSeconds * second
const attempt = attemptSeconds * second

/** Readings of empty queues without a long gap, from six hours before: the decision after the last. */
function claimInSilence(stored: Customer | undefined, event: Partial<ReminderEvent> & { now: number }) {
  let customer = stored
  for (let before = evidence; before > 0; before -= gap) {
    const decision = claim(customer, { ...event, now: event.now - before, noEvents: true })
    expect(decision.outcome).toBe('evidencePending')
    customer = decision.customer
  }
  return claim(customer, { ...event, noEvents: true })
}

describe('an attempt that finds a claim without a record', () => {
  const next = { tokenHash: 'next', now: due + evidence + quiet }

  test('waits without a reading for as long as that one may still send', () => {
    for (const noEvents of [undefined, true, false]) {
      const now = due + attempt - 1
      const decision = claim(claimed, { ...next, now, ...(noEvents !== undefined && { noEvents }) })
      expect(decision).toEqual({ outcome: 'evidencePending', waitingSince: due, customer: claimed })
      expect(decision.customer).toBe(claimed)
    }
  })

  test('then needs a reading of the queues, and keeps it', () => {
    const now = due + attempt
    expect(claim(claimed, { ...next, now })).toEqual({
      outcome: 'readingNeeded',
      waitingSince: due,
      customer: claimed,
    })
    const pending = { outcome: 'evidencePending', waitingSince: due }
    expect(claim(claimed, { ...next, now, noEvents: true })).toEqual({
      ...pending,
      customer: { ...claimed, readings: { step: 1, since: now, until: now, emptySince: now } },
    })
    expect(claim(claimed, { ...next, now, noEvents: false })).toEqual({
      ...pending,
      customer: { ...claimed, readings: { step: 1, since: now, until: now } },
    })
  })

  test('says since when the first of several claims has waited', () => {
    const reclaimed = claimInSilence(claimed, next).customer
    const decision = claim(reclaimed, { tokenHash: 'third', now: next.now + attempt, noEvents: true })
    expect(decision).toMatchObject({ outcome: 'evidencePending', waitingSince: due })
  })

  test('finds the mail sent once the evidence has come, however late', () => {
    expect(claim(accept(claimed, 'reminder'), next).outcome).toBe('alreadySent')
    const reclaimed = claimInSilence(claimed, next).customer as Customer
    expect(claim(accept(reclaimed, 'reminder'), { tokenHash: 'third', now: next.now + 1 }).outcome).toBe('alreadySent')
  })

  test('claims again if none was, for minutes, and the links of both may have arrived', () => {
    const { outcome, customer } = claimInSilence(claimed, next)
    expect(outcome).toBe('claimed')
    expect(customer).toMatchObject({ mails: [{ id: 'first' }, { id: 'reminder' }, { id: 'next' }] })
    expect(settle(customer, { claim: 'next', finding: 'accepted', at: next.now }).customer).not.toHaveProperty(
      'readings',
    )
  })

  test('claims at once again if its second claim was released', () => {
    const reclaimed = claimInSilence(claimed, next).customer
    const released = release(reclaimed, { claim: 'next' }).customer
    const event = { tokenHash: 'third', now: next.now + 60 * second, noEvents: true }
    expect(claim(released, event).outcome).toBe('claimed')
    expect(claim(reclaimed, event).outcome).toBe('evidencePending')
  })

  test('counts only readings after the claim', () => {
    const reclaimed = claimInSilence(claimed, next).customer
    const { customer } = claim(reclaimed, { tokenHash: 'third', now: next.now + 60 * second, noEvents: true })
    expect(customer).toMatchObject({ readings: { since: next.now + 60 * second } })
  })

  test('that is postponed once silence is proven need not prove it again', () => {
    const until = next.now + 9 * gap
    const { outcome, customer } = claimInSilence(claimed, { ...next, opensAt: () => until })
    expect(outcome).toBe('postponed')
    expect(claim(customer, { ...next, now: until, noEvents: true }).outcome).toBe('claimed')
    expect(claim(customer, { ...next, now: until, noEvents: false }).outcome).toBe('evidencePending')
    expect(claim(customer, { ...next, now: until + gap + 1, noEvents: true }).outcome).toBe('evidencePending')
  })

  const hours = (n: number, noEvents = true) =>
    Array.from({ length: n + 1 }, (_, hour): [number, boolean] => [hour * gap, noEvents])
  test.each<[string, [after: number, noEvents: boolean, step?: number][]]>([
    ['five hours of readings', hours(5)],
    ['an outage in which nothing could be read', [...hours(1), [7 * gap, true], [7 * gap + quiet, true]]],
    ['readings six hours apart', [hours(0), hours(6).slice(-1)].flat()],
    ['an event in the last reading', [...hours(6, false), [6 * gap + quiet, false]]],
    ['one reading after the event', [...hours(6, false), [6 * gap + quiet, true]]],
    [
      'readings of a moment after the event',
      [...hours(6, false), [6 * gap + quiet, true], [6 * gap + 2 * quiet - 1, true]],
    ],
    [
      'an event between the readings',
      [...hours(6, false), [6 * gap + 1, true], [6 * gap + quiet, false], [6 * gap + 2 * quiet, true]],
    ],
    [
      'readings for another reminder',
      [...hours(5).map(([after]): [number, boolean, number] => [after, true, 2]), [6 * gap, true]],
    ],
  ])('does not claim again after %s', (_, readings) => {
    const both = claim(claimed, { step: 2, tokenHash: 'second' }).customer
    let customer = both
    for (const [index, [after, noEvents, step = 1]] of readings.entries()) {
      const decision = claim(customer, { ...next, step, now: due + attempt + after, noEvents })
      expect([index, decision.outcome]).toEqual([index, 'evidencePending'])
      customer = decision.customer
    }
    expect(customer).toMatchObject({ mails: both?.state === 'PENDING' ? both.mails : [] })
  })

  test('claims again if events were in the queues for hours, and then none for minutes', () => {
    let customer: Customer | undefined = claimed
    for (const [after, noEvents] of [...hours(6, false), [6 * gap + 1, true] as const]) {
      ;({ customer } = claim(customer, { ...next, now: due + attempt + after, noEvents }))
    }
    const event = { ...next, now: due + attempt + 6 * gap + 1 + quiet, noEvents: true }
    expect(claim(customer, event).outcome).toBe('claimed')
  })

  test('is in doubt after several claims, and sends again only if a person asks a day after the last', () => {
    let customer: Customer = mailed
    let last = due
    for (let n = 0; n < claimsPerReminder; n++) {
      last = due + n * (evidence + quiet)
      const event = { tokenHash: `attempt ${n}`, now: last }
      const decision = n === 0 ? claim(customer, event) : claimInSilence(customer, event)
      expect(decision.outcome).toBe('claimed')
      customer = decision.customer as Customer
    }
    const unlimited = { ...customer, expiresAt: 10 ** 10 } as Customer
    const doubtful = claimInSilence(unlimited, { ...next, now: last + evidence + quiet })
    expect(doubtful.outcome).toBe('inDoubt')
    expect(doubtful.customer).toMatchObject({ mails: (customer as PendingCustomer).mails })
    expect(claimInSilence(unlimited, { ...next, now: last + day - 1 }).outcome).toBe('inDoubt')
    const asked = claimInSilence(unlimited, { ...next, now: last + day })
    expect(asked.outcome).toBe('claimed')
    expect(claimInSilence(asked.customer, { tokenHash: 'more', now: last + day + evidence + quiet }).outcome).toBe(
      'inDoubt',
    )
  })

  test('need not wait if the claim was released', () => {
    const released = release(claimed, { claim: 'reminder' }).customer
    expect(released).toEqual(mailed)
    expect(claim(released, { tokenHash: 'next', now: due + second }).outcome).toBe('claimed')
  })

  test('says so if SES rejected the mail, and lets a retry send it', () => {
    const rejected = settle(sent, { claim: 'reminder', finding: 'rejected', at: due }).customer
    const decision = claim(rejected, { tokenHash: 'next' })
    expect(decision).toEqual({ outcome: 'rejected', customer: mailed })
    expect(claim(decision.customer, { tokenHash: 'next' }).outcome).toBe('claimed')
  })
})

describe('a reminder that is due at the wrong time of day', () => {
  const until = due + 3_600 * second

  test('is postponed, and says until when', () => {
    expect(claim(mailed, { opensAt: () => until })).toEqual({
      outcome: 'postponed',
      until,
      customer: { ...mailed, postponed: { step: 1, until } },
    })
  })

  test('knows when it comes again that it has waited, for each step separately', () => {
    const postponed = claim(mailed, { opensAt: () => until }).customer
    const askedAt = (step: number) => {
      const asked: boolean[] = []
      claim(postponed, {
        step,
        now: until,
        opensAt: (before) => {
          asked.push(before)
          return until
        },
      })
      return asked
    }
    expect([askedAt(1), askedAt(2)]).toEqual([[true], [false]])
  })

  test('is not postponed if no reminder is due', () => {
    expect(claim(confirmed, { opensAt: () => until }).outcome).toBe('alreadyConfirmed')
    expect(claim(sent, { tokenHash: 'next', opensAt: () => until }).outcome).toBe('alreadySent')
  })
})

test('a reminder may be on its way from its claim until it is settled, or could no longer go out', () => {
  expect(isBeingReminded(mailed, due)).toBe(false)
  expect(isBeingReminded(claimed, due)).toBe(true)
  expect(isBeingReminded(claimed, due + attemptSeconds * second - 1)).toBe(true)
  expect(isBeingReminded(claimed, due + attemptSeconds * second)).toBe(false)
  expect(isBeingReminded(sent, due)).toBe(false)
  expect(isBeingReminded(withdrawn, due)).toBe(false)
  const rejected = settle(claimed, { claim: 'reminder', finding: 'rejected', at: due }).customer as Customer
  expect(isBeingReminded(rejected, due)).toBe(false)
})

test('a confirmation mail that is on its way is no reminder', () => {
  expect(isBeingReminded(registered, start)).toBe(false)
})
