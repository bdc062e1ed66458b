import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { MessageAttribute } from '../../core/message-attribute.ts'
import type { Subscription } from '../../core/stack-model.ts'

/** A message that was published to a topic. */
export interface Message {
  id: string
  /** ISO 8601, by the clock of the local cloud. */
  at: string
  topicArn: string
  subject?: string
  message: string
  /** The text for queues, if it is another one. */
  messageToQueues?: string
  /** Text is an attribute of the type String, as earlier versions stored it. */
  attributes: Record<string, MessageAttribute | string>
}

/** A message as a queue gets it from SNS. */
export interface QueuedMessage {
  body: string
  attributes: Record<string, MessageAttribute>
}

/**
 * The message as it was published, if the subscription asks for that; else in SNS's envelope, whose signature cannot be
 * verified here.
 */
export function queuedMessage(published: Message, { arn, raw }: Subscription): QueuedMessage {
  const { id, at, topicArn, subject, attributes } = published
  const message = published.messageToQueues ?? published.message
  const given = Object.entries(attributes).map(
    ([name, value]) => [name, typeof value === 'string' ? { DataType: 'String', StringValue: value } : value] as const,
  )
  if (raw) return { body: message, attributes: Object.fromEntries(given) }
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
      MessageAttributes: Object.fromEntries(
        given.map(([name, { DataType: Type, StringValue, BinaryValue: Value = StringValue }]) => [
          name,
          { Type, Value },
        ]),
      ),
    }),
  }
  return { body: JSON.stringify(envelope, null, 2), attributes: {} }
}
