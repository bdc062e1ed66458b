import type { Locale } from '@confirmation-reminder/contracts/locale'
import { usualEvidenceSeconds } from '@confirmation-reminder/contracts/sending'
import {
  type ConfirmedCustomer,
  type Customer,
  isExpired,
  isUnsettled,
  type Mail,
  type PendingCustomer,
  type RegisteredCustomer,
} from './customer.ts'

const minute = 60_000
const day = 24 * 60 * minute

// A mailbox must not be flooded by strangers who type its address: often enough for an impatient person, and no more.
const pauseBetweenMails = minute
const confirmationMailsPerDay = 5
// While SES loses every answer, no mail is known to be sent, but the item must not grow without a limit.
const claimsPerDay = 50
// Strangers may register a confirmed address every day for years; the links in those mails need not live as long.
const alreadyConfirmedMailsKept = 10

export interface RegistrationEvent {
  customerId: string
  email: string
  /** The language asked for. */
  locale?: Locale
  /** The language to fall back to if no better one is known. */
  guessedLocale: Locale
  /** The IP address that registers. */
  from?: string
  /** The fields that the stage declares, as far as they were filled. */
  attributes?: Record<string, string>
  /** Where the confirmation leads, if the registration says so. */
  returnTo?: string
  /** Names the registration, if it turns out to be a new one. */
  traceId: string
  /** The hash of the mail's token, if a mail is to be sent. */
  tokenHash: string
  textVersion: string
  /** How long an unanswered registration lives, in seconds. */
  lifetimeSeconds: number
  now: number
}

export type Registered =
  | {
      outcome: /** The mail is the caller's to send. */
        | 'claimed'
        /** A mail was sent recently; no other is needed. */
        | 'recentlySent'
        /** Another mail is claimed and its outcome is unknown: ask again in a moment. */
        | 'unresolved'
      customer: RegisteredCustomer
    }
  /** No mail may be sent to this address: it was withdrawn, or its mail bounces. */
  | { outcome: 'heldOff'; customer: Customer }

/**
 * Registers an address: for the first time, again while pending, when already confirmed, or after the registration lapsed.
 *
 * Attributes follow the language. A pending customer gets the new ones, one by one, together with the next mail, because the
 * answer to a mail is about what was known when it was claimed. A registration that brings no mail changes nothing. A confirmed
 * customer keeps the earlier ones: the new ones are not confirmed by anyone. After a registration lapsed, only the new ones are kept.
 */
export function register(stored: Customer | undefined, event: RegistrationEvent): Registered {
  if (!stored || isExpired(stored, event.now)) return { outcome: 'claimed', customer: newCustomer(event) }
  if (stored.state === 'WITHDRAWN' || stored.undeliverable) return { outcome: 'heldOff', customer: stored }
  return stored.state === 'CONFIRMED' ? registerConfirmed(stored, event) : registerPending(stored, event)
}

function newCustomer(event: RegistrationEvent): PendingCustomer {
  const { customerId, email, traceId, from, now, lifetimeSeconds, locale = event.guessedLocale } = event
  return {
    customerId,
    email,
    locale,
    state: 'PENDING',
    traceId,
    registeredAt: now,
    registeredFrom: from,
    ...chosen(event),
    expiresAt: Math.floor(now / 1000) + lifetimeSeconds,
    mails: [claim('confirmation', locale, event)],
  }
}

function registerPending(customer: PendingCustomer, event: RegistrationEvent): Registered {
  const { tokenHash, now, locale = customer.locale } = event
  const mails = ofTheLastDay('confirmation', customer.mails, now)
  if (mails.some(({ id }) => id === tokenHash)) return { outcome: 'claimed', customer }
  if (mails.some((mail) => isOnItsWay(mail, now))) return { outcome: 'unresolved', customer }
  if (mails.some(({ sentAt = Number.NEGATIVE_INFINITY }) => now - sentAt < pauseBetweenMails)) {
    return { outcome: 'recentlySent', customer }
  }
  const known = mails.filter((mail) => !isUnsettled(mail) || now - mail.claimedAt < usualEvidenceSeconds * 1000)
  if (known.length >= confirmationMailsPerDay || mails.length >= claimsPerDay) {
    return { outcome: mails.some(({ sentAt }) => sentAt !== undefined) ? 'recentlySent' : 'unresolved', customer }
  }
  const claimed = [...customer.mails, claim('confirmation', locale, event)]
  return { outcome: 'claimed', customer: { ...customer, ...chosen(event, customer), locale, mails: claimed } }
}

/** What registrations say besides the address and the language: the last one that says something counts. */
function chosen(
  event: RegistrationEvent,
  earlier: Partial<PendingCustomer> = {},
): Pick<PendingCustomer, 'attributes' | 'returnTo'> {
  const attributes = { ...earlier.attributes, ...event.attributes }
  const { returnTo = earlier.returnTo } = event
  return { ...(Object.keys(attributes).length > 0 && { attributes }), ...(returnTo !== undefined && { returnTo }) }
}

/** One mail a day says "already confirmed". */
function registerConfirmed(customer: ConfirmedCustomer, event: RegistrationEvent): Registered {
  const { tokenHash, now } = event
  const mails = ofTheLastDay('alreadyConfirmed', customer.mails, now)
  if (mails.some(({ id }) => id === tokenHash)) return { outcome: 'claimed', customer }
  if (mails.some((mail) => isOnItsWay(mail, now))) return { outcome: 'unresolved', customer }
  // No person waits for this mail: after a claim without a mail the next one may come a day later.
  if (mails.length > 0) return { outcome: 'recentlySent', customer }
  const earlier = customer.mails.filter(({ kind }) => kind === 'alreadyConfirmed')
  const forgotten = earlier.slice(0, Math.max(0, earlier.length + 1 - alreadyConfirmedMailsKept))
  const kept = customer.mails.filter((mail) => !forgotten.includes(mail))
  const claimed = [...kept, claim('alreadyConfirmed', customer.locale, event)]
  return { outcome: 'claimed', customer: { ...customer, mails: claimed } }
}

function claim(kind: Mail['kind'], locale: Locale, { tokenHash, textVersion, now }: RegistrationEvent): Mail {
  return { id: tokenHash, kind, textVersion, locale, claimedAt: now }
}

/** A mail counts from the moment when it was sent or, if that is not known, claimed. One that SES rejected never counts. */
const ofTheLastDay = (kind: Mail['kind'], mails: Mail[], now: number) =>
  mails.filter(
    (mail) => mail.kind === kind && mail.rejectedAt === undefined && now - (mail.sentAt ?? mail.claimedAt) < day,
  )

/**
 * After a minute the function that claimed it has ended, because none of our functions runs that long. SES's event about
 * the mail usually arrives within seconds and settles it. If no event arrives, the mail is claimed again, though a
 * reminder would wait for `evidenceSeconds`: a person is waiting for this mail and has asked for it again, and asking
 * again brings a second confirmation mail anyway.
 */
const isOnItsWay = (mail: Mail, now: number) => isUnsettled(mail) && now - mail.claimedAt < minute
