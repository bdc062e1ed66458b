import { type Customer, isExpired, tokenHashesOf } from './customer.ts'
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
  return {
    outcome: 'withdrawn',
    customer: {
      customerId: stored.customerId,
      traceId: stored.traceId,
      state: 'WITHDRAWN',
      withdrawnAt: now,
      tokenHashes: tokenHashesOf(stored),
      expiresAt: Math.floor(now / 1000) + holdDays * daySeconds,
    },
  }
}
