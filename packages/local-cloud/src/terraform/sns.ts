import { v5 as uuid } from 'uuid'
import type { Arguments } from './arguments.ts'
import { checkedPolicies, keyOf } from './kms.ts'
import { arnOf, type Resources, type ResourceTypes } from './resource-type.ts'

export const sns: ResourceTypes = {
  aws_sns_topic: {
    computed: (topic, place) => {
      const arn = arnOf(place, 'sns', topic.text('name'))
      return { id: arn, arn }
    },
    refuses: ['fifo_topic'],
    add: (topic, model, stack) => {
      const key = keyOf(topic, 'kms_master_key_id', stack)
      model.topics.push({
        name: topic.text('name'),
        arn: topic.text('arn'),
        policies: policiesOf(topic, stack),
        ...(key && { key }),
      })
    },
  },
  aws_sns_topic_subscription: {
    computed: (subscription) => {
      // AWS ends it with a random UUID; a name of the same length is enough.
      const arn = `${subscription.text('topic_arn')}:${uuid(subscription.address, uuid.URL)}`
      return { id: arn, arn }
    },
    refuses: ['filter_policy', 'redrive_policy', 'delivery_policy'],
    add: (subscription, model) => {
      const protocol = subscription.text('protocol')
      if (protocol !== 'sqs') {
        subscription.refuse(`delivers by ${protocol}; the local cloud delivers to queues, by the protocol sqs`)
      }
      model.subscriptions.push({
        arn: subscription.text('arn'),
        topicArn: subscription.text('topic_arn'),
        queueArn: subscription.text('endpoint'),
        raw: subscription.flag('raw_message_delivery'),
      })
    },
  },
  aws_sns_topic_policy: {},
}

/** A topic has one policy: the one that was attached, or else its own. */
function policiesOf(topic: Arguments, stack: Resources): string[] {
  const attached = stack.ofType('aws_sns_topic_policy').find((one) => one.text('arn') === topic.text('arn'))
  return checkedPolicies(attached ?? topic)
}
