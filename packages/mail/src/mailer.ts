import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses'
import { mailTags, tagsHeader } from '@confirmation-reminder/contracts/mail-tags'
import { compose, type MailToSend, withdrawalUrl } from './compose.ts'
import { mime } from './mime.ts'
import { refusalBySes } from './refusal.ts'

/** The part of a function's environment that is about sending. */
export interface Sending {
  PUBLIC_URL: string
  MAIL_SENDER: string
  MAIL_REPLY_TO: string
  MAIL_CONFIGURATION_SET: string
}

export interface Mailer {
  /**
   * Sends a mail by SES. The address has passed `parseAddress`, so that it cannot inject a header.
   * @throws NamedError: MailThrottled, MailQuotaExceeded, MailPaused, MailMisconfigured or MailRefused, if it was not sent;
   * MailUnavailable, if that is unknown, unless `wasNotSent` is true for the error.
   */
  send(mail: MailToSend): Promise<void>
}

/** Opens SES for sending. `patienceMs` is how long to wait for its response. */
export function openMailer(sending: Sending, { patienceMs }: { patienceMs: number }): Mailer {
  const client = new SESClient({
    // SES has no idempotency token: retrying a call whose response was lost would send the mail twice.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: patienceMs,
      throwOnRequestTimeout: true,
      // A connection kept while Lambda slept may be closed at the other end: the call would fail, and it would be unknown
      // whether the mail was sent. A new connection costs milliseconds and avoids that.
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
    },
  })
  return {
    async send(mail) {
      const raw = mime(headersOf(mail, sending), compose(mail, sending.PUBLIC_URL))
      const command = new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) }, Destinations: [mail.to] })
      await client.send(command).catch((error) => {
        throw refusalBySes(error, sending.MAIL_SENDER)
      })
    },
  }
}

function headersOf(mail: MailToSend, { PUBLIC_URL, ...sending }: Sending): Record<string, string> {
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
