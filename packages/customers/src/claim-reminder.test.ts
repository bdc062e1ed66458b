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
import { confirmed, mailed, withdrawn } from './test/customers.ts'
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

/** Two readings, as far apart as they must be, found no events on their way: the decision after the second. */
function claimInSilence(stored: Customer | undefined, event: Partial<ReminderEvent> & { now: number }) {
  const first = claim(stored, { ...event, now: event.now - quiet, noEvents: true })
  expect(first.outcome).toBe('evidencePending')
  return claim(first.customer, { ...event, noEvents: true })
}

describe('an attempt that finds a claim without a record', () => {
  const next = { tokenHash: 'next', now: due + evidence + quiet }

  test('waits for evidence for as long as SES’s event may be late', () => {
    for (const noEvents of [undefined, true, false]) {
      const decision = claim(claimed, { ...next, now: due + evidence - 1, ...(noEvents !== undefined && { noEvents }) })
      expect(decision).toEqual({ outcome: 'evidencePending', claimedAt: due, customer: claimed })
      expect(decision.customer).toBe(claimed)
    }
  })

  test('then has to know whether events are on their way', () => {
    const decision = claim(claimed, { ...next, now: due + evidence })
    expect(decision).toEqual({ outcome: 'evidenceOverdue', customer: claimed })
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
    expect(customer).not.toHaveProperty('silence')
  })

  test.each<[string, [after: number, noEvents: boolean, step?: number][]]>([
    ['the first reading', [[0, true]]],
    [
      'readings of a moment',
      [
        [0, true],
        [quiet - 1, true],
      ],
    ],
    [
      'an event between the readings',
      [
        [0, true],
        [quiet, false],
        [2 * quiet, true],
      ],
    ],
    [
      'readings that are too far apart',
      [
        [0, true],
        [gap + 1, true],
      ],
    ],
    [
      'a reading for another reminder',
      [
        [0, true, 2],
        [quiet, true],
      ],
    ],
  ])('does not claim again after %s', (_, readings) => {
    const both = claim(claimed, { step: 2, tokenHash: 'second' }).customer
    let customer = both
    for (const [after, noEvents, step = 1] of readings) {
      const decision = claim(customer, { ...next, step, now: due + evidence + after, noEvents })
      expect(decision.outcome).toBe('evidencePending')
      customer = decision.customer
    }
    expect(customer).toMatchObject({ mails: both?.state === 'PENDING' ? both.mails : [] })
  })

  test('writes nothing as long as events are on their way', () => {
    expect(claim(claimed, { ...next, noEvents: false }).customer).toBe(claimed)
  })

  test('is in doubt after several claims, and sends again only if a person asks a day after the last', () => {
    let customer: Customer = mailed
    let last = due
    for (let n = 0; n < claimsPerReminder; n++) {
      last = due + n * (evidence + quiet)
      const event = { tokenHash: `attempt ${n}`, now: last }
      const attempt = n === 0 ? claim(customer, event) : claimInSilence(customer, event)
      expect(attempt.outcome).toBe('claimed')
      customer = attempt.customer as Customer
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
  expect(isBeingReminded(claimed, due + attemptSeconds * second)).toBe(false)
  expect(isBeingReminded(sent, due)).toBe(false)
  expect(isBeingReminded(withdrawn, due)).toBe(false)
})
