import type { Locale } from '@confirmation-reminder/contracts/functions'
import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import { type ConfirmedCustomer, type Customer, isExpired, type Mail, type PendingCustomer } from './customer.ts'
import { isAmong } from './token.ts'

/*
 * Every transition that a customer may make, as pure functions of the customer as stored, what happened, and now
 * (milliseconds since 1970). Each returns a named outcome and the customer from then on; where nothing changes, that
 * is the very object it was given. An event that comes twice, because an answer was lost, has its effect once.
 */

const minute = 60_000
const day = 24 * 60 * minute

// A mailbox must not be flooded by strangers who type its address: often enough for somebody impatient, and no more.
const pauseBetweenMails = minute
const confirmationMailsPerDay = 5

export interface RegistrationEvent {
  customerId: string
  email: string
  /** The language asked for. */
  locale?: Locale
  /** The language to fall back to, where nothing better is known. */
  guessedLocale: Locale
  /** Names the registration, if it turns out to be a new one. */
  traceId: string
  /** The hash of the token of the mail, if there is to be one. */
  tokenHash: string
  /** How long an unanswered registration lives, in seconds. */
  lifetimeSeconds: number
  now: number
}

export interface Registered {
  outcome: /** The mail is the caller's to send. */
    | 'claimed'
    /** A mail went out recently; that is enough. */
    | 'recentlySent'
    /** Another mail is claimed and nothing is known of it yet: ask again in a moment. */
    | 'unresolved'
  customer: Customer
}

/** Somebody registers: for the first time, again while pending, when already confirmed, or after the registration lapsed. */
export function register(stored: Customer | undefined, event: RegistrationEvent): Registered {
  if (!stored || isExpired(stored, event.now)) return { outcome: 'claimed', customer: newCustomer(event) }
  return stored.state === 'CONFIRMED' ? registerConfirmed(stored, event) : registerPending(stored, event)
}

function newCustomer({ customerId, email, traceId, tokenHash, now, ...event }: RegistrationEvent): PendingCustomer {
  return {
    customerId,
    email,
    locale: event.locale ?? event.guessedLocale,
    state: 'PENDING',
    traceId,
    registeredAt: now,
    expiresAt: Math.floor(now / 1000) + event.lifetimeSeconds,
    tokenHashes: [tokenHash],
    mails: [{ id: tokenHash, claimedAt: now }],
  }
}

function registerPending(customer: PendingCustomer, { tokenHash, now, locale }: RegistrationEvent): Registered {
  const mails = ofTheLastDay(customer.mails, now)
  if (mails.some(({ id }) => id === tokenHash)) return { outcome: 'claimed', customer }
  if (mails.some((mail) => isOnItsWay(mail, now))) return { outcome: 'unresolved', customer }
  if (mails.some(({ sentAt }) => sentAt !== undefined && now - sentAt < pauseBetweenMails)) {
    return { outcome: 'recentlySent', customer }
  }
  // A claim that came to nothing counts too, for it may have been sent. Yet five of those are no mail that we know of.
  if (mails.length >= confirmationMailsPerDay) {
    return { outcome: mails.some(({ sentAt }) => sentAt) ? 'recentlySent' : 'unresolved', customer }
  }
  return {
    outcome: 'claimed',
    customer: {
      ...customer,
      locale: locale ?? customer.locale,
      tokenHashes: [...customer.tokenHashes, tokenHash],
      mails: [...mails, { id: tokenHash, claimedAt: now }],
    },
  }
}

/** One mail a day says "already confirmed". It carries no token, for there is nothing left to confirm. */
function registerConfirmed(customer: ConfirmedCustomer, { tokenHash, now }: RegistrationEvent): Registered {
  const mails = ofTheLastDay(customer.mails, now)
  if (mails.some(({ id }) => id === tokenHash)) return { outcome: 'claimed', customer }
  if (mails.some((mail) => isOnItsWay(mail, now))) return { outcome: 'unresolved', customer }
  // Nobody waits for this mail: after a claim that came to nothing the next one may as well come tomorrow.
  if (mails.length > 0) return { outcome: 'recentlySent', customer }
  return { outcome: 'claimed', customer: { ...customer, mails: [{ id: tokenHash, claimedAt: now }] } }
}

/** A mail counts from the moment when it was sent or, if nobody knows, claimed. */
const ofTheLastDay = (mails: Mail[], now: number) =>
  mails.filter(({ claimedAt, sentAt = claimedAt }) => now - sentAt < day)

