import * as v from 'valibot'

/** A message of the queue of mail events, as Lambda passes it: the message as SES published it. */
export const QueuedRecord = v.object({ messageId: v.string(), body: v.string() })
export type QueuedRecord = v.InferOutput<typeof QueuedRecord>

/** The same message, as SNS passed it to the function before there was a queue. */
export const NotificationRecord = v.object({ Sns: v.object({ Message: v.string() }) })

/** The event with which Lambda invokes the function for mail events. */
export const Notification = v.object({ Records: v.array(v.union([QueuedRecord, NotificationRecord])) })
export type Notification = v.InferOutput<typeof Notification>

/** The answer to Lambda: which messages it must deliver again. */
export const BatchResponse = v.object({ batchItemFailures: v.array(v.object({ itemIdentifier: v.string() })) })
export type BatchResponse = v.InferOutput<typeof BatchResponse>
