import type { ConsentWay } from '@confirmation-reminder/contracts/functions'
import { type Consent, type Customer, isExpired, type Mail } from './customer.ts'
import { isAmong } from './token.ts'

export interface Confirmed {
  outcome: 'confirmed' | 'unknown' | 'expired' | 'withdrawn'
  customer: Customer | undefined
}

/**
 * Confirms the customer by the token of any mail of the registration. Confirming again changes nothing.
 * `from` is the IP address of the person, `by` how the answer was given.
 */
export function confirm(
  stored: Customer | undefined,
  { tokenHash, now, from, by }: { tokenHash: string; now: number; from?: string; by?: ConsentWay },
): Confirmed {
  if (stored?.state === 'WITHDRAWN') {
    const stands = isAmong(tokenHash, stored.tokenHashes) && !isExpired(stored, now)
    return { outcome: stands ? 'withdrawn' : 'unknown', customer: stored }
  }
  const mail = stored?.mails.find(({ id }) => isAmong(tokenHash, [id]))
  if (!stored || !mail) return { outcome: 'unknown', customer: stored }
  if (stored.state === 'CONFIRMED') return { outcome: 'confirmed', customer: stored }
  if (isExpired(stored, now)) return { outcome: 'expired', customer: stored }
  const { expiresAt: _, postponed: __, readings: ___, withheld: ____, ...lasting } = stored
  const consent = consentTo(mail, { at: now, from, by })
  return { outcome: 'confirmed', customer: { ...lasting, state: 'CONFIRMED', consent } }
}

/** The consent of the customer who answered this mail. */
function consentTo(mail: Mail, answered: Omit<Consent['answered'], 'answer'>): Consent {
  const { kind, textVersion, locale, claimedAt, sentAt } = mail
  return {
    asked: { kind, textVersion, locale, at: sentAt ?? claimedAt },
    answered: { answer: 'confirmed', ...answered },
  }
}
