import { attemptSeconds, evidenceSeconds, longestReadingGapSeconds } from '@confirmation-reminder/contracts/sending'
import fc from 'fast-check'
import { claimReminder, type ReminderClaim } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import { type Customer, isExpired, tokenHashesOf } from './customer.ts'
import { keepRegistration } from './keep-registration.ts'
import { register } from './register.ts'
import { markUndeliverable, release, settle } from './settle.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'
import { withdraw } from './withdraw.ts'

/*
 * Any order of all events that can happen to one address, with time passing in between: the invariants that always
 * hold. An event about a mail, a token or an attempt names it by its place among all that ever were.
 */

const minute = 60_000
const day = 24 * 60 * minute
// Short lifetimes, so that many histories reach their end.
const lifetimeSeconds = 4 * evidenceSeconds
const holdDays = 1

/** How an attempt to send ends: what SES did, and whether the function survived to receive and record it. */
const fate = fc.constantFrom('recorded', 'answerLost', 'refused', 'diedBeforeSending', 'diedBeforeRecording')
type Fate = typeof fate extends fc.Arbitrary<infer F> ? F : never

const place = fc.nat(40)
const happening = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('register' as const), fate }), weight: 9 },
  {
    arbitrary: fc.record({ kind: fc.constant('wake' as const), place, step: fc.integer({ min: 1, max: 2 }) }),
    weight: 9,
  },
  { arbitrary: fc.record({ kind: fc.constant('send' as const), place, fate }), weight: 9 },
  { arbitrary: fc.record({ kind: fc.constant('sesReports' as const), place, twice: fc.boolean() }), weight: 6 },
  // For how long events are in the queue and not recorded: an outage of feedback.
  { arbitrary: fc.record({ kind: fc.constant('outage' as const), ms: fc.nat(2 * day) }), weight: 2 },
  // For how long the queues cannot be read and SES publishes nothing: an outage of the Region. After it SES's events are as late as ever.
  {
    arbitrary: fc.record({
      kind: fc.constant('regionAway' as const),
      ms: fc.integer({ min: longestReadingGapSeconds * 1000 + 1, max: day }),
    }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant('bounce' as const) }), weight: 1 },
  // The run of a plan that keeps registrations for up to twice as long as `register` says.
  {
    arbitrary: fc.record({
      kind: fc.constant('keep' as const),
      place,
      times: fc.double({ min: 0, max: 2, noNaN: true }),
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom('confirm' as const, 'withdraw' as const), place }), weight: 3 },
  {
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat(10_000), fc.nat(2 * minute), fc.nat(evidenceSeconds * 1_000), fc.nat(day)),
    }),
    weight: 12,
  },
)
type Happening = typeof happening extends fc.Arbitrary<infer E> ? E : never

interface Attempt {
  claim: string
  traceId: string
  step: number
  claimedAt: number
}
/** A mail that SES accepted. */
interface Accepted {
  claim: string
  at: number
  reminder?: { traceId: string; step: number }
}

/**
 * One address and its surroundings: the functions that send, SES, whose events may be late by hours, and the queue behind
 * it, in which they may stay for days.
 */
class World {
  customer: Customer | undefined
  now = registrationEvent().now
  accepted: Accepted[] = []
  traces: string[] = []
  tokens: string[] = []
  attempts: Attempt[] = []
  private unreported: Accepted[] = []
  private queued: Accepted[] = []
  private recordedFrom = 0
  private backAt = 0
  private names = 0

