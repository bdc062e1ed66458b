import { type Customer, isExpired, type Mail } from './customer.ts'

/**
 * Everything stored about a customer, in words that the customer can read, for a request for access (GDPR, article 15).
 * Times are ISO 8601. Only the hashes that protect links are left out.
 */
export function exportCustomer(customer: Customer, now: number): object {
  const { customerId, state } = customer
  if (customer.state === 'WITHDRAWN') {
    const { withdrawnAt, expiresAt } = customer
    return { customerId, state, withdrawnAt: iso(withdrawnAt), noMailUntil: iso(expiresAt * 1000) }
  }
  const {
    email,
    locale,
    registeredAt,
    registeredFrom,
    undeliverable,
    postponed,
    readings,
    withheld,
    mails,
    attributes,
    returnTo,
  } = customer
  return {
    customerId,
    state: isExpired(customer, now) ? 'EXPIRED, to be deleted within days' : state,
    email,
    locale,
    ...(attributes && { attributes }),
    ...(returnTo && { returnTo }),
    registration: { at: iso(registeredAt), from: registeredFrom },
    ...(customer.state === 'PENDING' && { deletedFrom: iso(customer.expiresAt * 1000) }),
    ...(customer.state === 'CONFIRMED' && { consent: exportConsent(customer.consent) }),
    ...(undeliverable && { undeliverable: { ...undeliverable, at: iso(undeliverable.at) } }),
    ...(withheld && { noReminder: { ...withheld, at: iso(withheld.at) } }),
    ...(postponed && { reminderPostponedUntil: iso(postponed.until) }),
    ...(readings && { noReportOnReminder: { from: iso(readings.since), to: iso(readings.until) } }),
    mails: mails.map(exportMail),
  }
}

function exportConsent({ asked, answered }: Extract<Customer, { state: 'CONFIRMED' }>['consent']) {
  return { asked: { ...asked, at: iso(asked.at) }, answered: { ...answered, at: iso(answered.at) } }
}

function exportMail({ id: _, claimedAt, sentAt, rejectedAt, ...mail }: Mail) {
  return {
    ...mail,
    claimedAt: iso(claimedAt),
    ...(sentAt !== undefined && { sentAt: iso(sentAt) }),
    ...(rejectedAt !== undefined && { rejectedAt: iso(rejectedAt) }),
  }
}

const iso = (ms: number) => new Date(ms).toISOString()
