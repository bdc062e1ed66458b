import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses'
import { mailTags, tagsHeader } from '@confirmation-reminder/contracts/mail-tags'
import { compose, type Letter, withdrawalUrl } from './compose.ts'
import { mime } from './mime.ts'
import { refusalBySes } from './refusal.ts'

/** What a function's environment says about sending. */
export interface Sending {
  PUBLIC_URL: string
  MAIL_SENDER: string
  MAIL_REPLY_TO: string
  MAIL_CONFIGURATION_SET: string
}

export interface Mailer {
  /**
   * Sends a mail by SES. The address has passed `parseAddress`, so that no header can be smuggled in.
   * @throws NamedError: MailThrottled, MailQuotaExceeded or MailRefused, if it was not sent; MailUnavailable, if
   * nobody knows, unless `wasNotSent` does.
   */
  send(letter: Letter): Promise<void>
}

/** Opens SES for sending. `patienceMs` is how long its answer is waited for. */
export function openMailer(sending: Sending, { patienceMs }: { patienceMs: number }): Mailer {
  const client = new SESClient({
    // SES has no idempotency token: repeating a call whose answer was lost would send the mail twice.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: patienceMs,
      throwOnRequestTimeout: true,
      // A connection kept while Lambda slept may be closed at the other end: the call would fail, and nobody could tell
      // whether the mail was sent. A new connection costs milliseconds and leaves no such doubt.
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
    },
  })
  return {
    async send(letter) {
      const raw = mime(headersOf(letter, sending), compose(letter, sending.PUBLIC_URL))
      const mail = new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) }, Destinations: [letter.to] })
      await client.send(mail).catch((error) => {
        throw refusalBySes(error)
      })
    },
  }
}

function headersOf(letter: Letter, { PUBLIC_URL, ...sending }: Sending): Record<string, string> {
  return {
    From: sending.MAIL_SENDER,
    To: letter.to,
    'Reply-To': sending.MAIL_REPLY_TO,
    'Content-Language': letter.locale,
    // No vacation notice answers it, neither by RFC 3834 nor by Exchange's own rules.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...(isReminder(letter) && oneClick(withdrawalUrl(letter, PUBLIC_URL))),
    // SES reads these two and takes them out.
    'X-SES-CONFIGURATION-SET': sending.MAIL_CONFIGURATION_SET,
    [tagsHeader]: `${mailTags.customer}=${letter.customerId}, ${mailTags.claim}=${letter.claim}`,
  }
}

/** A reminder comes unasked, so its reader's mail program offers a button that stops them (RFC 8058). */
const oneClick = (url: string) => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

const isReminder = ({ kind }: Letter) => kind !== 'confirmation' && kind !== 'alreadyConfirmed'