  play(happened: Happening): void {
    const { kind } = happened
    if (kind === 'wait') this.wait(happened.ms)
    else if (kind === 'outage') this.recordedFrom = this.now + happened.ms
    else if (kind === 'regionAway') this.backAt = Math.max(this.backAt, this.now + happened.ms)
    else if (kind === 'register') this.register(happened.fate)
    else if (kind === 'bounce') {
      this.change((stored) => markUndeliverable(stored, { reason: 'bounce', at: this.now }).customer)
    } else if (kind === 'keep') {
      const keeping = {
        traceId: at(this.traces, happened.place) ?? 'none',
        lifetimeSeconds: Math.floor(happened.times * lifetimeSeconds),
        now: this.now,
      }
      this.change((stored) => keepRegistration(stored, keeping).customer)
    } else if (kind === 'confirm') this.confirm(at(this.tokens, happened.place) ?? '')
    else if (kind === 'withdraw') this.withdraw(at(this.tokens, happened.place) ?? '')
    else if (kind === 'wake') this.wake(at(this.traces, happened.place) ?? 'none', happened.step)
    else if (kind === 'send') {
      const attempt = at(this.attempts, happened.place)
      if (attempt) this.send(attempt, happened.fate)
    } else if (kind === 'sesReports') {
      const mail = this.now >= this.backAt && at(this.accepted, happened.place)
      if (mail) this.report(mail)
      if (mail && happened.twice) this.report(mail)
    }
  }

  /** Every write goes through here: what holds between any customer and the next. */
  private change(transition: (stored: Customer | undefined) => Customer | undefined): void {
    const before = this.customer
    const frozen = JSON.stringify(before)
    const after = transition(before)
    // A transition never changes what it was given: the store compares with it.
    expect(JSON.stringify(before)).toBe(frozen)
    this.customer = after
    if (!before) return
    expect(after).toBeDefined()
    // A new registration begins only if the last one, or its tombstone, has lapsed.
    if (after?.traceId !== before.traceId) {
      expect(isExpired(before, this.now)).toBe(true)
      return
    }
    // An open registration never lapses earlier than was said, and one that has lapsed is never opened again.
    if (before.state === 'PENDING' && after.state === 'PENDING') {
      expect(after.expiresAt).toBeGreaterThanOrEqual(before.expiresAt)
      if (isExpired(before, this.now)) expect(after.expiresAt).toBe(before.expiresAt)
    }
    // A confirmed customer stays confirmed, with their consent, unless they withdraw.
    if (before.state === 'CONFIRMED' && after.state !== 'WITHDRAWN') {
      expect(after).toMatchObject({ state: 'CONFIRMED', consent: before.consent })
    }
    // A withdrawn registration contains no personal data and no longer changes.
    if (before.state === 'WITHDRAWN') expect(after).toBe(before)
    if (after.state === 'WITHDRAWN') expect(JSON.stringify(after)).not.toContain('ada')
    else if (before.state !== 'WITHDRAWN' && before.undeliverable) {
      expect(after.undeliverable).toEqual(before.undeliverable)
    }
  }

  private wait(ms: number): void {
    this.now += ms
    if (this.now < this.backAt) return
    // SES's events come in time: within what an attempt waits for evidence, counted from the moment when it accepted, or from
    // the end of the outage.
    const longestMs = (evidenceSeconds - attemptSeconds) * 1000 - minute
    const due = this.unreported.filter(({ at }) => this.now - Math.max(at, this.backAt) >= longestMs)
    for (const mail of due) this.report(mail)
    if (this.now >= this.recordedFrom) for (const mail of this.queued.splice(0)) this.record(mail)
  }

  /** An event reaches the queue, and the customer if events are being recorded. */
  private report(mail: Accepted): void {
    this.unreported = this.unreported.filter((one) => one !== mail)
    if (this.now < this.recordedFrom) this.queued.push(mail)
    else this.record(mail)
  }

  private record(mail: Accepted): void {
    this.change((stored) => settle(stored, { claim: mail.claim, finding: 'accepted', at: mail.at }).customer)
  }

  private register(fate: Fate): void {
    const tokenHash = `token-${++this.names}`
    const traceId = `trace-${this.names}`
    const event = registrationEvent({ tokenHash, traceId, lifetimeSeconds, now: this.now })
    const before = this.customer
    const { outcome, customer } = register(before, event)
    this.change(() => customer)
    if (customer.traceId === traceId) this.traces.push(traceId)
    const alive = before && !isExpired(before, this.now)
    const heldOff = alive && (before.state === 'WITHDRAWN' || before.undeliverable !== undefined)
    expect(outcome === 'heldOff').toBe(Boolean(heldOff))
    if (outcome !== 'claimed') {
      expect(customer).toBe(before)
      return
    }
    // The same call again, because its response was lost.
    expect(register(customer, event).customer).toBe(customer)
    this.tokens.push(tokenHash)
    this.end({ claim: tokenHash, at: this.now }, fate)
  }

