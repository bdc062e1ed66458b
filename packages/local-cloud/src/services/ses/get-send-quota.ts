import type { Mailbox } from './mailbox.ts'

/** GetSendQuota: what an account gets with production access. */
export function getSendQuota(mailbox: Mailbox) {
  return async () => ({
    Max24HourSend: 50_000,
    MaxSendRate: 14,
    SentLast24Hours: await mailbox.recipientsOfLastDay(),
  })
}
