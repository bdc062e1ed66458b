import * as v from 'valibot'

/** One message, as SNS hands it to a Lambda function. */
export const NotificationRecord = v.object({ Sns: v.object({ Message: v.string() }) })

/** How SNS hands messages to a Lambda function. */
export const Notification = v.object({ Records: v.array(NotificationRecord) })
export type Notification = v.InferOutput<typeof Notification>
