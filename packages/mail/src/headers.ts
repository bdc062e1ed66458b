import { mailTags, tagsHeader } from '@confirmation-reminder/contracts/mail-tags'
import { type MailToSend, type Writer, withdrawalUrl } from './compose.ts'

/** The part of a function's environment that is about sending. */
export interface Sending extends Writer {
  MAIL_SENDER: string
  MAIL_REPLY_TO: string
  MAIL_CONFIGURATION_SET: string
}

/** The headers of a mail by name, without those that `mime` adds. */
export function headersOf(mail: MailToSend, { PUBLIC_URL, ...sending }: Sending): Record<string, string> {
  return {
    From: sending.MAIL_SENDER,
    To: mail.to,
    'Reply-To': sending.MAIL_REPLY_TO,
    'Content-Language': mail.locale,
    // Prevents automatic replies, by RFC 3834 and by Exchange's own rules.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...(isReminder(mail) && oneClick(withdrawalUrl(mail, PUBLIC_URL))),
    // SES reads these two and removes them.
    'X-SES-CONFIGURATION-SET': sending.MAIL_CONFIGURATION_SET,
    [tagsHeader]: `${mailTags.customer}=${mail.customerId}, ${mailTags.claim}=${mail.claim}`,
  }
}

/** A reminder is unsolicited, so mail programs offer a button that stops them (RFC 8058). */
const oneClick = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

const isReminder = ({ kind }: MailToSend) => kind !== 'confirmation' && kind !== 'alreadyConfirmed'
