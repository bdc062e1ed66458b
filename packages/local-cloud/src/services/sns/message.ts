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

/** The event in which a Lambda function gets a message of SNS. Its signature cannot be verified; on AWS it can. */
export function lambdaEvent(
  { id, at, topicArn, subject, message, attributes }: Message,
  { arn }: Subscription,
): object {
  const { region } = parseArn(topicArn)
  const sns = `https://sns.${region}.amazonaws.com`
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: arn,
        Sns: {
          Type: 'Notification',
          MessageId: id,
          TopicArn: topicArn,
          Subject: subject ?? null,
          Message: message,
          Timestamp: at,
          SignatureVersion: '1',
          Signature: 'not-signed-locally',
          SigningCertUrl: `${sns}/SimpleNotificationService-local.pem`,
          UnsubscribeUrl: `${sns}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]),
          ),
        },
      },
    ],
  }
}
