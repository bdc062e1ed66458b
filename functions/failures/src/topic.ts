import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import type { CustomNotification } from '@confirmation-reminder/contracts/custom-notification'

/** The topic that the Slack channel listens to. */
export interface Topic {
  publish(notification: CustomNotification): Promise<void>
}

/** Opens a topic for publishing. */
export function openTopic(
  topicArn: string,
  client = new SNSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
): Topic {
  return {
    async publish(notification) {
      await client.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(notification) }))
    },
  }
}
