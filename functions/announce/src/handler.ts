/**
 * Lambda invokes it with the changes of the customers' table, in their order for each customer. It announces on the event
 * bus what happened. A change leaves the stream only when its events are on the bus, so that a crash of anything announces an
 * event again and loses none. Events that consumers get twice have the same `eventId`. It also counts, in CloudWatch's metrics,
 * what left the stream.
 */

import { ownMetrics } from '@confirmation-reminder/contracts/metrics'
import type { BatchResponse } from '@confirmation-reminder/contracts/notification'
import type { Changes } from '@confirmation-reminder/contracts/stream-event'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged } from '@confirmation-reminder/handler/logged'
import { scrub } from '@confirmation-reminder/handler/scrub'
import { openBus } from './bus.ts'
import { announcementsOf } from './event.ts'

const environment = readEnvironment('announce')
const options = { withAddress: environment.EVENTS_WITH_ADDRESS === 'true' }
const bus = openBus(environment.EVENT_BUS)

export const handler = logged('announce', async ({ Records }: Changes, note, count): Promise<BatchResponse> => {
  const errors = new Set<string>()
  const announced = Records.flatMap((record) => {
    try {
      return announcementsOf(record, options).map((announcement) => ({ record, ...announcement }))
    } catch (error) {
      // Tried again it would be as unreadable, and hold up the events of everybody else for a day.
      errors.add(scrub(String(error)))
      count(ownMetrics.changesUnreadable)
      return []
    }
  })
  const customerIds = new Set(announced.map(({ event }) => event.detail.customerId))
  if (customerIds.size > 0) note({ customerId: [...customerIds].join(' ') })
  const { accepted, refusal } = await bus.put(announced.map(({ event }) => event))
  note({ outcome: accepted > 0 ? 'announced' : 'nothing' })
  if (refusal !== undefined) errors.add(scrub(refusal))
  if (errors.size > 0) note({ errors: [...errors].join(' ') })
  const failed = announced[accepted]
  // Thrown, it also counts as an error of this version, so that a canary that announces nothing is rolled back.
  if (failed && accepted === 0) throw new Error(`The event bus refuses events: ${scrub(refusal ?? '')}`)
  for (const { record, counts } of announced.slice(0, accepted)) {
    // A record that was announced in part comes again, and counts then.
    if (record !== failed?.record) for (const [metric, value] of counts) count(metric, value)
  }
  if (!failed) return { batchItemFailures: [] }
  // Lambda invokes it again with this record and those after it.
  return { batchItemFailures: [{ itemIdentifier: failed.record.dynamodb.SequenceNumber }] }
})
