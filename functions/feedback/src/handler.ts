/**
 * Subscribed to the topic of SES's events about each mail. Events come late, twice, in any order, and about
 * customers long gone; all of that is harmless. It settles claims and marks addresses that take no mail, and
 * deliberately sends nothing: a run that waits for evidence checks again.
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
  // SNS passes one message at a time, though its format allows several. One that fails does not stop the others.
  for (const record of recordsIn(notification)) {
    try {
      const reading = readRecord(record)
      if ('customerId' in reading) note({ customerId: reading.customerId })
      note({ outcome: 'outcome' in reading ? reading.outcome : await takeFeedback(customers, reading) })
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
})
