import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import type { ReminderWords } from '@confirmation-reminder/contracts/payload'
import {
  attemptSeconds,
  claimsPerReminder,
  evidenceSeconds,
  longestReadingGapSeconds,
  quietSeconds,
} from '@confirmation-reminder/contracts/sending'
import { type Customer, isExpired, isUnsettled, type Mail, type PendingCustomer, type Readings } from './customer.ts'
import { keepRegistration } from './keep-registration.ts'

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
  /** Whether the queues of mail events were empty at this moment. Left out: they were not read yet. */
  noEvents?: boolean
  /** How long the plan of the run keeps the registration: see `keepRegistration`. */
  lifetimeSeconds?: number | undefined
  /** The earliest time for the reminder, given whether it was postponed before. */
  opensAt: (postponedBefore: boolean) => number
}

export type ReminderClaim =
  | { outcome: 'claimed'; customer: PendingCustomer }
  | { outcome: 'postponed'; until: number; customer: PendingCustomer }
  | {
      outcome: /** An earlier attempt may have sent it, and SES's event may still arrive. */
        | 'evidencePending'
        /** The same, and the decision needs a reading of the queues of mail events. */
        | 'readingNeeded'
      /** When the first of these attempts claimed it. */
      waitingSince: number
      customer: PendingCustomer
    }
  | {
      outcome: /** Several attempts may have sent it, and no event of SES arrived. */
        | 'inDoubt'
        /** SES accepted an earlier attempt's mail and then refused to deliver it. The next attempt may claim. */
        | 'rejected'
      customer: PendingCustomer
    }
  | { outcome: Exclude<ReminderOutcome, 'sent' | 'postponed' | 'kept'>; customer: Customer | undefined }

/** The run of a registration woke: decides whether the customer still needs a reminder. */
export function claimReminder(before: Customer | undefined, event: ReminderEvent): ReminderClaim {
  const { traceId, step, now, tokenHash } = event
  const stored = keepRegistration(before, event).customer
  if (!stored) return { outcome: 'gone', customer: stored }
  if (stored.traceId !== traceId) return { outcome: 'superseded', customer: stored }
  if (stored.state === 'WITHDRAWN') return { outcome: 'withdrawn', customer: stored }
  const claims = stored.mails.filter((mail) => mail.step === step)
  if (claims.some(({ sentAt }) => sentAt !== undefined)) return { outcome: 'alreadySent', customer: stored }
  if (stored.state === 'CONFIRMED') return { outcome: 'alreadyConfirmed', customer: stored }
  if (isExpired(stored, now)) return { outcome: 'expired', customer: stored }
  if (stored.undeliverable) return { outcome: 'undeliverable', customer: stored }
  if (stored.withheld) return { outcome: 'withheld', customer: stored }

  if (claims.some(({ id }) => id === tokenHash)) return { outcome: 'claimed', customer: stored }
  const rejected = claims.filter(({ rejectedAt }) => rejectedAt !== undefined)
  if (rejected.length > 0) {
    const mails = stored.mails.filter((mail) => !rejected.includes(mail))
    return { outcome: 'rejected', customer: { ...stored, mails } }
  }
  const [first, last] = [claims[0], claims.at(-1)]
  if (!first || !last) return claimOrPostpone(stored, event)
  const age = now - last.claimedAt
  const waitingSince = first.claimedAt
  if (age < attemptSeconds * 1000) return { outcome: 'evidencePending', waitingSince, customer: stored }
  if (event.noEvents === undefined) return { outcome: 'readingNeeded', waitingSince, customer: stored }
  const readings = withReading(stored.readings, { step, now, noEvents: event.noEvents, claimedAt: last.claimedAt })
  const read = { ...stored, readings }
  if (!isSilent(readings)) return { outcome: 'evidencePending', waitingSince, customer: read }
  if (claims.length >= claimsPerReminder && age < doubtSeconds * 1000) return { outcome: 'inDoubt', customer: read }
  return claimOrPostpone(read, event)
}

/** The readings since the last claim, with one more. After a long gap they begin again: an outage may have delayed events too. */
function withReading(
  before: Readings | undefined,
  { step, now, noEvents, claimedAt }: { step: number; now: number; noEvents: boolean; claimedAt: number },
): Readings {
  const isOfClaim = before?.step === step && before.since >= claimedAt
  const continued = isOfClaim && now - before.until <= longestReadingGapSeconds * 1000 ? before : undefined
  const since = continued?.since ?? now
  return { step, since, until: now, ...(noEvents && { emptySince: continued?.emptySince ?? now }) }
}

/** Whether SES and SNS had enough time to deliver an event, and the last readings, far enough apart, found none. */
function isSilent({ since, until, emptySince = until }: Readings): boolean {
  return until - since >= evidenceSeconds * 1000 && until - emptySince >= quietSeconds * 1000
}

function claimOrPostpone(stored: PendingCustomer, event: ReminderEvent): ReminderClaim {
  const { step, now } = event
  const { readings } = stored
  const until = event.opensAt(stored.postponed?.step === step)
  if (until > now) {
    // The run itself waits until then, so this gap is none.
    const kept = readings && { readings: { ...readings, until } }
    return { outcome: 'postponed', until, customer: { ...stored, ...kept, postponed: { step, until } } }
  }
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
