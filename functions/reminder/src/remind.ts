import { NamedError } from '@confirmation-reminder/contracts/errors'
import type { ReminderOutcome } from '@confirmation-reminder/contracts/outcomes'
import type { ReminderPayload } from '@confirmation-reminder/contracts/payload'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { createToken } from '@confirmation-reminder/customers/token'
import { claimReminder, recordReminder, releaseReminder } from '@confirmation-reminder/customers/transitions'
import type { Mailer } from '@confirmation-reminder/mail/mailer'
import { wasNotSent } from '@confirmation-reminder/mail/refusal'

/**
 * Claims the reminder, sends it and records it; or says why there is nothing to do.
 * @throws NamedError as the mailer does. If the mail was certainly not sent, the claim is released.
 */
export async function remind(
  { customers, mailer }: { customers: Customers; mailer: Mailer },
  { customerId, traceId }: ReminderPayload,
): Promise<ReminderOutcome> {
  const token = createToken(customerId)
  const claim = await customers.change(customerId, (stored) =>
    claimReminder(stored, { traceId, tokenHash: token.hash, now: Date.now() }),
  )
  if (claim.outcome !== 'claimed') return claim.outcome

  const { email: to, locale, expiresAt } = claim.customer
  try {
    await mailer.send({ kind: 'reminder', to, locale, token: token.text, expiresAt })
  } catch (error) {
    if (error instanceof NamedError && wasNotSent(error)) {
      await customers.change(customerId, (stored) => releaseReminder(stored, { tokenHash: token.hash }))
    }
    throw error
  }
  await customers.change(customerId, (stored) => recordReminder(stored, { traceId, now: Date.now() }))
  return 'sent'
}
