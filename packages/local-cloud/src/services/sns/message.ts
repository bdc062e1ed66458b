import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Subscription } from '../../core/stack-model.ts'

/** A message that was published to a topic. */
export interface Message {
  id: string
  /** ISO 8601, by the clock of the local cloud. */
  at: string
  topicArn: string
  subject?: string
  message: string
  attributes: Record<string, string>
}

/** A message as a queue gets it from SNS. */
export interface QueuedMessage {
  body: string
  attributes: Record<string, { DataType: string; StringValue: string }>
}

/**
 * The message as it was published, if the subscription asks for that; else in SNS's envelope, whose signature cannot be
 * verified here.
 */
export function queuedMessage(published: Message, { arn, raw }: Subscription): QueuedMessage {
  const { id, at, topicArn, subject, message, attributes } = published
  const given = Object.entries(attributes)
  if (raw) {
    const kept = given.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }])
    return { body: message, attributes: Object.fromEntries(kept) }
  }
  const sns = `https://sns.${parseArn(topicArn).region}.amazonaws.com`
  const envelope = {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: at,
    SignatureVersion: '1',
    Signature: 'not-signed-locally',
    SigningCertURL: `${sns}/SimpleNotificationService-local.pem`,
    UnsubscribeURL: `${sns}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...(given.length > 0 && {
      MessageAttributes: Object.fromEntries(given.map(([name, Value]) => [name, { Type: 'String', Value }])),
    }),
  }
  return { body: JSON.stringify(envelope, null, 2), attributes: {} }
}
