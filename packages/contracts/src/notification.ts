import * as v from 'valibot'

/** One message, as SNS passes it to a Lambda function. */
export const NotificationRecord = v.object({ Sns: v.object({ Message: v.string() }) })

/** The event in which SNS passes messages to a Lambda function. */
export const Notification = v.object({ Records: v.array(NotificationRecord) })
export type Notification = v.InferOutput<typeof Notification>
