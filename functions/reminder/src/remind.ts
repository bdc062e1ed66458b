import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import type { LoggedMail } from '@confirmation-reminder/contracts/logged-mail'
import { ownMetrics } from '@confirmation-reminder/contracts/metrics'
import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import type { ReminderPayload } from '@confirmation-reminder/contracts/payload'
import { leaseSeconds, usualEvidenceSeconds } from '@confirmation-reminder/contracts/sending'
import { claimReminder, type ReminderClaim } from '@confirmation-reminder/customers/claim-reminder'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { hasLapsedEarly, keepRegistration } from '@confirmation-reminder/customers/keep-registration'
import { release, settle } from '@confirmation-reminder/customers/settle'
import { createToken, forLink } from '@confirmation-reminder/customers/token'
import type { Count } from '@confirmation-reminder/handler/count'
import type { Mailer } from '@confirmation-reminder/mail/mailer'
import { wasNotSent } from '@confirmation-reminder/mail/refusal'
import { textVersion } from '@confirmation-reminder/mail/text-version'
import { sendingTime, type Timetable } from './sending-time.ts'

export interface Dependencies {
  customers: Customers
  mailer: Mailer
  /** Whether the queues of mail events are empty. */
  noEvents: () => Promise<boolean>
  /** For runs whose definition has none. */
  timetable: Timetable
}

export interface Reminded {
  outcome: ReminderOutcome
  /** With `postponed`: when the run is to invoke the task again, ISO 8601. */
  until?: string
}
/** The same, with the mail that was sent, for the log. */
export type RemindedBy = Reminded & { mail?: LoggedMail }

/**
 * Claims the reminder, sends it and records it; or says why there is nothing to do, or not yet.
 * @throws NamedError as the mailer does, and then releases the claim, if the mail was certainly not sent;
 * EvidencePending or SendInDoubt, if an earlier attempt may have sent it; MailRefused, if SES rejected it.
 */
export async function remind(
  { customers, mailer, noEvents, timetable: usual }: Dependencies,
  { customerId, traceId, step, words, postponable = false, timetable = usual, lifetimeSeconds }: ReminderPayload,
  count: Count,
): Promise<RemindedBy> {
  if (step === 0) {
    const keeping = { traceId, lifetimeSeconds, now: Date.now() }
    const { outcome, customer } = await customers.change(customerId, (stored) => keepRegistration(stored, keeping))
    if (!customer || hasLapsedEarly(customer, keeping)) count(ownMetrics.customersGone)
    return { outcome }
  }
  const token = createToken(customerId)
  let began = 0
  const decide = (events: { noEvents?: boolean }) => {
    began = Date.now()
    return customers.change(customerId, (stored) => {
      const opensAt = (postponedBefore: boolean) =>
        postponable ? sendingTime(began, timetable, { customerId, postponedBefore }) : began
      const attempt = { traceId, step, words, lifetimeSeconds, textVersion, tokenHash: token.hash, now: began }
      return claimReminder(stored, { ...attempt, ...events, opensAt })
    })
  }
  let claim = await decide({})
  if (claim.outcome === 'readingNeeded') {
    // Counted before the reading, which fails if SQS does not answer.
    if (began - claim.waitingSince >= usualEvidenceSeconds * 1000) count(ownMetrics.awaitingEvidence)
    // Read before the customer is read once more: an event that was in a queue until then is recorded by then.
    claim = await decide({ noEvents: await noEvents() })
  }
  if (claim.outcome === 'postponed') return { outcome: 'postponed', until: new Date(claim.until).toISOString() }
  const problem = problems[claim.outcome]
  if (problem) throw problem()
  // Erasures are few: it may be the first sign that customers were lost.
  const isLost =
    claim.outcome === 'gone' ||
    (claim.outcome === 'expired' && hasLapsedEarly(claim.customer, { traceId, lifetimeSeconds, now: began }))
  if (isLost) count(ownMetrics.customersGone)
  if (claim.outcome !== 'claimed') return { outcome: claim.outcome as ReminderOutcome }

  const letGo = () => customers.change(customerId, (stored) => release(stored, { claim: token.hash }))
  if (Date.now() - began > leaseSeconds * 1000) {
    await letGo()
    throw new NamedError(errorNames.evidencePending, 'Claiming the reminder took too long. Try again in a minute.')
  }
  const { email: to, locale, expiresAt, mails } = claim.customer
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
    if (error instanceof NamedError && heldBack.has(error.name)) count(ownMetrics.mailsHeldBack)
    if (error instanceof NamedError && wasNotSent(error)) await letGo()
    throw error
  }
  await customers.change(customerId, (stored) =>
    settle(stored, { claim: token.hash, finding: 'accepted', at: Date.now() }),
  )
  const mail = mails.find(({ id }) => id === token.hash)
  return { outcome: 'sent', ...(mail && { mail }) }
}

/** The errors that every mail of the stage meets, for hours. */
const heldBack: ReadonlySet<string> = new Set([
  errorNames.mailPaused,
  errorNames.mailMisconfigured,
  errorNames.mailQuotaExceeded,
])

const pending = () =>
  new NamedError(
    errorNames.evidencePending,
    'An earlier attempt may have sent this reminder. Retry in some minutes: an SES event may still arrive.',
  )

/** The outcomes that the workflow retries, or that a person must look at. */
const problems: Partial<Record<ReminderClaim['outcome'], () => NamedError>> = {
  evidencePending: pending,
  readingNeeded: pending,
  inDoubt: () =>
    new NamedError(
      errorNames.sendInDoubt,
      'Several attempts may have sent this reminder, and SES never published an event. See whether SES publishes events. ' +
        'Redrive the run: at once, if they have arrived by then; a day after the last attempt, to send the reminder again.',
    ),
  rejected: () =>
    new NamedError(
      errorNames.mailRefused,
      'SES took this reminder and then refused to deliver it. Find the rejection in the log of the function feedback, ' +
        'fix the mail, and redrive the run.',
    ),
}
