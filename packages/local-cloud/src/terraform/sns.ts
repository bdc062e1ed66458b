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
    takes: ['name', 'kms_master_key_id', 'policy', 'display_name', 'signature_version'],
    unique: ['region', 'name'],
    // Traces are not written.
    withoutEffect: ['tracing_config'],
    add: (topic, model, stack) => {
      const key = keyOf(topic, 'kms_master_key_id', stack)
      const version = topic.number('signature_version', 1)
      if (version !== 1) topic.refuse(`has signature_version ${version}; messages of the local cloud say 1`)
      model.topics.push({
        name: topic.text('name'),
        arn: topic.text('arn'),
        ...(topic.gives('display_name') && { displayName: topic.text('display_name') }),
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
    takes: ['topic_arn', 'protocol', 'endpoint', 'raw_message_delivery', 'redrive_policy'],
    withoutEffect: ['confirmation_timeout_in_minutes', 'endpoint_auto_confirms'],
    add: (subscription, model, stack) => {
      subscription.mustName('topic_arn', stack.ofType('aws_sns_topic'), ['arn'])
      const protocol = subscription.text('protocol')
      if (protocol !== 'sqs') {
        subscription.refuse(`delivers by ${protocol}; the local cloud delivers to queues, by the protocol sqs`)
      }
      model.subscriptions.push({
        arn: subscription.text('arn'),
        topicArn: subscription.text('topic_arn'),
        queueArn: subscription.text('endpoint'),
        raw: subscription.flag('raw_message_delivery'),
        ...deadLettersOf(subscription, stack),
      })
    },
  },
  aws_sns_topic_policy: {
    takes: ['arn', 'policy'],
    unique: ['arn'],
    add: (policy, _, stack) => policy.mustName('arn', stack.ofType('aws_sns_topic'), ['arn']),
  },
}

/** Where a message goes that SNS cannot deliver: a queue of the stack. */
function deadLettersOf(subscription: Arguments, stack: Resources): { deadLettersArn?: string } {
  const json = subscription.optionalText('redrive_policy')
  if (!json) return {}
  const deadLettersArn = readDeadLetterTarget(json) ?? subscription.refuse('has a redrive_policy that SNS would refuse')
  const queues = stack.ofType('aws_sqs_queue').map((one) => one.text('arn'))
  if (!queues.includes(deadLettersArn)) {
    subscription.refuse(`redrives to ${deadLettersArn}, which is no queue of the stack`)
  }
  return { deadLettersArn }
}

function readDeadLetterTarget(json: string): string | undefined {
  try {
    const { deadLetterTargetArn, ...more } = Object(JSON.parse(json))
    return typeof deadLetterTargetArn === 'string' && Object.keys(more).length === 0 ? deadLetterTargetArn : undefined
  } catch {
    return undefined
  }
}

/** A topic has one policy: the one that was attached, or else its own. */
function policiesOf(topic: Arguments, stack: Resources): string[] {
  const attached = stack.ofType('aws_sns_topic_policy').find((one) => one.text('arn') === topic.text('arn'))
  return checkedPolicies(attached ?? topic)
}
