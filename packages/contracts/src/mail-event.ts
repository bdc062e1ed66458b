import * as v from 'valibot'

/**
 * The tags that every mail of ours carries, so that what SES tells of it finds its way back: SES takes letters,
 * digits, `_` and `-` in their values.
 */
export const mailTags = { customer: 'customer', claim: 'claim' } as const

const tag = v.optional(v.array(v.string()))

/** What SES's event publishing tells of a mail, as far as we look at it. */
export const MailEvent = v.object({
  eventType: v.string(),
  mail: v.object({
    timestamp: v.string(),
    tags: v.optional(v.object({ [mailTags.customer]: tag, [mailTags.claim]: tag })),
  }),
  bounce: v.optional(v.object({ bounceType: v.string() })),
  complaint: v.optional(v.object({ complaintFeedbackType: v.optional(v.nullable(v.string())) })),
})
export type MailEvent = v.InferOutput<typeof MailEvent>

/** How SNS hands messages to a Lambda function. */
export const Notification = v.object({
  Records: v.array(v.object({ Sns: v.object({ Message: v.string() }) })),
})
export type Notification = v.InferOutput<typeof Notification>
