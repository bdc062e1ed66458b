import { v5 as uuid } from 'uuid'
import { arnOf, type ResourceTypes } from './resource-type.ts'

export const sns: ResourceTypes = {
  aws_sns_topic: {
    computed: (topic, place) => {
      const arn = arnOf(place, 'sns', topic.text('name'))
      return { id: arn, arn }
    },
    refuses: ['fifo_topic'],
    add: (topic, system) => void system.topics.push({ name: topic.text('name'), arn: topic.text('arn') }),
  },
  aws_sns_topic_subscription: {
    computed: (subscription) => {
      // AWS ends it with a random UUID; a name of the same length serves as well.
      const arn = `${subscription.text('topic_arn')}:${uuid(subscription.address, uuid.URL)}`
      return { id: arn, arn }
    },
    refuses: ['filter_policy', 'redrive_policy', 'delivery_policy', 'raw_message_delivery'],
    add: (subscription, system) => {
      const protocol = subscription.text('protocol')
      if (protocol !== 'lambda') {
        subscription.refuse(
          `delivers by ${protocol}; the local cloud delivers to Lambda functions, by the protocol lambda`,
        )
      }
      system.subscriptions.push({
        arn: subscription.text('arn'),
        topicArn: subscription.text('topic_arn'),
        functionArn: subscription.text('endpoint'),
      })
    },
  },
}
