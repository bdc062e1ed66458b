import { setTimeout as pause } from 'node:timers/promises'
import type { ConsentWay } from '@confirmation-reminder/contracts/functions'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import { isBeingReminded } from '@confirmation-reminder/customers/claim-reminder'
import { confirm } from '@confirmation-reminder/customers/confirm'
import type { Customer } from '@confirmation-reminder/customers/customer'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { isPast, parseToken, type Token } from '@confirmation-reminder/customers/token'

/** What a token leads to. */
export interface TokenResult {
  outcome: 'pending' | 'confirmed' | 'malformed' | 'unknown' | 'expired' | 'withdrawn'
  /** The customer's language, if the token proves that it was sent to them. */
  locale?: Locale
  /** Where the registration wants the confirmation to lead. */
  returnTo?: string
  customerId?: string
  traceId?: string
}

/** What a token would do. Changes nothing. */
export async function lookUp(customers: Customers, token: string, now: number): Promise<TokenResult> {
  const parsed = parseToken(token)
  if (!parsed) return { outcome: 'malformed' }
  const customer = await customers.find(parsed.customerId)
  // The same decision as for a confirmation, without writing it.
  const found = confirm(customer, { tokenHash: parsed.hash, now })
  return resultOf(found.customer === customer ? found : { outcome: 'pending', customer }, parsed, now)
}

/**
 * Confirms the customer to whom the token was sent. `from` is the IP address that answers, `by` how the answer was
 * given.
 */
export async function confirmByToken(
  customers: Customers,
  token: string,
  now: number,
  { from, by }: { from: string; by: ConsentWay },
): Promise<TokenResult> {
  const parsed = parseToken(token)
  if (!parsed) return { outcome: 'malformed' }
  const event = { tokenHash: parsed.hash, now, from, by }
  const confirmed = await customers.change(parsed.customerId, (stored) => confirm(stored, event))
  if (confirmed.outcome === 'confirmed') await untilNoReminderIsOnItsWay(customers, confirmed.customer)
  return resultOf(confirmed, parsed, now)
}

const pollMs = 250

/**
 * A customer whose page says "confirmed" gets no reminder afterwards. One may have been claimed a moment ago and be on its
 * way: the response waits until its outcome is known, or until it can no longer go out.
 */
async function untilNoReminderIsOnItsWay(customers: Customers, confirmed: Customer | undefined): Promise<void> {
  for (let customer = confirmed; customer && isBeingReminded(customer, Date.now()); ) {
    await pause(pollMs)
    customer = await customers.find(customer.customerId)
  }
}

function resultOf(
  { outcome, customer }: { outcome: TokenResult['outcome']; customer: Customer | undefined },
  token: Token,
  now: number,
): TokenResult {
  if (!customer || outcome === 'unknown') return { outcome: isPast(token, now) ? 'expired' : outcome }
  const { customerId, traceId } = customer
  if (customer.state === 'WITHDRAWN') return { outcome, customerId, traceId }
  const { locale, returnTo } = customer
  return { outcome, customerId, traceId, locale, ...(returnTo !== undefined && { returnTo }) }
}
