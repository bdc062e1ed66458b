import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import type { ReminderWords } from '@confirmation-reminder/contracts/payload'
import { attemptSeconds, claimsPerReminder, evidenceSeconds } from '@confirmation-reminder/contracts/sending'
import { type Customer, isExpired, isUnsettled, type Mail, type PendingCustomer } from './customer.ts'

// A reminder in doubt fails its run. A person who starts the run again after a day has decided to send.
const doubtSeconds = 86_400

export interface ReminderEvent {
  traceId: string
  /** Which reminder of the plan, from 1. */
  step: number
  words: ReminderWords
  textVersion: string
  tokenHash: string
  now: number
  /** The earliest time for the reminder, given whether it was postponed before. */
  opensAt: (postponedBefore: boolean) => number
}

export type ReminderClaim =
  | { outcome: 'claimed'; customer: PendingCustomer }
  | { outcome: 'postponed'; until: number; customer: PendingCustomer }
  | {
      outcome: /** An earlier attempt may have sent it, and SES's event may still arrive. */
        | 'evidencePending'
        /** Several attempts may have sent it, and no event of SES arrived. */
        | 'inDoubt'
        /** SES accepted an earlier attempt's mail and then refused to deliver it. The next attempt may claim. */
        | 'rejected'
      customer: PendingCustomer
    }
  | { outcome: Exclude<ReminderOutcome, 'sent' | 'postponed'>; customer: Customer | undefined }

/** The run of a registration woke: decides whether the customer still needs a reminder. */
export function claimReminder(stored: Customer | undefined, event: ReminderEvent): ReminderClaim {
  const { traceId, step, now, tokenHash } = event
  if (!stored) return { outcome: 'gone', customer: stored }
  if (stored.traceId !== traceId) return { outcome: 'superseded', customer: stored }
  if (stored.state === 'WITHDRAWN') return { outcome: 'withdrawn', customer: stored }
  const claims = stored.mails.filter((mail) => mail.step === step)
  if (claims.some(({ sentAt }) => sentAt !== undefined)) return { outcome: 'alreadySent', customer: stored }
  if (stored.state === 'CONFIRMED') return { outcome: 'alreadyConfirmed', customer: stored }
  if (isExpired(stored, now)) return { outcome: 'expired', customer: stored }
  if (stored.undeliverable) return { outcome: 'undeliverable', customer: stored }

  if (claims.some(({ id }) => id === tokenHash)) return { outcome: 'claimed', customer: stored }
  const rejected = claims.filter(({ rejectedAt }) => rejectedAt !== undefined)
  if (rejected.length > 0) {
    const mails = stored.mails.filter((mail) => !rejected.includes(mail))
    return { outcome: 'rejected', customer: { ...stored, mails } }
  }
  const youngerThan = (seconds: number) => claims.filter(({ claimedAt }) => now - claimedAt < seconds * 1000)
  if (youngerThan(evidenceSeconds).length > 0) return { outcome: 'evidencePending', customer: stored }
  if (youngerThan(doubtSeconds).length >= claimsPerReminder) return { outcome: 'inDoubt', customer: stored }

  const until = event.opensAt(stored.postponed?.step === step)
  if (until > now) return { outcome: 'postponed', until, customer: { ...stored, postponed: { step, until } } }
  return { outcome: 'claimed', customer: { ...stored, mails: [...stored.mails, claim(stored, event)] } }
}

function claim({ locale }: PendingCustomer, { tokenHash, words, textVersion, step, now }: ReminderEvent): Mail {
  return { id: tokenHash, kind: words, textVersion, locale, step, claimedAt: now }
}

/** Whether a reminder to this customer may be on its way at this moment. */
export function isBeingReminded(customer: Customer, now: number): boolean {
  if (customer.state === 'WITHDRAWN') return false
  return customer.mails.some(
    (mail) => mail.step !== undefined && isUnsettled(mail) && now - mail.claimedAt < attemptSeconds * 1000,
  )
}
