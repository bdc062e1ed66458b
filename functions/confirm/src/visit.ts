import type { Locale } from '@confirmation-reminder/contracts/functions'
import type { Customer } from '@confirmation-reminder/customers/customer'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { parseToken } from '@confirmation-reminder/customers/token'
import { confirm } from '@confirmation-reminder/customers/transitions'

/** How somebody who comes with a token finds things. */
export interface Visit {
  outcome: 'pending' | 'confirmed' | 'malformed' | 'unknown' | 'expired'
  /** The customer's language, where the token proves that it was sent to them. */
  locale?: Locale
  customerId?: string
  traceId?: string
}

/** What a token would do. Changes nothing. */
export async function look(customers: Customers, token: string, now: number): Promise<Visit> {
  const parsed = parseToken(token)
  if (!parsed) return { outcome: 'malformed' }
  const customer = await customers.find(parsed.customerId)
  // As if they confirmed, but for the writing.
  const found = confirm(customer, { tokenHash: parsed.hash, now })
  return visit(found.customer === customer ? found : { outcome: 'pending', customer })
}

/** Confirms the customer to whom the token was sent. */
export async function confirmByToken(customers: Customers, token: string, now: number): Promise<Visit> {
  const parsed = parseToken(token)
  if (!parsed) return { outcome: 'malformed' }
  const event = { tokenHash: parsed.hash, now }
  return visit(await customers.change(parsed.customerId, (stored) => confirm(stored, event)))
}

function visit({ outcome, customer }: { outcome: Visit['outcome']; customer: Customer | undefined }): Visit {
  if (!customer || outcome === 'unknown') return { outcome }
  const { customerId, traceId, locale } = customer
  return { outcome, customerId, traceId, locale }
}
