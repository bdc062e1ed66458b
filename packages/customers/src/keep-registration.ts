import { type Customer, isExpired, type PendingCustomer } from './customer.ts'

export interface Keeping {
  /** The registration whose run keeps it. */
  traceId: string
  /** How long the plan of the run keeps an unanswered registration, in seconds since it was made. Left out: as it is. */
  lifetimeSeconds?: number | undefined
  now: number
}

/**
 * Keeps an unanswered registration for as long as the plan of its run says. `register` decides that first, by the settings
 * that it was shipped with; a run may have begun with a plan that is longer. What has lapsed stays so.
 */
export function keepRegistration(stored: Customer | undefined, { traceId, lifetimeSeconds = 0, now }: Keeping) {
  const isOpen = stored?.state === 'PENDING' && stored.traceId === traceId && !isExpired(stored, now)
  const expiresAt = isOpen ? plannedExpiry(stored, lifetimeSeconds) : 0
  const customer = isOpen && stored.expiresAt < expiresAt ? { ...stored, expiresAt } : stored
  return { outcome: 'kept', customer } as const
}

/** Whether an unanswered registration has lapsed although the plan of its run keeps it longer: no visit kept it in time. */
export function hasLapsedEarly(stored: Customer | undefined, { traceId, lifetimeSeconds = 0, now }: Keeping): boolean {
  if (stored?.state !== 'PENDING' || stored.traceId !== traceId || !isExpired(stored, now)) return false
  return now < plannedExpiry(stored, lifetimeSeconds) * 1000
}

/** Seconds since 1970. */
function plannedExpiry({ registeredAt }: PendingCustomer, lifetimeSeconds: number): number {
  return Math.floor(registeredAt / 1000) + lifetimeSeconds
}
