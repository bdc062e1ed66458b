import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { MailEvent, Notification } from '@confirmation-reminder/contracts/mail-event'
import { Uuid } from '@confirmation-reminder/contracts/payload'
import type { UndeliverableReason } from '@confirmation-reminder/customers/customer'
import type { Finding } from '@confirmation-reminder/customers/settle'
import { getDotPath, is, safeParse } from 'valibot'

/** What an event of SES tells of a mail of ours. */
export interface Feedback extends Finding {
  customerId: string
  /** Nothing more is to be sent to this customer. */
  undeliverable?: UndeliverableReason
}

/** What each event proves. Whatever becomes of a mail later, SES has accepted it before. */
const findings: Record<string, Finding['finding']> = {
  Send: 'accepted',
  Delivery: 'accepted',
  DeliveryDelay: 'accepted',
  Bounce: 'accepted',
  Complaint: 'accepted',
  Reject: 'rejected',
  'Rendering Failure': 'rejected',
}

/**
 * Reads what SNS hands over. What tells nothing of a mail of ours is left out: mails that others send through the same
 * configuration set, kinds of events that came after this was written, and the sentence by which SES tries the topic.
 * @throws NamedError ContractViolation, which names the fields and never quotes them: events hold addresses.
 */
export function readNotification(event: unknown): Feedback[] {
  const notification = safeParse(Notification, event)
  if (!notification.success) throw violation(notification.issues)
  return notification.output.Records.map(({ Sns }) => parse(Sns.Message)).flatMap((message) => {
    if (message === undefined) return []
    const read = safeParse(MailEvent, message)
    if (!read.success) throw violation(read.issues)
    return feedbackIn(read.output) ?? []
  })
}

function feedbackIn({ eventType, mail, bounce, complaint }: MailEvent): Feedback | undefined {
  const [customerId] = mail.tags?.customer ?? []
  const [claim] = mail.tags?.claim ?? []
  const finding = findings[eventType]
  if (!is(Uuid, customerId) || !claim || !finding) return undefined
  const undeliverable = reasonIn(bounce, complaint)
  return { customerId, claim, finding, at: Date.parse(mail.timestamp), ...(undeliverable && { undeliverable }) }
}

function reasonIn(bounce: MailEvent['bounce'], complaint: MailEvent['complaint']): UndeliverableReason | undefined {
  // A full mailbox or a holiday answer passes.
  if (bounce?.bounceType === 'Permanent') return 'bounce'
  // Some mailboxes also report what their user took out of the spam folder.
  return complaint && complaint.complaintFeedbackType !== 'not-spam' ? 'complaint' : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function violation(issues: Parameters<typeof getDotPath>[0][]): NamedError {
  const fields = issues.map((issue) => getDotPath(issue) ?? 'the event itself')
  return new NamedError(
    errorNames.contractViolation,
    `The event breaks its contract in: ${fields.join(', ')}. Compare it with packages/contracts/src/mail-event.ts.`,
  )
}
