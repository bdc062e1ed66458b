import type { Customer } from '@confirmation-reminder/customers/customer'

/**
 * Whether the item says of the customer that something happened at this moment or later, of which there is an event.
 * @param sinceMs milliseconds since 1970
 * @throws TypeError if the item is not as this release writes it
 */
export function happenedSince(customer: Customer, sinceMs: number): boolean {
  const times = timesOf(customer)
  if (!times.every(Number.isFinite)) throw new TypeError('A time of the item is no number.')
  return times.some((at) => at >= sinceMs)
}

/** When each event of the customer happened, in milliseconds since 1970. */
function timesOf(customer: Customer): number[] {
  if (customer.state === 'WITHDRAWN') return [customer.withdrawnAt]
  const { registeredAt, mails, undeliverable } = customer
  return [
    registeredAt,
    // Only reminders have a step. No event says that another mail was sent.
    ...mails.flatMap(({ step, sentAt }) => (step === undefined || sentAt === undefined ? [] : [sentAt])),
    ...(customer.state === 'CONFIRMED' ? [customer.consent.answered.at] : []),
    ...(undeliverable ? [undeliverable.at] : []),
  ]
}
