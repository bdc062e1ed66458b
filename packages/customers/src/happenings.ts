import type { CustomerEventType } from '@confirmation-reminder/contracts/customer-event'
import { type Customer, isExpired, type RegisteredCustomer } from './customer.ts'

/** Something that happened to a customer. Of one registration, each type happens once, and a reminder once per step. */
export interface Happening {
  type: CustomerEventType
  customerId: string
  traceId: string
  /** Milliseconds since 1970. */
  at: number
  /** The customer to whom it happened, as last known. Undefined if only the tombstone of a withdrawal is left. */
  customer: RegisteredCustomer | undefined
  /** Of a reminder: its step in the plan, from 1. */
  step?: number
  /** Why no more mail is sent. */
  reason?: NonNullable<RegisteredCustomer['undeliverable']>['reason']
}

/** A change of a customer's item: as it was before, and after. */
export interface Change {
  before: Customer | undefined
  after: Customer | undefined
  /** Whether DynamoDB itself deleted the item, because it had expired. */
  isExpiry: boolean
}

/**
 * What a change of a customer's item shows, in the order in which it happened: what the item says after it and did not say
 * before. So an item that a restore puts back into the table announces again what it says.
 */
export function happenings({ before, after, isExpiry }: Change): Happening[] {
  const known = new Set(factsOf(before).map(nameOf))
  const lapses = isExpiry || (after?.state === 'PENDING' && before && isExpired(before, after.registeredAt))
  const found = factsOf(after).filter((fact) => {
    const isNew = !known.has(nameOf(fact))
    // Two claims of one reminder may both turn out to be sent.
    known.add(nameOf(fact))
    return isNew
  })
  return [...(lapses ? lapseOf(before) : []), ...found].map((fact) => ({
    ...fact,
    customer: fact.customer ?? (before?.traceId === fact.traceId ? registered(before) : undefined),
  }))
}

const nameOf = ({ traceId, type, step }: Happening) => [traceId, type, step].join(' ')
const registered = (customer: Customer) => (customer.state === 'WITHDRAWN' ? undefined : customer)

/** The end of a registration that nobody confirmed. */
function lapseOf(before: Customer | undefined): Happening[] {
  if (before?.state !== 'PENDING') return []
  const { customerId, traceId, expiresAt } = before
  return [{ type: 'Registration Lapsed', customerId, traceId, at: expiresAt * 1000, customer: before }]
}

/** Everything that an item says has happened. */
function factsOf(stored: Customer | undefined): Happening[] {
  if (!stored) return []
  const { customerId, traceId } = stored
  const customer = registered(stored)
  const fact = (type: CustomerEventType, at: number, more = {}) => ({
    type,
    customerId,
    traceId,
    at,
    customer,
    ...more,
  })
  if (stored.state === 'WITHDRAWN') return [fact('Customer Withdrawn', stored.withdrawnAt)]
  const { undeliverable } = stored
  return [
    fact('Customer Registered', stored.registeredAt),
    ...stored.mails.flatMap(({ step, sentAt }) =>
      step === undefined || sentAt === undefined ? [] : [fact('Customer Reminded', sentAt, { step })],
    ),
    ...(stored.state === 'CONFIRMED' ? [fact('Customer Confirmed', stored.consent.answered.at)] : []),
    ...(undeliverable ? [fact('Customer Undeliverable', undeliverable.at, { reason: undeliverable.reason })] : []),
  ]
}
