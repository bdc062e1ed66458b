import type { Random } from './random.ts'

const hour = 3600
const day = 24 * hour

/** What a customer will do, and the answers to it. Moments are milliseconds since 1970, by the virtual clock. */
export interface Customer {
  email: string
  /** When they register, in seconds from the beginning. */
  registersAt: number
  /** How many seconds after the acknowledgement they confirm. A customer without it never confirms. */
  confirmsAfter?: number
  /** They confirm while reminders are being sent: when the reminder is due, or a few seconds later. */
  atTheReminder: boolean
  /** When the registration was answered with 202. */
  acknowledgedAt?: number
  /** When the confirmation was answered with 200. */
  confirmedAt?: number
}

/** How many customers register at the same time: enough to keep two processors busy. */
const crowd = 400
export const pauseBetweenCrowds = 60

/**
 * As many customers as asked for, registering in crowds. A share of them confirms: three in five at a random moment
 * before the reminder, one at the very moment of the reminder, one long after.
 */
export function customers(count: number, confirming: number, random: Random): Customer[] {
  const crowds = Math.max(Math.ceil(count / crowd), Math.min(5, Math.ceil(count / 20)))
  return Array.from({ length: count }, (_, n) => {
    const customer = {
      email: `customer-${n}@example.com`,
      registersAt: Math.floor((n * crowds) / count) * pauseBetweenCrowds,
      atTheReminder: false,
    }
    const lot = random.next() / confirming
    if (lot < 0.6) return { ...customer, confirmsAfter: random.between(60, 23 * hour) }
    if (lot < 0.8) return { ...customer, confirmsAfter: day, atTheReminder: true }
    if (lot < 1) return { ...customer, confirmsAfter: random.between(48 * hour, 56 * hour) }
    return customer
  })
}
