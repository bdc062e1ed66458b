import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { MailKind } from '@confirmation-reminder/contracts/payload'
import { compose, type MailToSend } from '@confirmation-reminder/mail/compose'
import { headersOf } from '@confirmation-reminder/mail/headers'
import { mime } from '@confirmation-reminder/mail/mime'
import { mailTexts } from '@confirmation-reminder/texts/texts'
import { kebab, type Sample } from './sample.ts'

const mails: Record<MailKind, Pick<Sample, 'title' | 'when'>> = {
  confirmation: { title: 'Confirmation', when: 'Sent at once after a registration.' },
  reminder: { title: 'Only reminder', when: 'Sent when a plan with one reminder is due.' },
  firstReminder: { title: 'First reminder', when: 'Sent as step 1 of a plan with several reminders.' },
  secondReminder: { title: 'Further reminder', when: 'Sent for each later step that is not the last.' },
  lastReminder: { title: 'Last reminder', when: 'Sent as the last step of a plan with several reminders.' },
  alreadyConfirmed: { title: 'Already confirmed', when: 'Sent if a confirmed address is registered again.' },
}

/** Every mail, by its words. */
export const mailSamples: Sample[] = Object.entries(mails).map(([kind, about]) => ({
  ...about,
  what: `mail-${kebab(kind)}`,
  show(locale, sending) {
    const mail = mailToSend(kind as MailKind, locale)
    const message = compose(mail, sending)
    const headers = headersOf(mail, sending)
    const { preheader } = mailTexts[locale](sending.BRAND.name).mails[mail.kind]
    return { ...message, preheader, headers, source: mime(headers, message) }
  },
}))

// As long as real ones. The link leads to the page about unknown links.
const customerId = '00000000-0000-5000-8000-000000000000'
const claim = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq'
const expiresAt = Date.UTC(2030, 11, 31, 18, 30) / 1000

function mailToSend(kind: MailKind, locale: Locale): MailToSend {
  const token = `${customerId}.${claim}`
  const common = { customerId, claim, locale, to: 'ada@example.com' }
  if (kind === 'alreadyConfirmed') return { ...common, kind, token }
  return { ...common, kind, expiresAt, token: `${token}.${expiresAt.toString(36)}` }
}
