import * as v from 'valibot'
import { mailTags } from './mail-tags.ts'

/** A field that SES's own description calls optional too: any other shape is ignored and is not an error. */
const ifReadable = <S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined)

// Our mails have each tag once. A mail with several values, or none, is not ours.
const tag = v.strictTuple([v.string()])

/**
 * SES's event about a mail, as far as it is read: by the event publishing of a configuration set or, through
 * `withEventType`, by the notifications of an identity.
 */
export const MailEvent = v.object({
  eventType: v.string(),
  mail: v.object({
    /** When SES accepted it. */
    timestamp: v.pipe(
      v.string(),
      v.isoTimestamp('is not an ISO timestamp'),
      v.check((text) => !Number.isNaN(Date.parse(text)), 'is not an ISO timestamp'),
    ),
    tags: ifReadable(v.object({ [mailTags.customer]: tag, [mailTags.claim]: tag })),
    /** The mail's headers as we wrote them. The notifications of an identity may have them, and never have tags. */
    headers: ifReadable(v.array(ifReadable(v.object({ name: v.string(), value: v.string() })))),
  }),
  bounce: ifReadable(
    v.object({
      bounceType: ifReadable(v.string()),
      /** `status` is the receiving server's status code (RFC 3463): `5.1.1`. */
      bouncedRecipients: ifReadable(v.array(ifReadable(v.object({ status: ifReadable(v.string()) })))),
    }),
  ),
  complaint: ifReadable(v.object({ complaintFeedbackType: ifReadable(v.nullable(v.string())) })),
})
export type MailEvent = v.InferOutput<typeof MailEvent>

/** A message of SES with its kind in `eventType`, where the notifications of an identity have `notificationType`. */
export function withEventType(message: unknown): unknown {
  const { eventType, notificationType } = Object(message)
  return eventType == null && notificationType != null ? { ...Object(message), eventType: notificationType } : message
}
