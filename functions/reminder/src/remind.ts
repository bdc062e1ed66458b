import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import type { ReminderPayload } from '@confirmation-reminder/contracts/payload'
import { leaseSeconds } from '@confirmation-reminder/contracts/sending'
import { claimReminder } from '@confirmation-reminder/customers/claim-reminder'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { release, settle } from '@confirmation-reminder/customers/settle'
import { createToken, forLink } from '@confirmation-reminder/customers/token'
import type { Mailer } from '@confirmation-reminder/mail/mailer'
import { wasNotSent } from '@confirmation-reminder/mail/refusal'
import { textVersion } from '@confirmation-reminder/mail/text-version'
import { sendingTime, type Timetable } from './sending-time.ts'

export interface Dependencies {
  customers: Customers
  mailer: Mailer
  timetable: Timetable
}

export interface Reminded {
  outcome: ReminderOutcome
  /** With `postponed`: when the run is to invoke the task again, ISO 8601. */
  until?: string
}

/**
 * Claims the reminder, sends it and records it; or says why there is nothing to do, or not yet.
 * @throws NamedError as the mailer does, and then releases the claim, if the mail was certainly not sent;
 * EvidencePending or SendInDoubt, if an earlier attempt may have sent it; MailRefused, if SES rejected it.
 */
export async function remind(
  { customers, mailer, timetable }: Dependencies,
  { customerId, traceId, step, words, postponable = false }: ReminderPayload,
): Promise<Reminded> {
  const token = createToken(customerId)
  const began = Date.now()
  const claim = await customers.change(customerId, (stored) => {
    const opensAt = (postponedBefore: boolean) =>
      postponable ? sendingTime(began, timetable, { customerId, postponedBefore }) : began
    return claimReminder(stored, { traceId, step, words, textVersion, tokenHash: token.hash, now: began, opensAt })
  })
  if (claim.outcome === 'postponed') return { outcome: 'postponed', until: new Date(claim.until).toISOString() }
  if (claim.outcome === 'evidencePending' || claim.outcome === 'inDoubt' || claim.outcome === 'rejected') {
    throw unsettled[claim.outcome]()
  }
  if (claim.outcome !== 'claimed') return { outcome: claim.outcome }

  const letGo = () => customers.change(customerId, (stored) => release(stored, { claim: token.hash }))
  if (Date.now() - began > leaseSeconds * 1000) {
    await letGo()
    throw new NamedError(errorNames.evidencePending, 'Claiming the reminder took too long. Try again in a minute.')
  }
  const { email: to, locale, expiresAt } = claim.customer
  try {
    await mailer.send({
      kind: words,
      customerId,
      to,
      locale,
      token: forLink(token.text, expiresAt),
      claim: token.hash,
      expiresAt,
    })
  } catch (error) {
    if (error instanceof NamedError && wasNotSent(error)) await letGo()
    throw error
  }
  await customers.change(customerId, (stored) =>
    settle(stored, { claim: token.hash, finding: 'accepted', at: Date.now() }),
  )
  return { outcome: 'sent' }
}

/** How an earlier attempt ended, and what to do about it. */
const unsettled = {
  evidencePending: () =>
    new NamedError(
      errorNames.evidencePending,
      'An earlier attempt may have sent this reminder. Retry in a minute; the SES event should have arrived.',
    ),
  inDoubt: () =>
    new NamedError(
      errorNames.sendInDoubt,
      'Several attempts may have sent this reminder, and no SES event arrived. Check whether the function feedback receives ' +
        "SES's events. Redrive the run: at once, if they have arrived by then; after a day, to send the reminder again.",
    ),
  rejected: () =>
    new NamedError(
      errorNames.mailRefused,
      'SES took this reminder and then refused to deliver it. Find the rejection in the log of the function feedback, ' +
        'fix the mail, and redrive the run.',
    ),
}
