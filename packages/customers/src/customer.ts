import type { Locale } from '@confirmation-reminder/contracts/functions'

/**
 * The one item that DynamoDB holds per customer. Times are milliseconds since 1970, except `expiresAt`, whose unit
 * DynamoDB prescribes.
 */
export type Customer = PendingCustomer | ConfirmedCustomer

interface Registered {
  customerId: string
  /** Normalised by `parseAddress`. */
  email: string
  locale: Locale
  /** Names this registration and, with the customerId, its run. */
  traceId: string
  registeredAt: number
  /** Hashes of every token of this registration that a mail may have carried. Each of them confirms. */
  tokenHashes: string[]
  /** Mails about the present state: confirmation mails while pending, "already confirmed" mails after. */
  mails: Mail[]
  /** The reminder of this registration, from the moment when an attempt claims it. */
  reminder?: Mail
}

export interface PendingCustomer extends Registered {
  state: 'PENDING'
  /** Seconds since 1970. From then on the customer counts as not there, even while the row lingers. */
  expiresAt: number
}

export interface ConfirmedCustomer extends Registered {
  state: 'CONFIRMED'
  confirmedAt: number
}

/**
 * A mail is claimed before it is sent and recorded after. A claim without a record means that it is on its way,
 * or that whoever sent it died: nobody can tell which.
 */
export interface Mail {
  /** The hash of the token that the mail carries: it names the mail. */
  id: string
  claimedAt: number
  sentAt?: number
}

/** Whether a registration has lapsed. A confirmed customer never does. */
export function isExpired(customer: Customer, now: number): boolean {
  return customer.state === 'PENDING' && now >= customer.expiresAt * 1000
}
