import type { Locale } from '@confirmation-reminder/contracts/functions'
import type { MailKind } from '@confirmation-reminder/contracts/payload'
import type { Mail } from './customer.ts'

/**
 * What proves a consent (GDPR, article 7): what was asked, in which words, and who answered when and from where.
 * The IP address of the answer is kept, because it is the one trace of the person that API Gateway saw for itself, and
 * courts expect it beside the time. The user agent is not: a browser may claim any, so it proves nothing and would only
 * be more personal data. Neither is kept of anybody who never answered.
 */
export interface Consent {
  asked: { kind: MailKind; textVersion: string; locale: Locale; at: number }
  answered: { answer: 'confirmed'; at: number; from?: string }
}

/** The consent of whoever answered the question of this mail. */
export function consentTo(mail: Mail, answered: { at: number; from?: string }): Consent {
  const { kind, textVersion, locale, claimedAt, sentAt } = mail
  return {
    asked: { kind, textVersion, locale, at: sentAt ?? claimedAt },
    answered: { answer: 'confirmed', ...answered },
  }
}
