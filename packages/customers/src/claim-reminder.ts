import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import type { ReminderWords } from '@confirmation-reminder/contracts/payload'
import {
  attemptSeconds,
  claimsPerReminder,
  evidenceSeconds,
  longestReadingGapSeconds,
  quietSeconds,
} from '@confirmation-reminder/contracts/sending'
import { type Customer, isExpired, isUnsettled, type Mail, type PendingCustomer } from './customer.ts'

// A reminder in doubt fails its run. A person who starts the run again a day after the last claim has decided to send.
const doubtSeconds = 86_400

export interface ReminderEvent {
  traceId: string
  /** Which reminder of the plan, from 1. */
  step: number
  words: ReminderWords
  textVersion: string
  tokenHash: string
  now: number
  /** Whether no event of SES was on its way to the customers at this moment. Left out: this was not asked yet. */
  noEvents?: boolean
  /** The earliest time for the reminder, given whether it was postponed before. */
  opensAt: (postponedBefore: boolean) => number
}

export type ReminderClaim =
  | { outcome: 'claimed'; customer: PendingCustomer }
  | { outcome: 'postponed'; until: number; customer: PendingCustomer }
  /** An earlier attempt, of that time, may have sent it, and SES's event may still arrive. */
  | { outcome: 'evidencePending'; claimedAt: number; customer: PendingCustomer }
  | {
      outcome: /** The same, and only a look at the way of the events shows whether one may still arrive. */
        | 'evidenceOverdue'
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
  const last = claims.at(-1)
  if (!last) return claimOrPostpone(stored, event)
  const age = now - last.claimedAt
  const pending = { outcome: 'evidencePending', claimedAt: last.claimedAt } as const
  if (age < evidenceSeconds * 1000) return { ...pending, customer: stored }
  if (event.noEvents === undefined) return { outcome: 'evidenceOverdue', customer: stored }
  const read = withReading(stored, event)
  if (!isSilent(read)) return { ...pending, customer: read }
  if (claims.length >= claimsPerReminder && age < doubtSeconds * 1000) return { outcome: 'inDoubt', customer: read }
  return claimOrPostpone(read, event)
}

/** The customer with what a reading of the way of the events found. */
function withReading(stored: PendingCustomer, { step, now, noEvents }: ReminderEvent): PendingCustomer {
  const { silence: before, ...customer } = stored
  if (!noEvents) return before ? customer : stored
  const continues = before?.step === step && now - before.until <= longestReadingGapSeconds * 1000
  return { ...customer, silence: { step, since: continues ? before.since : now, until: now } }
}

/** Whether each of several readings found nothing, for long enough. */
function isSilent({ silence }: PendingCustomer): boolean {
  return silence !== undefined && silence.until - silence.since >= quietSeconds * 1000
}

function claimOrPostpone({ silence: _, ...stored }: PendingCustomer, event: ReminderEvent): ReminderClaim {
  const { step, now } = event
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
