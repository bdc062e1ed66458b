import type { Clock } from '../../core/clock.ts'
import type { Service } from '../../core/service.ts'
import type { Store } from '../../core/store.ts'
import type { MailEvents } from './mail-events.ts'
import { Mailbox, type Measured } from './mailbox.ts'
import { getSendQuota, sendEmail } from './send-email.ts'
import { sendRawEmail } from './send-raw-email.ts'
import type { MailSettings } from './sending-rules.ts'

/**
 * SES, version 1 of its API. Mails go to a durable mailbox and nowhere else.
 * - `events`: the events that it publishes about them.
 * - `measured`: what each adds to the metrics.
 */
export async function startSes({
  stack,
  store,
  clock,
  events,
  measured,
}: {
  stack: MailSettings
  store: Store
  clock: Clock
  events?: MailEvents
  measured?: Measured
}): Promise<Service & { mailbox: Mailbox; settled(): Promise<void>; stop(): Promise<void> }> {
  const mailbox = await Mailbox.open(store, clock, events, measured)
  await events?.queue.start()
  return {
    mailbox,
    actions: {
      SendEmail: sendEmail(stack, mailbox),
      SendRawEmail: sendRawEmail(stack, mailbox),
      GetSendQuota: getSendQuota(mailbox),
    },
    settled: async () => await events?.queue.settled(),
    stop: async () => await events?.queue.stop(),
  }
}
