import type { ReminderWords } from '@confirmation-reminder/contracts/payload'
import {
  type Customer,
  isExpired,
  isUnsettled,
  type Mail,
  type PendingCustomer,
  tokenHashesOf,
  type Withheld,
} from './customer.ts'
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
  /** The last withdrawal, and the registration that it ended. */
  withdrawal?: { traceId: string; at: number }
  /** When the customer confirmed this registration. */
  confirmedAt?: number
  /** When it was known that no mail reaches the customer. */
  undeliverableAt?: number
  /** The reminders of this registration that were sent. */
  reminders: SentReminder[]
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
    | 'uncertain'
    | 'undeliverable'
    | 'reminded'
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
    const names = { customerId, traceId: withdrawal.traceId, tokenHashes: tokenHashesOf(stored) }
    const customer = tombstone(names, { holdDays, now: withdrawal.at })
    return { outcome: isExpired(customer, now) ? 'lapsed' : 'withdrawn', customer }
  }
  if (isExpired(stored, now)) return { outcome: 'lapsed', customer: stored }
  if (stored.state === 'WITHDRAWN') return { outcome: 'unchanged', customer: stored }

  const marked =
    undeliverableAt === undefined
      ? stored
      : (markUndeliverable(stored, { reason: 'unknown', at: undeliverableAt }).customer as typeof stored)
  const undeliverable = { outcome: 'undeliverable', customer: marked } as const
  if (marked.state === 'CONFIRMED') {
    return marked === stored ? { outcome: 'unchanged', customer: stored } : undeliverable
  }
  const reminded = findings.reminders.reduce(withReminder, marked)
  if (confirmedAt !== undefined) {
    return { outcome: 'confirmed', customer: withheld(reminded, 'confirmed', confirmedAt) }
  }
  if (marked !== stored) return { ...undeliverable, customer: reminded }
  const isClaimed = reminded.mails.some((mail) => mail.step !== undefined && isUnsettled(mail))
  if (findings.isOpen && (findings.isUncertain || isClaimed)) {
    return { outcome: 'uncertain', customer: withheld(reminded, 'unknown', since) }
  }
  return { outcome: reminded === stored ? 'unchanged' : 'reminded', customer: reminded }
}

/** A pending customer who gets no reminder. One whose reminders are withheld already keeps the first reason. */
export function withheld(customer: PendingCustomer, reason: Withheld['reason'], at: number): PendingCustomer {
  return customer.withheld ? customer : { ...customer, withheld: { reason, at } }
}

/** Whether the customer knows more than this withdrawal: they registered again after it, or have withdrawn. */
function isEarlier({ traceId, at }: { traceId: string; at: number }, stored: Customer): boolean {
  if (stored.state === 'WITHDRAWN') return stored.traceId === traceId || stored.withdrawnAt >= at
  return stored.traceId !== traceId && stored.registeredAt >= at
}

/** The reminder as sent: its claim, if the customer has it, or else a mail whose token is lost. */
function withReminder(customer: PendingCustomer, { step, words, claimedAt, sentAt }: SentReminder): PendingCustomer {
  const ofStep = customer.mails.filter((mail) => mail.step === step)
  if (ofStep.some((mail) => mail.sentAt !== undefined)) return customer
  const claim = ofStep.find(isUnsettled)
  if (claim) {
    return settle(customer, { claim: claim.id, finding: 'accepted', at: sentAt }).customer as PendingCustomer
  }
  const { locale } = customer
  const mail: Mail = { id: lostToken, kind: words, textVersion: 'unknown', locale, step, claimedAt, sentAt }
  return { ...customer, mails: [...customer.mails, mail] }
}

// No hash of a token: no link leads to it.
const lostToken = 'lost'
