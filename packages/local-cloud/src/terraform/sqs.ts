import { readRedrivePolicy } from '../core/redrive-policy.ts'
import type { StackModel } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { checkedPolicies, keyOf } from './kms.ts'
import { arnOf, type Place, type Resources, type ResourceTypes } from './resource-type.ts'

// As on AWS, and not on this machine, whose port is not known yet. SQS finds a queue by the path alone.
const urlOf = ({ region, accountId }: Place, name: string) => `https://sqs.${region}.amazonaws.com/${accountId}/${name}`

export const sqs: ResourceTypes = {
  aws_sqs_queue: {
    computed: (queue, place) => {
      const name = queue.text('name')
      return { id: urlOf(place, name), url: urlOf(place, name), arn: arnOf(place, 'sqs', name) }
    },
    takes: [
      ...['name', 'policy', 'redrive_policy', 'visibility_timeout_seconds', 'message_retention_seconds'],
      ...['delay_seconds', 'receive_wait_time_seconds', 'max_message_size', 'kms_master_key_id'],
    ],
    unique: ['name'],
    // SQS asks KMS once in this time. Here each message is judged, so that a missing grant shows at once.
    withoutEffect: ['kms_data_key_reuse_period_seconds', 'sqs_managed_sse_enabled'],
    add: (queue, model, stack) => {
      const redrive = redrivePolicyOf(queue, stack)
      const key = keyOf(queue, 'kms_master_key_id', stack)
      model.queues.push({
        name: queue.text('name'),
        arn: queue.text('arn'),
        // The provider's defaults. They are AWS's, except the size, for which AWS's is 1 MiB: the provider sets it.
        visibilityTimeoutSeconds: queue.number('visibility_timeout_seconds', 30),
        retentionSeconds: queue.number('message_retention_seconds', 345_600),
        delaySeconds: queue.number('delay_seconds', 0),
        receiveWaitSeconds: queue.number('receive_wait_time_seconds', 0),
        maximumMessageBytes: queue.number('max_message_size', 262_144),
        policies: checkedPolicies(attachedTo(queue, 'aws_sqs_queue_policy', stack) ?? queue),
        ...(key && { key }),
        ...(redrive && { redrive }),
        tags: stack.tagsOf(queue),
      })
    },
  },
  aws_sqs_queue_policy: { takes: ['queue_url', 'policy'], unique: ['queue_url'], add: checkQueue },
  aws_sqs_queue_redrive_policy: { takes: ['queue_url', 'redrive_policy'], unique: ['queue_url'], add: checkQueue },
}

function checkQueue(policy: Arguments, _: StackModel, stack: Resources): void {
  policy.mustName('queue_url', stack.ofType('aws_sqs_queue'), ['url'])
}

function attachedTo(queue: Arguments, type: string, stack: Resources): Arguments | undefined {
  return stack.ofType(type).find((one) => one.text('queue_url') === queue.text('url'))
}

function redrivePolicyOf(queue: Arguments, stack: Resources) {
  const holder = attachedTo(queue, 'aws_sqs_queue_redrive_policy', stack) ?? queue
  const json = holder.optionalText('redrive_policy')
  if (!json) return undefined
  const policy = readRedrivePolicy(json) ?? holder.refuse('has a redrive_policy that SQS would refuse')
  const queues = stack.ofType('aws_sqs_queue').map((one) => one.text('arn'))
  if (!queues.includes(policy.deadLetterTargetArn)) {
    holder.refuse(`redrives to ${policy.deadLetterTargetArn}, which is no queue of the stack`)
  }
  return policy
}
