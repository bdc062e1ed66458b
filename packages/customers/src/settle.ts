import type { Customer, Mail, UndeliverableReason } from './customer.ts'

/** What is known of a claimed mail: SES accepted it, or accepted it and then rejected it. */
export interface Finding {
  /** The mail's id. */
  claim: string
  finding: 'accepted' | 'rejected'
  at: number
}

/**
 * Settles a claim by what is known of its mail, from its sender or from SES's events. Findings may come late,
 * twice, in any order, and for customers long gone: a rejection outlasts an acceptance, and the rest changes nothing.
 */
export function settle(stored: Customer | undefined, { claim, finding, at }: Finding) {
  return changeMail(stored, claim, (mail) => {
    if (mail.rejectedAt !== undefined) return mail
    if (finding === 'accepted') return mail.sentAt === undefined ? { ...mail, sentAt: at } : mail
    const { sentAt: _, ...unsent } = mail
    return { ...unsent, rejectedAt: at }
  })
}

/** The mail of this claim was certainly not sent: as if it had never been claimed. */
export function release(stored: Customer | undefined, { claim }: { claim: string }) {
  return changeMail(stored, claim, (mail) => (mail.sentAt === undefined ? undefined : mail))
}

function changeMail(stored: Customer | undefined, id: string, change: (mail: Mail) => Mail | undefined) {
  const unchanged = { outcome: 'unchanged', customer: stored } as const
  if (!stored || stored.state === 'WITHDRAWN') return unchanged
  const mail = stored.mails.find((one) => one.id === id)
  const changed = mail && change(mail)
  if (!mail || changed === mail) return unchanged
  const mails = stored.mails.flatMap((one) => (one === mail ? (changed ?? []) : one))
  return { outcome: 'changed', customer: { ...stored, mails } } as const
}

/**
 * A mail to this customer bounced for good, or its reader complained: whichever mail it was, nothing more is sent. The
 * mark lives as long as the registration. Should the address come back after that, SES's own suppression list still
 * keeps our reputation, and its bounce sets the mark again.
 */
export function markUndeliverable(stored: Customer | undefined, event: { reason: UndeliverableReason; at: number }) {
  if (!stored || stored.state === 'WITHDRAWN' || stored.undeliverable) {
    return { outcome: 'unchanged', customer: stored } as const
  }
  const undeliverable = { reason: event.reason, at: event.at }
  return { outcome: 'changed', customer: { ...stored, undeliverable } } as const
}
