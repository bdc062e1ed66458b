import type { Customer, Mail, RegisteredCustomer, UndeliverableReason } from './customer.ts'

/** The finding about a claimed mail: SES accepted it, or accepted it and then rejected it. */
export interface Finding {
  /** The mail's id. */
  claim: string
  finding: 'accepted' | 'rejected'
  at: number
}

/**
 * Settles a claim by a finding about its mail, from its sender or from SES's events. Findings may come late, twice, in
 * any order, and for deleted customers: a rejection replaces an acceptance, and all others change nothing.
 */
export function settle(stored: Customer | undefined, { claim, finding, at }: Finding) {
  const { outcome, customer } = changeMail(stored, claim, (mail) => {
    if (mail.rejectedAt !== undefined) return mail
    if (finding === 'accepted') return mail.sentAt === undefined ? { ...mail, sentAt: at } : mail
    const { sentAt: _, ...unsent } = mail
    return { ...unsent, rejectedAt: at }
  })
  return outcome === 'changed' ? { outcome, customer: withoutReadings(customer, claim) } : { outcome, customer }
}

/** The reminder has its evidence, so that it no longer matters what the queues of events held before. */
function withoutReadings(customer: RegisteredCustomer, id: string): RegisteredCustomer {
  const { readings, ...settled } = customer
  return customer.mails.some((mail) => mail.id === id && mail.step === readings?.step) ? settled : customer
}

/** Releases a claim whose mail was certainly not sent, as if it had never been claimed. */
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
 * Any mail to this customer bounced permanently, or its reader complained: no more mail is sent. The mark lasts as long as
 * the registration. If the address registers again after that, SES's own suppression list still protects our
 * reputation, and its bounce sets the mark again.
 */
export function markUndeliverable(stored: Customer | undefined, event: { reason: UndeliverableReason; at: number }) {
  if (!stored || stored.state === 'WITHDRAWN' || stored.undeliverable) {
    return { outcome: 'unchanged', customer: stored } as const
  }
  const undeliverable = { reason: event.reason, at: event.at }
  return { outcome: 'changed', customer: { ...stored, undeliverable } } as const
}
