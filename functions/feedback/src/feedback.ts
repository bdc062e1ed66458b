import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { markUndeliverable, settle } from '@confirmation-reminder/customers/settle'
import type { Feedback } from './event.ts'

/** The outcome of an event. `unchanged`: it said nothing new, or its customer is gone. */
export type FeedbackOutcome = 'settled' | 'undeliverable' | 'unchanged'

/**
 * Stores what an event of SES says.
 * @throws NamedError MailRefused, if it says for the first time that SES rejected a mail of ours: its run may have
 * ended long ago, so no other error reports it. The event is stored by then.
 */
export async function takeFeedback(customers: Customers, feedback: Feedback): Promise<FeedbackOutcome> {
  const { customerId, finding, undeliverable: reason, at } = feedback
  const { outcome } = await customers.change(customerId, (stored) => {
    const settled = settle(stored, feedback)
    const marked = reason ? markUndeliverable(settled.customer, { reason, at }) : settled
    if (reason && marked.outcome === 'changed') return { outcome: 'undeliverable', customer: marked.customer } as const
    const outcome = settled.outcome === 'changed' ? 'settled' : 'unchanged'
    return { outcome, customer: settled.customer } as const
  })
  if (outcome === 'settled' && finding === 'rejected') {
    throw new NamedError(
      errorNames.mailRefused,
      'SES took a mail of ours and refused to deliver it, as it does when it finds a virus. See what the mails say. ' +
        'Their customer gets the next one by registering again.',
    )
  }
  return outcome
}
