/**
 * Subscribed to the topic of SES's events: what became of each mail. Events come late, twice, in any order, and about
 * customers long gone; all of that is harmless. It settles claims and marks addresses that take no mail, and
 * deliberately sends nothing: a run that waits for evidence asks again.
 */

import type { Notification } from '@confirmation-reminder/contracts/notification'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged } from '@confirmation-reminder/handler/logged'
import { readRecord, recordsIn } from './event.ts'
import { takeFeedback } from './feedback.ts'

const environment = readEnvironment('feedback')
const customers = openCustomers(environment.CUSTOMERS_TABLE)

export const handler = logged('feedback', async (notification: Notification, note): Promise<void> => {
  const failures: unknown[] = []
  // SNS hands over one message at a time, though its format allows several. One that fails does not stop the others.
  for (const record of recordsIn(notification)) {
    try {
      const told = readRecord(record)
      if ('customerId' in told) note({ customerId: told.customerId })
      note({ outcome: 'outcome' in told ? told.outcome : await takeFeedback(customers, told) })
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
})
