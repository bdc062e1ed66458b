import * as v from 'valibot'

/** A UUID, lower case, as RFC 9562 writes it. */
export const Uuid = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'is not a lower-case UUID'),
)

/**
 * What a run of the state machine carries from registration to reminder: the article's two fields and nothing else,
 * so that no personal data rests in run inputs.
 * Additions must be optional: runs that wait a day hold payloads that an older version wrote.
 */
export const ReminderPayload = v.object({ customerId: Uuid, traceId: Uuid })
export type ReminderPayload = v.InferOutput<typeof ReminderPayload>

/**
 * The name of a run. Unique per registration, so that starting a run twice is harmless; at most 73 of the 80 characters
 * that Step Functions allows, and only those that it can also log.
 */
export function runName({ customerId, traceId }: ReminderPayload): string {
  return `${customerId}_${traceId}`
}
