import type { ConsentWay } from '@confirmation-reminder/contracts/functions'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { MailKind } from '@confirmation-reminder/contracts/payload'

/*
 * Only transitions change a customer, one per file: pure functions of the stored customer, the event, and the current
 * time. Each returns a named outcome and the new customer; if nothing changes, that is the same object as before. An
 * event that comes twice, because a response was lost, has its effect once.
 */

/**
 * The one item that DynamoDB holds per customer. Times are milliseconds since 1970, except `expiresAt`, whose unit
 * DynamoDB prescribes.
 */
export type Customer = RegisteredCustomer | WithdrawnCustomer
export type RegisteredCustomer = PendingCustomer | ConfirmedCustomer

interface Named {
  customerId: string
  /** Names this registration and, with the customerId, its run. */
  traceId: string
}

interface Registered extends Named {
  /** Normalised by `parseAddress`. */
  email: string
  locale: Locale
  registeredAt: number
  /** The IP address that registered, as API Gateway saw it. */
  registeredFrom?: string | undefined
  /** The fields that the stage declares, as they were filled. A stage that declares one no longer keeps those it has. */
  attributes?: Record<string, string>
  /** The URL that the registration chose for after the confirmation. */
  returnTo?: string
  /** Every mail of this registration. The token of each works. */
  mails: Mail[]
  /** The step of the plan that waits for its time of day or its share of the spread. */
  postponed?: { step: number; until: number }
  /** What is known of the queues of mail events while a claim waits for its event. */
  readings?: Readings
  /** No more mail is sent to this address. */
  undeliverable?: { reason: UndeliverableReason; at: number }
  /** A restore of the table could not show that a reminder is wanted: none is sent. The links of earlier mails still work. */
  withheld?: Withheld
}

/** Readings of the queues of mail events, without a long gap, since a reminder of the step was claimed. */
export interface Readings {
  step: number
  /** The first reading and the last, no matter what they found. */
  since: number
  until: number
  /** The first of the last readings that all found the queues empty. */
  emptySince?: number
}

export interface PendingCustomer extends Registered {
  state: 'PENDING'
  /** Seconds since 1970. From then on the customer counts as deleted, even while the item still exists. */
  expiresAt: number
}

export interface ConfirmedCustomer extends Registered {
  state: 'CONFIRMED'
  consent: Consent
}

/**
 * The proof of a consent (GDPR, article 7): the question, its words, and who answered when and from where.
 * The IP address of the answer is kept, because it is the only trace of the person that API Gateway itself observed, and
 * courts expect it beside the time. The user agent is not: a browser may claim any, so it proves nothing and would only
 * be more personal data.
 */
export interface Consent {
  asked: { kind: MailKind; textVersion: string; locale: Locale; at: number }
  /** `by` is how the answer was given, as the page said. Older consents do not have it. */
  answered: { answer: 'confirmed'; at: number; from?: string | undefined; by?: ConsentWay | undefined }
}

/**
 * What is left of a customer who said "this was not me": a tombstone with neither address nor language. While
 * it exists, it blocks mails to the address, because the address leads to its customerId, but not the reverse.
 */
export interface WithdrawnCustomer extends Named {
  state: 'WITHDRAWN'
  withdrawnAt: number
  /** Hashes of the tokens that led here, so that a second click finds the result of the first. */
  tokenHashes: string[]
  /** Seconds since 1970. From then on the address may be registered again. */
  expiresAt: number
}

/** `unknown`: a restore of the table found only that it was one of the two. */
export type UndeliverableReason = 'bounce' | 'complaint' | 'unknown'

/**
 * Why a restore withholds reminders.
 * - `confirmed`: the customer confirmed at this moment, but the consent itself is lost
 * - `unknown`: a reminder may have been sent, or an answer given, since this moment, and no record of it is left
 */
export interface Withheld {
  reason: 'confirmed' | 'unknown'
  at: number
}

/**
 * A mail is claimed before it is sent and recorded after. A claim without a record means that it is on its way, or
 * that the sender died: SES's events about the mail show which.
 */
export interface Mail {
  /** The hash of the token that the mail carries. It names the mail: SES's events quote it. */
  id: string
  /** Its kind of text. With version and language it identifies the exact words, even years later. */
  kind: MailKind
  textVersion: string
  locale: Locale
  /** For a reminder: its step in the plan, from 1. */
  step?: number
  claimedAt: number
  /** SES accepted it. */
  sentAt?: number
  /** SES accepted it and then refused to deliver it: it will never arrive. */
  rejectedAt?: number
}

/** Whether a mail is claimed and its outcome is not known yet. */
export function isUnsettled({ sentAt, rejectedAt }: Mail): boolean {
  return sentAt === undefined && rejectedAt === undefined
}

/** Whether a registration, or a tombstone, has lapsed. A confirmed customer never does. */
export function isExpired(customer: Customer, now: number): boolean {
  return customer.state !== 'CONFIRMED' && now >= customer.expiresAt * 1000
}

/** The hashes of the tokens that lead to this customer. */
export function tokenHashesOf(customer: Customer): string[] {
  return customer.state === 'WITHDRAWN' ? customer.tokenHashes : customer.mails.map(({ id }) => id)
}
