import { type CustomerEvent, customerEventSource } from '@confirmation-reminder/contracts/customer-event'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { Uuid } from '@confirmation-reminder/contracts/payload'
import { ChangeRecord } from '@confirmation-reminder/contracts/stream-event'
import { type Happening, happenings } from '@confirmation-reminder/customers/happenings'
import { rowOf } from '@confirmation-reminder/customers/row'
import { v5 } from 'uuid'
import { is } from 'valibot'
import { type Counts, countsOf } from './counts.ts'

/** Of the ids of our events, and of nothing else. Another one would make every event look new. */
const namespace = '7963f84d-41c4-4b62-9c04-9aa3fa5b31f6'

/** An event, and what it adds to the metrics of the funnel once it is on the bus. */
export interface Announcement {
  event: CustomerEvent
  counts: Counts
}

/**
 * The announcements of one record of the table's stream. Records that are not about a customer have none, such as that of the stage's key.
 * @throws NamedError ContractViolation that names the customer, if the record or its item is not as this release writes it
 */
export function announcementsOf(record: unknown, options: { withAddress: boolean }): Announcement[] {
  if (!is(ChangeRecord, record)) throw unreadable('A record of the stream breaks its contract.')
  const { dynamodb, userIdentity } = record
  const customerId = dynamodb.Keys[customersTable.hashKey].S
  if (!is(Uuid, customerId)) return []
  const customerIn = (image: typeof dynamodb.NewImage) => image && rowOf(image as Parameters<typeof rowOf>[0]).customer
  try {
    return happenings({
      before: customerIn(dynamodb.OldImage),
      after: customerIn(dynamodb.NewImage),
      isExpiry: userIdentity?.principalId === 'dynamodb.amazonaws.com',
    }).map((happening) => ({ event: eventOf(happening, options), counts: countsOf(happening) }))
  } catch (error) {
    throw unreadable(`The item of the customer ${customerId} cannot be read: ${error}`)
  }
}

const unreadable = (message: string) => new NamedError(errorNames.contractViolation, message)

/** The event as consumers get it. Its id follows from what happened, so that it is the same each time. */
function eventOf(happening: Happening, { withAddress }: { withAddress: boolean }): CustomerEvent {
  const { type, customerId, traceId, at, customer, step, reason } = happening
  const detail = {
    version: 1,
    eventId: v5([customerId, traceId, type, step].join(' '), namespace),
    customerId,
    traceId,
    at: new Date(at).toISOString(),
    ...(customer && { locale: customer.locale }),
    attributes: customer?.attributes ?? {},
    ...(withAddress && customer && { address: customer.email }),
    ...(step !== undefined && { step }),
    ...(reason && { reason }),
  }
  return { source: customerEventSource, 'detail-type': type, detail } as CustomerEvent
}
