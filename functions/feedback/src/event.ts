import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { MailEvent, withEventType } from '@confirmation-reminder/contracts/mail-event'
import { mailTags, tagsHeader } from '@confirmation-reminder/contracts/mail-tags'
import { NotificationRecord, QueuedRecord } from '@confirmation-reminder/contracts/notification'
import { Uuid } from '@confirmation-reminder/contracts/payload'
import type { UndeliverableReason } from '@confirmation-reminder/customers/customer'
import type { Finding } from '@confirmation-reminder/customers/settle'
import { array, type GenericSchema, getDotPath, type InferOutput, is, object, safeParse, unknown } from 'valibot'

/** What an event of SES says about one of our mails. */
export interface Feedback extends Finding {
  customerId: string
  /** Nothing more is to be sent to this customer. */
  undeliverable?: UndeliverableReason
}

/**
 * A message that is not about one of our mails, which is no error.
 * - `unknown`: not an event of a kind that we read, such as the sentence with which SES tests the topic
 * - `untagged`: of a mail without our tags, such as one that other software sends from the same identity
 */
export interface Ignored {
  outcome: 'unknown' | 'untagged'
}

/** What each kind of event proves. SES accepts a mail before anything else happens to it. */
const findings: ReadonlyMap<string, Finding['finding']> = new Map([
  ['Send', 'accepted'],
  ['Delivery', 'accepted'],
  ['DeliveryDelay', 'accepted'],
  ['Bounce', 'accepted'],
  ['Complaint', 'accepted'],
  ['Reject', 'rejected'],
  ['Rendering Failure', 'rejected'],
])

const Records = object({ Records: array(unknown()) })

/**
 * The messages of an invocation, not parsed yet.
 * @throws NamedError ContractViolation
 */
export function recordsIn(event: unknown): unknown[] {
  return read(Records, event).Records
}

/**
 * Reads one message. Addresses are not read: a mail without our tags is not ours.
 * @throws NamedError ContractViolation, which names the fields without quoting them: events contain addresses. Only a
 * message with a known kind of event can break the contract, or one that names no kind at all.
 */
export function readRecord(record: unknown): Feedback | Ignored {
  const message = withEventType(messageIn(record))
  const { eventType, Type } = Object(message)
  const isKnown = typeof eventType !== 'string' || findings.has(eventType)
  // SNS's own messages name their kind here, such as the confirmation of a subscription.
  const isOfSns = eventType === undefined && typeof Type === 'string'
  if (message === undefined || !isKnown || isOfSns) return { outcome: 'unknown' }

  const event = read(MailEvent, message)
  const finding = findings.get(event.eventType)
  if (!finding) return { outcome: 'unknown' }
  const { customer: customerId, claim } = tagsOf(event.mail)
  if (!is(Uuid, customerId) || !claim) return { outcome: 'untagged' }
  const undeliverable = reasonIn(event)
  return { customerId, claim, finding, at: Date.parse(event.mail.timestamp), ...(undeliverable && { undeliverable }) }
}

/** The id by which Lambda delivers a message again; undefined if it came from SNS itself. */
export function idOf(record: unknown): string | undefined {
  return is(QueuedRecord, record) ? record.messageId : undefined
}

/** The message that SES published. In the queue of what SNS could not deliver, it may be in SNS's envelope: AWS does not say. */
function messageIn(record: unknown): unknown {
  if (!is(QueuedRecord, record)) return parse(read(NotificationRecord, record).Sns.Message)
  const body = parse(record.body)
  const { Type, Message } = Object(body)
  return Type === 'Notification' && typeof Message === 'string' ? parse(Message) : body
}

/** The tags of a mail. An identity's notification has them only in the header that we wrote. */
function tagsOf({ tags, headers = [] }: MailEvent['mail']): Record<keyof typeof mailTags, string | undefined> {
  if (tags) return { customer: tags[mailTags.customer][0], claim: tags[mailTags.claim][0] }
  const header = headers.find((one) => one?.name.toUpperCase() === tagsHeader)?.value
  const pairs = new Map(header?.split(',').map((pair) => pair.trim().split('=', 2) as [string, string]))
  return { customer: pairs.get(mailTags.customer), claim: pairs.get(mailTags.claim) }
}

function reasonIn({ eventType, bounce, complaint }: MailEvent): UndeliverableReason | undefined {
  if (eventType === 'Bounce') return isHard(bounce) ? 'bounce' : undefined
  // Some mailboxes also report what their user took out of the spam folder.
  return eventType === 'Complaint' && complaint?.complaintFeedbackType !== 'not-spam' ? 'complaint' : undefined
}

/**
 * Whether a bounce says that no mail will ever arrive. SES calls some bounces transient that the receiving server refused
 * for good, so the server's own status takes precedence; `diagnosticCode` is its free text, which may hold both `550`
 * and `4.4.7`.
 */
function isHard({ bounceType, bouncedRecipients = [] }: NonNullable<MailEvent['bounce']> = {}): boolean {
  const classes = bouncedRecipients.map((recipient) => /^\s*([45])\.\d+\.\d/.exec(recipient?.status ?? '')?.[1])
  // Our mails have one recipient. With several, the transient status could belong to any of them.
  return bounceType === 'Permanent' || (classes.includes('5') && !classes.includes('4'))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function read<S extends GenericSchema>(schema: S, value: unknown): InferOutput<S> {
  const found = safeParse(schema, value)
  if (found.success) return found.output
  const fields = found.issues.map((issue) => getDotPath(issue) ?? 'the event itself')
  throw new NamedError(
    errorNames.contractViolation,
    `The event breaks its contract in: ${fields.join(', ')}. Compare it with packages/contracts/src/mail-event.ts.`,
  )
}
