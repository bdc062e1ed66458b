import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { customerEventSource } from '@confirmation-reminder/contracts/customer-event'
import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty())

/** What is needed of an event. Of the rest, also of types that later releases add, nothing is read. */
const Letter = v.object({
  id: text,
  // The webhook's rule takes no other: the bus would accept it, and nobody would get it.
  source: v.literal(customerEventSource),
  'detail-type': text,
  time: v.pipe(
    text,
    v.check((time) => !Number.isNaN(Date.parse(time))),
  ),
  // Without an id consumers could not recognise the event as one that they may have.
  detail: v.looseObject({ eventId: text }),
})

/** An event about a customer that a target did not take. */
export interface DeadLetter {
  /** EventBridge's own id of the event: another one each time it is put on the bus. */
  id: string
  /** The same event, for a bus. */
  entry: Omit<PutEventsRequestEntry, 'EventBusName'>
}

/** The event in the body of a message; or the fault of the body, without any of its values, which may be personal data. */
export function readDeadLetter(body: string): DeadLetter | { fault: string } {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { fault: 'it is not JSON' }
  }
  const { success, output, issues } = v.safeParse(Letter, json)
  if (!success) {
    const path = v.getDotPath(issues[0])
    return { fault: path ? `"${path}" is missing or wrong` : 'it is not an object' }
  }
  const { id, source, 'detail-type': type, time } = output
  // As it came: the schema's output may lack a member, such as `__proto__`.
  const { detail } = json as { detail: unknown }
  return { id, entry: { Source: source, DetailType: type, Detail: JSON.stringify(detail), Time: new Date(time) } }
}
