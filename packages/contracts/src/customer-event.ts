import * as v from 'valibot'
import { Locale } from './locale.ts'
import { Uuid } from './payload.ts'

/** The `source` of every event about a customer. */
export const customerEventSource = 'confirmation-reminder'

const moment = v.pipe(v.string(), v.isoTimestamp('is not an ISO timestamp'))

/** What every event says. Consumers must ignore fields that they do not know: later releases may add some. */
const common = {
  /** Of the fields and their meaning. Another version would be another event, beside this one. */
  version: v.literal(1),
  /** The same whenever this event is delivered again, as it may be: every event comes at least once. */
  eventId: Uuid,
  customerId: Uuid,
  /** Names the registration: a person who registers again after a registration has lapsed has another. */
  traceId: Uuid,
  /** When it happened, which may be some time before the event. */
  at: moment,
  /** The fields that the stage declares in `attributes`, as far as they were filled. */
  attributes: v.record(v.string(), v.string()),
  /** The email address, if the setting `events.withAddress` is on. */
  address: v.optional(v.string()),
}
const known = { ...common, locale: Locale }

const event = <const T extends string, E extends v.ObjectEntries>(type: T, detail: E) =>
  v.object({ source: v.literal(customerEventSource), 'detail-type': v.literal(type), detail: v.object(detail) })

/**
 * The events about customers on the bus of a stage, as consumers get them. Only `source`, `detail-type` and `detail` are
 * promised here; EventBridge adds the rest.
 */
export const CustomerEvent = v.variant('detail-type', [
  event('Customer Registered', known),
  event('Customer Confirmed', known),
  /** SES accepted a reminder. `step` is its place in the plan, from 1. */
  event('Customer Reminded', { ...known, step: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  /** "This was not me": nothing is kept of the customer. A customer whom a restore brought back has no locale. */
  event('Customer Withdrawn', { ...common, locale: v.optional(Locale) }),
  /** No more mail is sent. `unknown`: a restore of the table found only that it was one of the two. */
  event('Customer Undeliverable', { ...known, reason: v.picklist(['bounce', 'complaint', 'unknown']) }),
  /** Nobody confirmed in time, and nothing is kept of the customer. */
  event('Registration Lapsed', known),
])
export type CustomerEvent = v.InferOutput<typeof CustomerEvent>
export type CustomerEventType = CustomerEvent['detail-type']
