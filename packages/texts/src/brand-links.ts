import type { Brand } from '@confirmation-reminder/contracts/brand'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import { footerTexts } from './texts.ts'

/** The links of a brand at the foot of its mails and pages. */
export function brandLinks({ privacyUrl, supportUrl }: Brand, locale: Locale): { url: string; label: string }[] {
  const { privacy, support } = footerTexts[locale]
  return [
    ...(privacyUrl ? [{ url: privacyUrl, label: privacy }] : []),
    ...(supportUrl ? [{ url: supportUrl, label: support }] : []),
  ]
}
