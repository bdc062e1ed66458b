import type { Customer } from '@confirmation-reminder/customers/customer'
import { happenings } from '@confirmation-reminder/customers/happenings'

/**
 * Whether the item says of the customer that something happened at this moment or later, of which there is an event.
 * @param sinceMs milliseconds since 1970
 * @throws TypeError if the item is not as this release writes it
 */
export function happenedSince(customer: Customer, sinceMs: number): boolean {
  const times = happenings({ before: undefined, after: customer, isExpiry: false }).map(({ at }) => at)
  if (!times.every(Number.isFinite)) throw new TypeError('A time of the item is no number.')
  return times.some((at) => at >= sinceMs)
}
