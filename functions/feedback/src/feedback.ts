import type { Customers } from '@confirmation-reminder/customers/customers'
import { markUndeliverable, settle } from '@confirmation-reminder/customers/settle'
import type { Feedback } from './event.ts'

/**
 * The outcome of an event.
 * - `rejected`: the first event that says that SES rejected one of our mails
 * - `unchanged`: it contained nothing new, or its customer is gone
 */
export type FeedbackOutcome = 'settled' | 'rejected' | 'undeliverable' | 'unchanged'

/** Stores what an event of SES says. */
export async function takeFeedback(customers: Customers, feedback: Feedback): Promise<FeedbackOutcome> {
  const { customerId, finding, undeliverable: reason, at } = feedback
  const { outcome } = await customers.change(customerId, (stored) => {
    const settled = settle(stored, feedback)
    const marked = reason ? markUndeliverable(settled.customer, { reason, at }) : settled
    if (reason && marked.outcome === 'changed') return { outcome: 'undeliverable', customer: marked.customer } as const
    const outcome = settled.outcome === 'changed' ? 'settled' : 'unchanged'
    return { outcome, customer: settled.customer } as const
  })
  return outcome === 'settled' && finding === 'rejected' ? 'rejected' : outcome
}