/** After a minute whoever claimed it is long dead: no function of ours runs that long. */
const isOnItsWay = ({ claimedAt, sentAt }: Mail, now: number) => sentAt === undefined && now - claimedAt < minute

/** The mail of this claim was accepted by SES. */
export function recordMail(stored: Customer | undefined, event: { tokenHash: string; now: number }) {
  const claim = stored?.mails.find(({ id }) => id === event.tokenHash)
  if (!stored || !claim || claim.sentAt !== undefined) return { outcome: 'unchanged', customer: stored } as const
  const mails = stored.mails.map((mail) => (mail === claim ? { ...mail, sentAt: event.now } : mail))
  return { outcome: 'recorded', customer: { ...stored, mails } } as const
}

/** The mail of this claim was certainly not sent: as if it had never been claimed. */
export function releaseMail(stored: Customer | undefined, { tokenHash }: { tokenHash: string }) {
  const claim = stored?.mails.find(({ id }) => id === tokenHash)
  if (!stored || !claim || claim.sentAt !== undefined) return { outcome: 'unchanged', customer: stored } as const
  const mails = stored.mails.filter((mail) => mail !== claim)
  return { outcome: 'released', customer: { ...withoutToken(stored, tokenHash), mails } } as const
}

export interface Confirmed {
  outcome: 'confirmed' | 'unknown' | 'expired'
  customer: Customer | undefined
}

/** Somebody confirms by the token of any mail of the registration. Doing so again changes nothing. */
export function confirm(stored: Customer | undefined, event: { tokenHash: string; now: number }): Confirmed {
  if (!stored || !isAmong(event.tokenHash, stored.tokenHashes)) return { outcome: 'unknown', customer: stored }
  if (stored.state === 'CONFIRMED') return { outcome: 'confirmed', customer: stored }
  if (isExpired(stored, event.now)) return { outcome: 'expired', customer: stored }
  const { expiresAt: _, ...lasting } = stored
  return {
    outcome: 'confirmed',
    customer: { ...lasting, state: 'CONFIRMED', confirmedAt: event.now, mails: [] },
  }
}

export type ReminderClaim =
  | { outcome: 'claimed'; customer: PendingCustomer }
  | { outcome: Exclude<ReminderOutcome, 'sent'>; customer: Customer | undefined }

/** The run of a registration woke: is there still somebody to remind? */
export function claimReminder(
  stored: Customer | undefined,
  { traceId, tokenHash, now }: { traceId: string; tokenHash: string; now: number },
): ReminderClaim {
  if (!stored) return { outcome: 'gone', customer: stored }
  if (stored.traceId !== traceId) return { outcome: 'superseded', customer: stored }
  if (stored.reminder?.sentAt !== undefined) return { outcome: 'alreadySent', customer: stored }
  if (stored.state === 'CONFIRMED') return { outcome: 'alreadyConfirmed', customer: stored }
  if (isExpired(stored, now)) return { outcome: 'expired', customer: stored }
  if (stored.reminder?.id === tokenHash) return { outcome: 'claimed', customer: stored }
  // A claim without a record may have been sent. Until there is evidence, a reminder too many beats one that is lost;
  // the tokens of both confirm.
  return {
    outcome: 'claimed',
    customer: {
      ...stored,
      tokenHashes: [...stored.tokenHashes, tokenHash],
      reminder: { id: tokenHash, claimedAt: now },
    },
  }
}

/** SES accepted a reminder of this registration, whoever has claimed it since. */
export function recordReminder(stored: Customer | undefined, event: { traceId: string; now: number }) {
  if (!stored?.reminder || stored.traceId !== event.traceId || stored.reminder.sentAt !== undefined) {
    return { outcome: 'unchanged', customer: stored } as const
  }
  return { outcome: 'recorded', customer: { ...stored, reminder: { ...stored.reminder, sentAt: event.now } } } as const
}

/** The reminder of this claim was certainly not sent: the next attempt may claim it. */
export function releaseReminder(stored: Customer | undefined, { tokenHash }: { tokenHash: string }) {
  if (!stored?.reminder || stored.reminder.id !== tokenHash || stored.reminder.sentAt !== undefined) {
    return { outcome: 'unchanged', customer: stored } as const
  }
  const { reminder: _, ...unclaimed } = withoutToken(stored, tokenHash)
  return { outcome: 'released', customer: unclaimed } as const
}

const withoutToken = <C extends Customer>(customer: C, tokenHash: string): C => ({
  ...customer,
  tokenHashes: customer.tokenHashes.filter((hash) => hash !== tokenHash),
})
