import { setTimeout as pause } from 'node:timers/promises'
import type { Locale } from '@confirmation-reminder/contracts/locale'
import { isBeingReminded } from '@confirmation-reminder/customers/claim-reminder'
import type { Customer } from '@confirmation-reminder/customers/customer'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { isPast, parseToken, type Token } from '@confirmation-reminder/customers/token'
import { withdraw } from '@confirmation-reminder/customers/withdraw'

export interface Dependencies {
  customers: Customers
  /** How long no mail goes to an address that was withdrawn. */
  holdDays: number
}

/** What a token leads to. */
export interface TokenResult {
  outcome: 'pending' | 'withdrawn' | 'malformed' | 'unknown' | 'expired'
  /** The customer's language, if the token proves that it was sent to them. */
  locale?: Locale
  customerId?: string
  traceId?: string
}

/** What a token would do. Changes nothing. */
export async function lookUp({ customers, holdDays }: Dependencies, token: string, now: number): Promise<TokenResult> {
  const parsed = parseToken(token)
  if (!parsed) return { outcome: 'malformed' }
  const customer = await customers.find(parsed.customerId)
  // The same decision as for a withdrawal, without writing it.
  const found = withdraw(customer, { tokenHash: parsed.hash, holdDays, now })
  return resultOf(found.customer === customer ? found.outcome : 'pending', customer, parsed, now)
}

/** Deletes the customer to whom the token was sent. */
export async function withdrawByToken(
  { customers, holdDays }: Dependencies,
  token: string,
  now: number,
): Promise<TokenResult> {
  const parsed = parseToken(token)
  if (!parsed) return { outcome: 'malformed' }
  // The response uses the customer's language, which is deleted with the customer.
  let before: Customer | undefined
  const { outcome } = await customers.change(parsed.customerId, (stored) => {
    before = stored
    return withdraw(stored, { tokenHash: parsed.hash, holdDays, now })
  })
  // A customer whose page says "no more mail" gets none: by then a reminder that is on its way has been sent, or never
  // will. Its claim is deleted, so only the time shows it.
  while (outcome === 'withdrawn' && before && isBeingReminded(before, Date.now())) await pause(pollMs)
  return resultOf(outcome, before, parsed, now)
}

const pollMs = 250

function resultOf(
  outcome: TokenResult['outcome'],
  customer: Customer | undefined,
  token: Token,
  now: number,
): TokenResult {
  if (!customer || outcome === 'unknown') return { outcome: isPast(token, now) ? 'expired' : outcome }
  const { customerId, traceId } = customer
  return { outcome, customerId, traceId, ...(customer.state !== 'WITHDRAWN' && { locale: customer.locale }) }
}
