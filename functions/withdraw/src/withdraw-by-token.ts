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
  /** The customer's language, where the token proves that it was sent to them. */
  locale?: Locale
  customerId?: string
  traceId?: string
}

/** What a token would do. Changes nothing. */
export async function lookUp({ customers, holdDays }: Dependencies, token: string, now: number): Promise<TokenResult> {
  const parsed = parseToken(token)
  if (!parsed) return { outcome: 'malformed' }
  const customer = await customers.find(parsed.customerId)
  // As if they withdrew, but for the writing.
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
  // The answer speaks the customer's language, of which nothing is left afterwards.
  let before: Customer | undefined
  const { outcome } = await customers.change(parsed.customerId, (stored) => {
    before = stored
    return withdraw(stored, { tokenHash: parsed.hash, holdDays, now })
  })
  // A customer whose page says "no more mail" gets none: a reminder that is on its way has been sent by then, or never
  // will. Nothing of its claim is left to look at, so only the time shows it.
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
