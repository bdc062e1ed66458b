import fc from 'fast-check'
import { claimReminder } from './claim-reminder.ts'
import { confirm } from './confirm.ts'
import { type Customer, isExpired, tokenHashesOf } from './customer.ts'
import { type Change, type Happening, happenings } from './happenings.ts'
import { register } from './register.ts'
import { markUndeliverable, settle } from './settle.ts'
import { registrationEvent } from './test/registration-event.ts'
import { reminderEvent } from './test/reminder-event.ts'
import { withdraw } from './withdraw.ts'

const day = 86_400_000

/** What tells two happenings apart. */
const summary = ({ type, traceId, step }: Pick<Happening, 'type' | 'traceId' | 'step'>) =>
  [type, traceId, ...(step === undefined ? [] : [step])].join(' ')

/** One address through its transitions, with the changes of its item and what their outcomes say has happened. */
class Address {
  customer: Customer | undefined
  now = registrationEvent().now
  readonly changes: Change[] = []
  readonly happened: string[] = []
  private traces = 0

  play(action: string): void {
    const { customer: before, now } = this
    const [tokenHash = ''] = before ? tokenHashesOf(before) : []
    if (action === 'wait') this.now += day
    else if (action === 'expire' && before && isExpired(before, now)) {
      if (before.state === 'PENDING') this.happened.push(summary({ type: 'Registration Lapsed', ...before }))
      this.write(undefined, true)
    } else if (action === 'register') {
      const traceId = `trace-${++this.traces}`
      const event = registrationEvent({ traceId, tokenHash: `hash-${traceId}`, now, lifetimeSeconds: 3 * 86_400 })
      const { customer } = register(before, event)
      if (before && isExpired(before, now) && before.state === 'PENDING') {
        this.happened.push(summary({ type: 'Registration Lapsed', ...before }))
      }
      if (customer.traceId === traceId) this.happened.push(summary({ type: 'Customer Registered', traceId }))
      this.write(customer)
    } else if (action === 'remind' && before) {
      const tokenHash = `reminder-${now}`
      const claimed = claimReminder(before, reminderEvent({ traceId: before.traceId, tokenHash, now }))
      if (claimed.outcome !== 'claimed') return
      this.write(claimed.customer)
      this.happened.push(summary({ type: 'Customer Reminded', traceId: before.traceId, step: 1 }))
      this.write(settle(claimed.customer, { claim: tokenHash, finding: 'accepted', at: now }).customer)
    } else if (action === 'confirm' && before) {
      const { outcome, customer } = confirm(before, { tokenHash, now })
      if (outcome === 'confirmed' && before.state === 'PENDING') {
        this.happened.push(summary({ type: 'Customer Confirmed', ...before }))
      }
      this.write(customer)
    } else if (action === 'withdraw' && before) {
      const { outcome, customer } = withdraw(before, { tokenHash, now, holdDays: 2 })
      if (outcome === 'withdrawn' && before.state !== 'WITHDRAWN') {
        this.happened.push(summary({ type: 'Customer Withdrawn', ...before }))
      }
      this.write(customer)
    } else if (action === 'bounce') {
      const { outcome, customer } = markUndeliverable(before, { reason: 'bounce', at: now })
      if (outcome === 'changed' && before) this.happened.push(summary({ type: 'Customer Undeliverable', ...before }))
      this.write(customer)
    }
  }

  private write(after: Customer | undefined, isExpiry = false): void {
    if (after !== this.customer) this.changes.push({ before: this.customer, after, isExpiry })
    this.customer = after
  }
}

const actions = fc.array(
  fc.constantFrom('register', 'register', 'wait', 'wait', 'remind', 'confirm', 'withdraw', 'bounce', 'expire'),
  { maxLength: 30 },
)

test('whatever happens to an address, its changes show all of it, in order, and nothing else', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(actions, (played) => {
      const address = new Address()
      for (const action of played) address.play(action)
      const shown = address.changes.flatMap(happenings).map(summary)
      expect(shown).toEqual(address.happened)
      for (const one of shown) seen.add(one.replace(/ trace-.*/, ''))
    }),
    { numRuns: 2_000 },
  )
  expect(seen.size).toBe(6)
})

test('an item that comes back, as after a restore, shows again what it says', () => {
  fc.assert(
    fc.property(actions, (played) => {
      const address = new Address()
      for (const action of played) address.play(action)
      const again = happenings({ before: undefined, after: address.customer, isExpiry: false }).map(summary)
      expect(address.happened).toEqual(expect.arrayContaining(again))
      if (address.customer) expect(again).not.toEqual([])
    }),
  )
})

test('a deletion on request is nothing that others hear of: only an expired registration lapses', () => {
  const address = new Address()
  address.play('register')
  expect(happenings({ before: address.customer, after: undefined, isExpiry: false })).toEqual([])
  const [lapsed] = happenings({ before: address.customer, after: undefined, isExpiry: true })
  expect(lapsed).toMatchObject({ type: 'Registration Lapsed', at: registrationEvent().now + 3 * day })
})

test('a reminder that was claimed twice and, late, proven twice, was sent once', () => {
  const address = new Address()
  address.play('register')
  const before = address.customer
  if (before?.state !== 'PENDING') throw new Error('The registration is missing.')
  const reminders = ['first', 'second'].map((id) => ({ ...before.mails[0], id, step: 1, sentAt: address.now }))
  const both = { ...before, mails: [...before.mails, ...reminders] } as Customer
  expect(happenings({ before, after: both, isExpiry: false }).map(({ type }) => type)).toEqual(['Customer Reminded'])
})

test('what is left of a withdrawal says nothing of the customer, but the item before it does', () => {
  const address = new Address()
  for (const action of ['register', 'withdraw']) address.play(action)
  const [withdrawn] = happenings(address.changes.at(-1) as Change)
  expect(withdrawn?.customer).toMatchObject({ email: registrationEvent().email })
  expect(happenings({ before: undefined, after: address.customer, isExpiry: false })[0]?.customer).toBeUndefined()
})