  wake(traceId: string, step: number): ReminderClaim['outcome'] {
    const tokenHash = `token-${++this.names}`
    const before = this.customer
    const event = reminderEvent({ traceId, step, tokenHash, now: this.now })
    let claim = claimReminder(before, event)
    if (claim.outcome === 'readingNeeded') {
      expect(claim.customer).toBe(before)
      if (this.now < this.backAt) return 'evidencePending'
      claim = claimReminder(before, { ...event, noEvents: this.queued.length === 0 })
    }
    this.change(() => claim.customer)
    if (claim.outcome !== 'claimed') return claim.outcome
    // A customer who confirmed, withdrew, lapsed, registered again, bounced, or had this reminder is not reminded.
    expect(before).toMatchObject({ state: 'PENDING', traceId })
    expect(before && isExpired(before, this.now)).toBe(false)
    expect(before).not.toHaveProperty('undeliverable')
    expect(this.remindersOf(traceId, step)).toEqual([])
    this.tokens.push(tokenHash)
    this.attempts.push({ claim: tokenHash, traceId, step, claimedAt: this.now })
    return claim.outcome
  }

  /** An attempt sends within its lease, or releases the claim. */
  private send(attempt: Attempt, fate: Fate): void {
    this.attempts = this.attempts.filter((one) => one !== attempt)
    const { claim, traceId, step } = attempt
    const late = this.now - attempt.claimedAt > attemptSeconds * 1000
    this.end({ claim, at: this.now, reminder: { traceId, step } }, late ? 'refused' : fate)
  }

  private end(mail: Accepted, fate: Fate): void {
    if (fate === 'refused') this.change((stored) => release(stored, { claim: mail.claim }).customer)
    if (fate === 'refused' || fate === 'diedBeforeSending') return
    this.accepted.push(mail)
    this.unreported.push(mail)
    if (fate !== 'recorded') return
    this.change((stored) => settle(stored, { claim: mail.claim, finding: 'accepted', at: this.now }).customer)
  }

  private confirm(tokenHash: string): void {
    const before = this.customer
    const usable = before && !isExpired(before, this.now) && tokenHashesOf(before).includes(tokenHash)
    const { outcome, customer } = confirm(before, { tokenHash, now: this.now })
    this.change(() => customer)
    expect(outcome === 'confirmed').toBe(Boolean(usable && before.state !== 'WITHDRAWN'))
    if (outcome !== 'confirmed') expect(customer).toBe(before)
  }

  private withdraw(tokenHash: string): void {
    const before = this.customer
    const usable = before && !isExpired(before, this.now) && tokenHashesOf(before).includes(tokenHash)
    const { outcome, customer } = withdraw(before, { tokenHash, holdDays, now: this.now })
    this.change(() => customer)
    expect(outcome === 'withdrawn').toBe(Boolean(usable))
    expect(customer?.state === 'WITHDRAWN' || customer === before).toBe(true)
  }

  remindersOf(traceId: string, step: number): Accepted[] {
    return this.accepted.filter(({ reminder }) => reminder?.traceId === traceId && reminder.step === step)
  }
}

const at = <T>(list: T[], index: number): T | undefined => (list.length > 0 ? list[index % list.length] : undefined)
const histories = fc.array(happening, { maxLength: 60 })

