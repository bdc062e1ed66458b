import { type Customer, isExpired, tokenHashesOf, type WithdrawnCustomer } from './customer.ts'
import { isAmong } from './token.ts'

export interface Withdrawn {
  outcome: 'withdrawn' | 'unknown' | 'expired'
  customer: Customer | undefined
}

const daySeconds = 86_400

/**
 * Withdraws the customer ("this was not me") by the token of any mail, confirmed or not: deletes their data, and for
 * `holdDays` no mail goes to this address. Withdrawing again changes nothing.
 */
export function withdraw(
  stored: Customer | undefined,
  { tokenHash, holdDays, now }: { tokenHash: string; holdDays: number; now: number },
): Withdrawn {
  if (!stored || !isAmong(tokenHash, tokenHashesOf(stored))) return { outcome: 'unknown', customer: stored }
  if (stored.state === 'WITHDRAWN') {
    return { outcome: isExpired(stored, now) ? 'unknown' : 'withdrawn', customer: stored }
  }
  if (isExpired(stored, now)) return { outcome: 'expired', customer: stored }
  const { customerId, traceId } = stored
  const tokenHashes = tokenHashesOf(stored)
  return { outcome: 'withdrawn', customer: tombstone({ customerId, traceId, tokenHashes }, { holdDays, now }) }
}

/** What is left of a customer who withdrew now. */
export function tombstone(
  { customerId, traceId, tokenHashes }: Pick<WithdrawnCustomer, 'customerId' | 'traceId' | 'tokenHashes'>,
  { holdDays, now }: { holdDays: number; now: number },
): WithdrawnCustomer {
  const expiresAt = Math.floor(now / 1000) + holdDays * daySeconds
  return { customerId, traceId, state: 'WITHDRAWN', withdrawnAt: now, tokenHashes, expiresAt }
}
