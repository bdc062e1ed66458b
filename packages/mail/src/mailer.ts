import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses'
import { compose, type MailToSend } from './compose.ts'
import { headersOf, type Sending } from './headers.ts'
import { mime } from './mime.ts'
import { refusalBySes } from './refusal.ts'

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
      const raw = mime(headersOf(mail, sending), compose(mail, sending))
      const command = new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) }, Destinations: [mail.to] })
      await client.send(command).catch((error) => {
        throw refusalBySes(error, sending.MAIL_SENDER)
      })
    },
  }
}