test('the invariants hold for any events in any order, and no reminder is sent twice', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const world = new World()
      for (const happened of history) world.play(happened)
      expect(new Set(world.traces).size).toBe(world.traces.length)
      for (const traceId of world.traces) {
        for (const step of [1, 2]) expect(world.remindersOf(traceId, step).length).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a run that keeps retrying ends: the reminder is sent, or none is due, or it is in doubt', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const world = new World()
      for (const happened of history) world.play(happened)
      const traceId = world.traces.at(-1)
      if (!traceId) return
      const before = world.remindersOf(traceId, 1).length
      let outcome = world.wake(traceId, 1)
      // Half an hour between attempts, as the workflow's; outages of two days and of one, what SES may take, and two readings.
      const longest = 3 * day + (evidenceSeconds + 2 * longestReadingGapSeconds) * 1000
      for (let waited = 0; outcome === 'evidencePending' && waited <= longest; waited += 30 * minute) {
        world.play({ kind: 'wait', ms: 30 * minute })
        outcome = world.wake(traceId, 1)
      }
      expect(outcome).not.toBe('evidencePending')
      if (outcome === 'claimed') world.play({ kind: 'send', place: world.attempts.length - 1, fate: 'recorded' })
      const sent = world.remindersOf(traceId, 1).length
      if (outcome === 'claimed') expect(sent - before).toBe(1)
      if (outcome === 'alreadySent') expect(sent).toBe(1)
    }),
    { numRuns: 500 },
  )
})

const outages = fc.array(
  fc.record({
    kind: fc.constantFrom('regionAway' as const, 'outage' as const),
    ms: fc.integer({ min: longestReadingGapSeconds * 1000 + 1, max: day / 2 }),
    attempts: fc.nat(20),
  }),
  { minLength: 1, maxLength: 4 },
)

test('a reminder whose response was lost is not sent twice if outages interrupt the wait of its run', () => {
  fc.assert(
    fc.property(outages, (interruptions) => {
      const world = new World()
      world.play({ kind: 'register', fate: 'recorded' })
      const [traceId = ''] = world.traces
      expect(world.wake(traceId, 1)).toBe('claimed')
      world.play({ kind: 'send', place: 0, fate: 'answerLost' })
      for (const { attempts, ...outage } of interruptions) {
        world.play(outage)
        for (let n = 0; n < attempts; n++) {
          world.play({ kind: 'wait', ms: 30 * minute })
          expect(['evidencePending', 'alreadySent', 'expired']).toContain(world.wake(traceId, 1))
        }
      }
    }),
    { numRuns: 500 },
  )
})

/** Registers, and sends each due mail at once. Returns the times of the mails. */
const impatient = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 * minute }), fc.integer({ min: 0, max: day })), {
  minLength: 10,
  maxLength: 80,
})

test.each([
  ['pending', false, minute, 5],
  ['confirmed', true, day, 1],
])(
  'a customer %s who registers at any pace gets neither too many mails nor too few',
  (_, confirmsFirst, pause, daily) => {
    fc.assert(
      fc.property(impatient, (pauses) => {
        let now = registrationEvent().now
        const forever = { lifetimeSeconds: 10 ** 9 }
        const accept = (customer: Customer | undefined, claim: string) =>
          settle(customer, { claim, finding: 'accepted', at: now }).customer
        let customer = accept(register(undefined, registrationEvent(forever)).customer, 'first')
        if (confirmsFirst) customer = confirm(customer, { tokenHash: 'first', now }).customer
        const sent = confirmsFirst ? [] : [now]
        pauses.forEach((ms, index) => {
          now += ms
          const tokenHash = `again-${index}`
          const decision = register(customer, registrationEvent({ ...forever, now, tokenHash }))
          customer = decision.customer
          if (decision.outcome !== 'claimed') return
          customer = accept(customer, tokenHash)
          sent.push(now)
        })
        sent.forEach((time, index) => {
          const previous = sent[index - 1]
          if (previous !== undefined) expect(time - previous).toBeGreaterThanOrEqual(pause)
          expect(sent.filter((other) => other <= time && time - other < day).length).toBeLessThanOrEqual(daily)
        })
        // Not too few: a customer who waits long enough gets the next.
        const tokenHash = 'much later'
        expect(register(customer, registrationEvent({ ...forever, now: now + day, tokenHash })).outcome).toBe('claimed')
      }),
    )
  },
)
