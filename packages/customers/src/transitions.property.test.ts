import fc from 'fast-check'
import { type Customer, isExpired } from './customer.ts'
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

/*
 * Any order of everything that can happen to one address, with time passing in between: what holds in the end, whatever
 * happened. An event about a mail or a token names it by its place among all that ever were.
 */

const minute = 60_000
const day = 24 * 60 * minute

const place = fc.nat(40)
const event = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('register' as const) }), weight: 4 },
  fc.record({ kind: fc.constantFrom('recordMail' as const, 'releaseMail' as const, 'confirm' as const), place }),
  fc.record({ kind: fc.constant('claimReminder' as const), place }),
  fc.record({ kind: fc.constantFrom('recordReminder' as const, 'releaseReminder' as const), place }),
  {
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 2 * minute }), fc.integer({ min: 1, max: 2 * day })),
    }),
    weight: 3,
  },
)
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never

interface Sent {
  hash: string
  at: number
}

/** Plays the events against the transitions and checks the invariants after each. */
function play(events: Event[]) {
  let customer: Customer | undefined
  let now = registrationEvent().now
  let names = 0
  const sent: Sent[] = []
  const mailClaims: { hash: string }[] = []
  const reminderClaims: { hash: string; traceId: string }[] = []
  const traces: string[] = []
  const at = <T>(list: T[], index: number) => (list.length > 0 ? list[index % list.length] : undefined)

  for (const happened of events) {
    const before: Customer | undefined = customer
    const frozen = JSON.stringify(before)
    switch (happened.kind) {
      case 'wait':
        now += happened.ms
        break
      case 'register': {
        const hash = `token-${++names}`
        const decision = register(customer, registrationEvent({ tokenHash: hash, traceId: `trace-${names}`, now }))
        customer = decision.customer
        if (decision.outcome === 'claimed') mailClaims.push({ hash })
        // The very same call again, because its answer was lost.
        expect(register(customer, registrationEvent({ tokenHash: hash, now })).customer).toBe(customer)
        break
      }
      case 'recordMail': {
        const claim = at(mailClaims, happened.place)
        if (!claim) break
        const decision = recordMail(customer, { tokenHash: claim.hash, now })
        customer = decision.customer
        if (decision.outcome === 'recorded') sent.push({ hash: claim.hash, at: now })
        break
      }
      case 'releaseMail':
        customer = releaseMail(customer, { tokenHash: at(mailClaims, happened.place)?.hash ?? '' }).customer
        break
      case 'confirm': {
        const hash = at([...mailClaims, ...reminderClaims], happened.place)?.hash ?? ''
        const usable = customer?.tokenHashes.includes(hash) && !isExpired(customer, now)
        const decision = confirm(customer, { tokenHash: hash, now })
        customer = decision.customer
        expect(decision.outcome === 'confirmed').toBe(usable ?? false)
        break
      }
      case 'claimReminder': {
        const traceId = at(traces, happened.place) ?? 'none'
        const hash = `reminder-${++names}`
        const decision = claimReminder(customer, { traceId, tokenHash: hash, now })
        customer = decision.customer
        if (decision.outcome !== 'claimed') break
        expect(before?.state).toBe('PENDING')
        expect(before?.traceId).toBe(traceId)
        expect(before?.reminder?.sentAt).toBeUndefined()
        expect(before && isExpired(before, now)).toBe(false)
        reminderClaims.push({ hash, traceId })
        break
      }
      case 'recordReminder':
        customer = recordReminder(customer, {
          traceId: at(reminderClaims, happened.place)?.traceId ?? '',
          now,
        }).customer
        break
      case 'releaseReminder':
        customer = releaseReminder(customer, { tokenHash: at(reminderClaims, happened.place)?.hash ?? '' }).customer
        break
    }
    // A transition never changes what it was given: the store compares with it.
    expect(JSON.stringify(before)).toBe(frozen)
    if (customer && customer.traceId !== before?.traceId) traces.push(customer.traceId)
    checkStep(before, customer, now)
  }
  return { customer, sent, traces }
}

function checkStep(before: Customer | undefined, after: Customer | undefined, now: number) {
  if (!before) return
  // Nothing takes the row away, and a confirmed customer stays confirmed.
  expect(after).toBeDefined()
  if (before.state === 'CONFIRMED') expect(after).toMatchObject({ state: 'CONFIRMED', confirmedAt: before.confirmedAt })
  // A new registration begins only where the last one lapsed.
  if (after?.traceId !== before.traceId) expect(isExpired(before, now)).toBe(true)
  // A reminder that was sent stays sent.
  else if (before.reminder?.sentAt !== undefined) expect(after.reminder).toEqual(before.reminder)
}

const histories = fc.array(event, { maxLength: 60 })
const withinADayBefore = (sent: Sent[], { at }: Sent) => sent.filter((other) => other.at <= at && at - other.at < day)

test('the invariants hold after any order of events', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { sent, traces } = play(events)
      expect(new Set(traces).size).toBe(traces.length)
      expect(new Set(sent.map(({ hash }) => hash)).size).toBe(sent.length)
    }),
    { numRuns: 1_000 },
  )
})

/** Registers, and sends at once whatever is to be sent: the times of the mails. */
const impatient = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 * minute }), fc.integer({ min: 0, max: day })), {
  minLength: 10,
  maxLength: 80,
})

test.each([
  ['pending', false, minute, 5],
  ['confirmed', true, day, 1],
])('somebody %s who registers at any pace gets no mail too many', (_, confirmsFirst, pause, daily) => {
  fc.assert(
    fc.property(impatient, (pauses) => {
      let now = registrationEvent().now
      const forever = { lifetimeSeconds: 10 ** 9 }
      let customer: Customer | undefined = register(undefined, registrationEvent(forever)).customer
      customer = recordMail(customer, { tokenHash: 'first', now }).customer
      if (confirmsFirst) customer = confirm(customer, { tokenHash: 'first', now }).customer
      const sent: Sent[] = confirmsFirst ? [] : [{ hash: 'first', at: now }]
      pauses.forEach((ms, index) => {
        now += ms
        const tokenHash = `again-${index}`
        const decision = register(customer, registrationEvent({ ...forever, now, tokenHash }))
        customer = decision.customer
        if (decision.outcome !== 'claimed') return
        customer = recordMail(customer, { tokenHash, now }).customer
        sent.push({ hash: tokenHash, at: now })
      })
      sent.forEach((mail, index) => {
        const previous = sent[index - 1]
        if (previous) expect(mail.at - previous.at).toBeGreaterThanOrEqual(pause)
        expect(withinADayBefore(sent, mail).length).toBeLessThanOrEqual(daily)
      })
      // Nor one too few: whoever waits long enough gets the next.
      const tokenHash = 'much later'
      expect(register(customer, registrationEvent({ ...forever, now: now + day, tokenHash })).outcome).toBe('claimed')
    }),
  )
})
