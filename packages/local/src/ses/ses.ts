import type { Clock } from '../clock.ts'
import type { Service } from '../service.ts'
import type { Store } from '../store.ts'
import { getSendQuota } from './get-send-quota.ts'
import { Mailbox } from './mailbox.ts'
import { sendEmail } from './send-email.ts'
import { sendRawEmail } from './send-raw-email.ts'
import type { MailSettings } from './sending-rules.ts'

/** SES, version 1 of its API. Mails go to a durable mailbox and nowhere else. */
export async function startSes({
  system,
  store,
  clock,
}: {
  system: MailSettings
  store: Store
  clock: Clock
}): Promise<Service & { mailbox: Mailbox }> {
  const mailbox = await Mailbox.open(store, clock)
  return {
    mailbox,
    actions: {
      SendEmail: sendEmail(system, mailbox),
      SendRawEmail: sendRawEmail(system, mailbox),
      GetSendQuota: getSendQuota(mailbox),
    },
  }
}
