/**
 * Lambda invokes it with messages of the queue of SES's events about each mail. Events come late, twice, in any order, and
 * about customers long gone; all of that is harmless. It settles claims and marks addresses that take no mail, and
 * deliberately sends nothing: a run that waits for evidence checks again.
 */

import { ownMetrics } from '@confirmation-reminder/contracts/metrics'
import type { BatchResponse, Notification } from '@confirmation-reminder/contracts/notification'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged } from '@confirmation-reminder/handler/logged'
import { scrub } from '@confirmation-reminder/handler/scrub'
import { idOf, readRecord, recordsIn } from './event.ts'
import { takeFeedback } from './feedback.ts'

const environment = readEnvironment('feedback')
const customers = openCustomers(environment.CUSTOMERS_TABLE)

export const handler = logged('feedback', async (event: Notification, note, count): Promise<BatchResponse> => {
  const records = recordsIn(event)
  const customerIds = new Set<string>()
  const undeliverable = new Set<string>()
  const outcomes: string[] = []
  const failures: { id: string | undefined; error: unknown }[] = []
  // At once, so that a table that answers slowly does not use up the time of the whole batch.
  await Promise.all(
    records.map(async (record) => {
      try {
        const reading = readRecord(record)
        if ('customerId' in reading) customerIds.add(reading.customerId)
        if ('outcome' in reading) {
          outcomes.push(reading.outcome)
          return
        }
        outcomes.push(await takeFeedback(customers, reading))
        if (reading.undeliverable) undeliverable.add(reading.customerId)
      } catch (error) {
        failures.push({ id: idOf(record), error })
      }
    }),
  )
  if (customerIds.size > 0) note({ customerId: [...customerIds].join(' ') })
  if (outcomes.length > 0) note({ outcome: [...new Set(outcomes)].join(' ') })
  // Also if their rows are gone: a restore of the table looks for these lines.
  if (undeliverable.size > 0) note({ undeliverable: [...undeliverable].join(' ') })
  // It is recorded, and its run may have ended long ago: no error would report it.
  const rejected = outcomes.filter((outcome) => outcome === 'rejected').length
  if (rejected > 0) count(ownMetrics.mailsRejected, rejected)
  const [first] = failures
  if (!first) return { batchItemFailures: [] }
  note({ errors: scrub([...new Set(failures.map(({ error }) => String(error)))].join(' ')) })
  const identified = failures.flatMap(({ id }) => (id === undefined ? [] : { itemIdentifier: id }))
  // Thrown, it also counts as an error of this version, so that a canary that can record nothing is rolled back. And only
  // a message with an id can be delivered again by itself.
  if (failures.length === records.length || identified.length < failures.length) throw first.error
  count(ownMetrics.eventsFailed, failures.length)
  return { batchItemFailures: identified }
})
