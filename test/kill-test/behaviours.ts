import { dayMs, firstReminderMs, hourMs, latestReminderMs, lifetimeMs, type Plan } from './plan.ts'
import type { Random } from './random.ts'

export type Deed = 'register' | 'confirm' | 'withdraw'

/** What a customer does after the answer to what they did before, and how long after. */
export interface Act {
  does: Deed
  /** Milliseconds since the answer before. */
  afterMs: (plan: Plan, random: Random) => number
  /** While reminders are being sent: `afterMs` is the moment when this customer's is due. */
  atTheReminder?: true
  /** A registration within the time for which the withdrawn address gets no mail. */
  heldOff?: true
}

/** A kind of customer. */
export interface Behaviour {
  /** How many of a hundred customers. */
  share: number
  /** After the first registration, in this order. */
  acts: readonly Act[]
  /** What becomes of every mail to them. */
  mailFate?: 'bounce' | 'complaint'
  /** They register first of all, because what they do takes long. */
  early?: true
}

const within = (from: number, to: number) => (_: Plan, random: Random) => random.between(from, to)
const beforeTheReminder = within(60_000, 23 * hourMs)
// The act is scheduled when the customer's place in the spread is known.
const atTheReminder = { afterMs: () => 0, atTheReminder: true } as const
// Longer than any outage of the test, so that the reminder has come, or its run has failed.
const longestOutageMs = 12 * hourMs
const afterTheReminder = (plan: Plan, random: Random) =>
  latestReminderMs(plan, 1, longestOutageMs) + random.between(2 * hourMs, 10 * hourMs)

/** Who registers, what they do when, and how many of a hundred they are. */
export const behaviours = {
  'never answers': { share: 26, acts: [] },
  'confirms before the reminder': { share: 14, acts: [{ does: 'confirm', afterMs: beforeTheReminder }] },
  'confirms at the reminder': { share: 10, acts: [{ does: 'confirm', ...atTheReminder }] },
  'confirms after the reminder': { share: 8, acts: [{ does: 'confirm', afterMs: afterTheReminder }] },
  'confirms and withdraws': {
    share: 4,
    acts: [
      { does: 'confirm', afterMs: beforeTheReminder },
      { does: 'withdraw', afterMs: within(hourMs, 2 * dayMs) },
    ],
  },
  'withdraws before the reminder': { share: 6, acts: [{ does: 'withdraw', afterMs: beforeTheReminder }] },
  'withdraws at the reminder': { share: 10, acts: [{ does: 'withdraw', ...atTheReminder }] },
  'withdraws after the reminder': { share: 4, acts: [{ does: 'withdraw', afterMs: afterTheReminder }] },
  'has an address that bounces': { share: 5, acts: [], mailFate: 'bounce' },
  'complains about the first mail': { share: 5, acts: [], mailFate: 'complaint' },
  'registers again after the registration lapsed': {
    share: 4,
    acts: [{ does: 'register', afterMs: (plan) => lifetimeMs(plan) + hourMs }],
    early: true,
  },
  'registers again after a withdrawal': {
    share: 4,
    acts: [
      { does: 'withdraw', afterMs: beforeTheReminder },
      { does: 'register', afterMs: within(hourMs, 2 * dayMs), heldOff: true },
      { does: 'register', afterMs: ({ withdrawalHoldDays }) => withdrawalHoldDays * dayMs + hourMs },
    ],
    early: true,
  },
} as const satisfies Record<string, Behaviour>

export type Kind = keyof typeof behaviours
export const kinds = Object.keys(behaviours) as Kind[]

/** One registration of an address, from its request to its end. Moments are milliseconds since 1970, by the virtual clock. */
export interface Registration {
  /** The settings with which its run began. */
  plan: Plan
  /** When it was first sent. */
  triedAt: number
  /** When it was answered with 202. */
  acknowledgedAt?: number
  /** When the confirmation was answered with 200. */
  confirmedAt?: number
  /** When the withdrawal was answered with 200. */
  withdrawnAt?: number
}

/** A customer, and the answers that they got. */
export interface Customer {
  email: string
  kind: Kind
  /** When they register first, in milliseconds from the beginning. */
  registersAt: number
  registrations: Registration[]
  /** Refused again and again for more than a day, they do nothing more. */
  gaveUp?: true
  /** How many acts of their behaviour are scheduled or done. */
  acts: number
}

/** How many customers register at the same time at most. */
const crowd = 400
export const pauseBetweenCrowdsMs = 60_000
// An outage and what it delays end before the next customers register. The half day makes the reminders of every other
// cohort due at night.
export const cohortStartMs = (cohort: number) => cohort * 2 * dayMs + (cohort % 2) * 12 * hourMs

/**
 * Customers of these kinds in proportion to their shares. They register in cohorts, some days apart, and in each cohort in
 * crowds.
 * @param cohorts how many customers each cohort has
 * @param firstNumber the number in the address of the first of them; the others count on
 */
export function customersOf(
  cohorts: readonly number[],
  { of = kinds, firstNumber = 0 }: { of?: readonly Kind[]; firstNumber?: number },
  random: Random,
): Customer[] {
  const count = cohorts.reduce((sum, size) => sum + size, 0)
  const shares = of.map((kind) => behaviours[kind].share)
  const whole = shares.reduce((sum, share) => sum + share, 0)
  let seen = 0
  const lots = of.flatMap((kind, index) => {
    const from = Math.round((seen * count) / whole)
    seen += shares[index] ?? 0
    return Array.from({ length: Math.round((seen * count) / whole) - from }, () => kind)
  })
  const order = lots
    .map((kind) => ({ kind, place: random.next() + ('early' in behaviours[kind] ? 0 : 1) }))
    .sort((a, b) => a.place - b.place)
  const moments = cohorts.flatMap((size, cohort) => {
    const crowds = Math.max(Math.ceil(size / crowd), Math.min(5, Math.ceil(size / 20)))
    return Array.from(
      { length: size },
      (_, place) => cohortStartMs(cohort) + Math.floor((place * crowds) / size) * pauseBetweenCrowdsMs,
    )
  })
  return order.map(({ kind }, n) => {
    const { mailFate }: Behaviour = behaviours[kind]
    const number = firstNumber + n
    return {
      email: mailFate ? `${mailFate}+${number}@simulator.amazonses.com` : `customer-${number}@example.com`,
      kind,
      registersAt: moments[n] ?? 0,
      registrations: [],
      acts: 0,
    }
  })
}

/** How long after an answer the next act is due. */
export function dueAfterMs(act: Act, plan: Plan, customerId: string, random: Random): number {
  return act.atTheReminder ? firstReminderMs(plan, customerId) : act.afterMs(plan, random)
}
