import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import type { Customers } from '@confirmation-reminder/customers/customers'
import { markUndeliverable, settle } from '@confirmation-reminder/customers/settle'
import type { Feedback } from './event.ts'

/** The outcome of an event. `unchanged`: it contained nothing new, or its customer is gone. */
export type FeedbackOutcome = 'settled' | 'undeliverable' | 'unchanged'

/**
 * Stores what an event of SES says.
 * @throws NamedError MailRefused, if it is the first event that says that SES rejected one of our mails: its run may have
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
      'SES accepted one of our mails and then rejected it, as it does if it finds a virus. Check the text of the mails. ' +
        'The customer gets another mail by registering again.',
    )
  }
  return outcome
}
