import type { ReminderWords } from '@confirmation-reminder/contracts/payload'
import {
  type Customer,
  isExpired,
  isUnsettled,
  type Mail,
  type PendingCustomer,
  type RegisteredCustomer,
  tokenHashesOf,
  type Withheld,
} from './customer.ts'
import { keepRegistration } from './keep-registration.ts'
import { markUndeliverable, settle } from './settle.ts'
import { tombstone } from './withdraw.ts'

/** A reminder that a run sent, as its history says. Times are milliseconds since 1970. */
export interface SentReminder {
  step: number
  words: ReminderWords
  claimedAt: number
  sentAt: number
}

/** What is known of a customer since the moment to which the table was restored. */
export interface Findings {
  /** The last withdrawal, the registration that it ended, and the hashes of the tokens of its mails, as far as they are known. */
  withdrawal?: { traceId: string; at: number; tokenHashes?: string[] }
  /** When the customer confirmed this registration. */
  confirmedAt?: number
  /** When it was known that no mail reaches the customer. */
  undeliverableAt?: number
  /** The mails of this registration that were sent, with the hashes of their tokens. */
  mails: Mail[]
  /** Its reminders that were sent, of which the hash may be lost. */
  reminders: SentReminder[]
  /** How long the run has kept an unanswered registration, in seconds since it was made. */
  lifetimeSeconds?: number
  /** Whether the run of this registration may send a reminder. */
  isOpen: boolean
  /** Whether a reminder may have been sent, or an answer given, of which no record is left. */
  isUncertain: boolean
}

export interface Restored {
  outcome: /** Nothing is known that the customer does not say. */
    | 'unchanged'
    /** The registration, or the hold after a withdrawal, is over: there is nothing to restore. */
    | 'lapsed'
    | 'withdrawn'
    | 'confirmed'
    /** Confirmed, but so long ago that nothing is left to restore. */
    | 'lapsedConfirmed'
    | 'uncertain'
    | 'undeliverable'
    /** Mails that were sent are recorded, and nothing else is known. */
    | 'mailed'
  customer: Customer
}

/**
 * Makes a customer of a restored table safe: brings in what happened after the moment to which the table was restored, as
 * far as it is known, and withholds reminders if it is not. A confirmation without its consent is not invented: the
 * customer stays pending, gets no reminder, and can confirm again by the link of any mail.
 * @param since the moment to which the table was restored
 */
export function restored(
  stored: Customer,
  findings: Findings,
  { now, since, holdDays }: { now: number; since: number; holdDays: number },
): Restored {
  const { withdrawal, confirmedAt, undeliverableAt } = findings
  if (withdrawal && !isEarlier(withdrawal, stored)) {
    const { customerId } = stored
    const since = [...findings.mails.map(({ id }) => id), ...(withdrawal.tokenHashes ?? [])]
    const tokenHashes = [...new Set([...tokenHashesOf(stored), ...since])]
    const names = { customerId, traceId: withdrawal.traceId, tokenHashes }
    const customer = tombstone(names, { holdDays, now: withdrawal.at })
    return { outcome: isExpired(customer, now) ? 'lapsed' : 'withdrawn', customer }
  }
  const { lifetimeSeconds } = findings
  const open = keepRegistration(stored, { traceId: stored.traceId, lifetimeSeconds, now: since }).customer ?? stored
  const kept = confirmedAt === undefined ? open : keepConfirmed(open, confirmedAt)
  if (isExpired(kept, now)) {
    const wasConfirmed = kept.state === 'PENDING' && confirmedAt !== undefined
    return { outcome: wasConfirmed ? 'lapsedConfirmed' : 'lapsed', customer: stored }
  }
  if (kept.state === 'WITHDRAWN') return { outcome: 'unchanged', customer: stored }

  const mailed = findings.reminders.reduce(withReminder, findings.mails.reduce(withMail, kept))
  const marked =
    undeliverableAt === undefined
      ? mailed
      : markUndeliverable(mailed, { reason: 'unknown', at: undeliverableAt }).customer
  const isMarked = marked !== mailed
  const customer = marked as RegisteredCustomer
  if (customer.state === 'PENDING' && confirmedAt !== undefined) {
    return { outcome: 'confirmed', customer: withheld(customer, 'confirmed', confirmedAt) }
  }
  if (isMarked) return { outcome: 'undeliverable', customer }
  const isClaimed = customer.mails.some((mail) => mail.step !== undefined && isUnsettled(mail))
  if (customer.state === 'PENDING' && findings.isOpen && (findings.isUncertain || isClaimed)) {
    return { outcome: 'uncertain', customer: withheld(customer, 'unknown', since) }
  }
  return { outcome: customer === kept ? 'unchanged' : 'mailed', customer }
}

// Their registration would soon lapse, and they believe that they are customers. This leaves time to ask them again.
const confirmedForDays = 30

/** A pending customer who has confirmed keeps their registration, so that their links still work. */
function keepConfirmed(stored: Customer, confirmedAt: number): Customer {
  if (stored.state !== 'PENDING') return stored
  const expiresAt = Math.floor(confirmedAt / 1000) + confirmedForDays * 86_400
  return { ...stored, expiresAt: Math.max(stored.expiresAt, expiresAt) }
}

/** A pending customer who gets no reminder. One whose reminders are withheld already keeps the first reason. */
export function withheld(customer: PendingCustomer, reason: Withheld['reason'], at: number): PendingCustomer {
  return customer.withheld ? customer : { ...customer, withheld: { reason, at } }
}

/** Whether the customer knows more than this withdrawal: they registered again after it, or have withdrawn. */
function isEarlier({ traceId, at }: NonNullable<Findings['withdrawal']>, stored: Customer): boolean {
  if (stored.state === 'WITHDRAWN') return stored.traceId === traceId || stored.withdrawnAt >= at
  return stored.traceId !== traceId && stored.registeredAt >= at
}

/** The mail as sent. A customer who has its claim knows more of it. */
function withMail(customer: RegisteredCustomer, mail: Mail): RegisteredCustomer {
  const { id: claim, sentAt = mail.claimedAt } = mail
  if (!customer.mails.some(({ id }) => id === claim)) return { ...customer, mails: [...customer.mails, mail] }
  return settle(customer, { claim, finding: 'accepted', at: sentAt }).customer as RegisteredCustomer
}

/** The reminder as sent: its claim, if the customer has it, or else a mail whose token is lost, with an id that is no hash of a token. */
function withReminder(customer: RegisteredCustomer, { step, words, ...times }: SentReminder): RegisteredCustomer {
  const ofStep = customer.mails.filter((mail) => mail.step === step)
  if (ofStep.some((mail) => mail.sentAt !== undefined)) return customer
  const { id, textVersion } = ofStep.find(isUnsettled) ?? { id: `lost-${step}`, textVersion: 'unknown' }
  return withMail(customer, { id, kind: words, textVersion, locale: customer.locale, step, ...times })
}
