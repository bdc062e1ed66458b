import { randomUUID } from 'node:crypto'
import type { SentMail } from './mail.ts'

/** An event that SES publishes about a mail, `afterMs` after its acceptance. */
export interface MailEvent {
  /** As in `matching_event_types`. */
  type: 'SEND' | 'DELIVERY' | 'BOUNCE' | 'COMPLAINT'
  afterMs: number
  /** The published message without its `mail`. */
  content: { eventType: string } & Record<string, unknown>
}

// As long as a receiving server takes; a reader who complains takes longer.
const sentMs = 1_000
const answeredMs = 2_000
const complainedMs = 10_000

/** All events that SES will publish about a mail. Delivery succeeds for all addresses but those of SES's mailbox simulator. */
export function eventsOf(mail: Pick<SentMail, 'at' | 'to' | 'id'>): MailEvent[] {
  const those = (...behaviours: Behaviour[]) => mail.to.filter((address) => behaviours.includes(behaviourOf(address)))
  return [
    { type: 'SEND', afterMs: sentMs, content: { eventType: 'Send', send: {} } },
    ...delivery(mail, those('success', 'complaint')),
    ...bounce(mail, those('bounce'), 'General', 'smtp; 550 5.1.1 user unknown'),
    ...bounce(mail, those('suppressionlist'), 'Suppressed', 'Amazon SES has suppressed sending to this address'),
    ...complaint(mail, those('complaint')),
  ]
}

type Mail = Pick<SentMail, 'at' | 'id'>

function delivery(mail: Mail, recipients: string[]): MailEvent[] {
  if (recipients.length === 0) return []
  const delivery = {
    timestamp: after(mail, answeredMs),
    processingTimeMillis: answeredMs - sentMs,
    recipients,
    smtpResponse: '250 2.6.0 Message received',
    remoteMtaIp: '127.0.0.1',
    reportingMTA: 'a0-0.smtp-out.amazonses.com',
  }
  return [{ type: 'DELIVERY', afterMs: answeredMs, content: { eventType: 'Delivery', delivery } }]
}

function bounce(mail: Mail, recipients: string[], bounceSubType: string, diagnosticCode: string): MailEvent[] {
  if (recipients.length === 0) return []
  const failed = { action: 'failed', status: '5.1.1', diagnosticCode }
  const bounce = {
    bounceType: 'Permanent',
    bounceSubType,
    bouncedRecipients: recipients.map((emailAddress) => ({ emailAddress, ...failed })),
    timestamp: after(mail, answeredMs),
    feedbackId: feedbackId(mail),
    reportingMTA: 'dns; amazonses.com',
  }
  return [{ type: 'BOUNCE', afterMs: answeredMs, content: { eventType: 'Bounce', bounce } }]
}

function complaint(mail: Mail, recipients: string[]): MailEvent[] {
  if (recipients.length === 0) return []
  const complaint = {
    complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
    timestamp: after(mail, complainedMs),
    arrivalDate: after(mail, complainedMs),
    feedbackId: feedbackId(mail),
    userAgent: 'Amazon SES Mailbox Simulator',
    complaintFeedbackType: 'abuse',
    complaintSubType: null,
  }
  return [{ type: 'COMPLAINT', afterMs: complainedMs, content: { eventType: 'Complaint', complaint } }]
}

const after = ({ at }: Mail, afterMs: number) => new Date(Date.parse(at) + afterMs).toISOString()
const feedbackId = ({ id }: Mail) => `${id.split('-', 1)[0]}-${randomUUID()}-000000`

/**
 * Which address of SES's mailbox simulator this is, such as `bounce` of `bounce+label1@simulator.amazonses.com`;
 * undefined if it is another address.
 */
export function simulated(address: string): string | undefined {
  return /^([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/.exec(address.toLowerCase())?.[1]
}

type Behaviour = 'success' | 'bounce' | 'suppressionlist' | 'complaint'

function behaviourOf(address: string): Behaviour {
  const name = simulated(address)
  return name === 'bounce' || name === 'suppressionlist' || name === 'complaint' ? name : 'success'
}

/** The member `mail` of every event. */
export function mailMember(
  { id, at, from, to, subject, headers, operation, tags, configurationSet = '' }: SentMail,
  { region, accountId }: { region: string; accountId: string },
): object {
  const domain = from.slice(from.lastIndexOf('@') + 1)
  return {
    timestamp: at,
    source: headers.From ?? from,
    sourceArn: `arn:aws:ses:${region}:${accountId}:identity/${domain}`,
    sendingAccountId: accountId,
    messageId: id,
    destination: to,
    headersTruncated: false,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    commonHeaders: { from: [headers.From ?? from], to: [headers.To ?? ''], messageId: id, subject },
    tags: {
      ...(operation && { 'ses:operation': [operation] }),
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
      'ses:configuration-set': [configurationSet],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domain],
      'ses:caller-identity': ['local'],
    },
  }
}
