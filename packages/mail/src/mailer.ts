import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { compose, type Letter } from './compose.ts'
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
   * nobody knows.
   */
  send(letter: Letter): Promise<void>
}

/** Opens SES for sending. `patienceMs` is how long its answer is waited for. */
export function openMailer(sending: Sending, { patienceMs }: { patienceMs: number }): Mailer {
  const client = new SESClient({
    // SES has no idempotency token: repeating a call whose answer was lost would send the mail twice.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: patienceMs, throwOnRequestTimeout: true },
  })
  return {
    async send(letter) {
      const { subject, text, html } = compose(letter, sending.PUBLIC_URL)
      const mail = new SendEmailCommand({
        Source: sending.MAIL_SENDER,
        ReplyToAddresses: [sending.MAIL_REPLY_TO],
        ConfigurationSetName: sending.MAIL_CONFIGURATION_SET,
        Destination: { ToAddresses: [letter.to] },
        Message: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
      })
      await client.send(mail).catch((error) => {
        throw refusalBySes(error)
      })
    },
  }
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })
