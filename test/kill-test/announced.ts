import type { CustomerEvent, CustomerEventType } from '@confirmation-reminder/contracts/customer-event'

/** What is known of one registration, beside what was announced. Moments are milliseconds since 1970. */
export interface Known {
  acknowledgedAt?: number
  confirmedAt?: number
  withdrawnAt?: number
  /** Whether its reader may have done more than was acknowledged. */
  gaveUp: boolean
  /** Whether it has certainly lapsed. */
  lapsed: boolean
  /** Whether its mails bounce, or lead to a complaint. */
  undeliverable: boolean
  /** How many different reminders were sent. */
  reminders: number
}

// SES's event about a reminder whose function died is hours late, or a day in an outage; nothing is kept of it after a withdrawal.
const evidenceKnownWithinMs = 36 * 3_600_000

/** What certainly happened, each as often as it did. */
function happened(known: Known, remindedAt: readonly number[]): CustomerEventType[] {
  const { acknowledgedAt, confirmedAt, withdrawnAt, lapsed, undeliverable } = known
  const isKept = (at: number) => withdrawnAt === undefined || withdrawnAt - at > evidenceKnownWithinMs
  return [
    ...(acknowledgedAt === undefined ? [] : ['Customer Registered' as const]),
    ...remindedAt.filter(isKept).map(() => 'Customer Reminded' as const),
    ...(confirmedAt === undefined ? [] : ['Customer Confirmed' as const]),
    ...(undeliverable && acknowledgedAt !== undefined ? ['Customer Undeliverable' as const] : []),
    ...(withdrawnAt === undefined ? [] : ['Customer Withdrawn' as const]),
    ...(lapsed ? ['Registration Lapsed' as const] : []),
  ]
}

/**
 * Whether something happened that no event says.
 * @param remindedAt when each different reminder was sent
 */
export function isUnannounced(known: Known, remindedAt: readonly number[], events: readonly CustomerEvent[]): boolean {
  const announced = once(events).map((event) => event['detail-type'])
  const missing = happened(known, remindedAt).filter((type) => {
    const place = announced.indexOf(type)
    if (place >= 0) announced.splice(place, 1)
    return place < 0
  })
  return missing.length > 0
}

/** Whether an event says something that did not happen, or says one thing under two ids. */
export function isInvented(known: Known, events: readonly CustomerEvent[]): boolean {
  const { confirmedAt, withdrawnAt, gaveUp, undeliverable, reminders } = known
  const answered = confirmedAt !== undefined || withdrawnAt !== undefined
  const most: Record<CustomerEventType, number> = {
    'Customer Registered': 1,
    'Customer Reminded': reminders,
    'Customer Confirmed': confirmedAt !== undefined || gaveUp ? 1 : 0,
    'Customer Withdrawn': withdrawnAt !== undefined || gaveUp ? 1 : 0,
    'Customer Undeliverable': undeliverable ? 1 : 0,
    'Registration Lapsed': answered ? 0 : 1,
  }
  const announced = once(events).map((event) => event['detail-type'])
  return Object.entries(most).some(([type, times]) => announced.filter((one) => one === type).length > times)
}

/** Each event once, by its id. */
const once = (events: readonly CustomerEvent[]) => [
  ...new Map(events.map((event) => [event.detail.eventId, event])).values(),
]
