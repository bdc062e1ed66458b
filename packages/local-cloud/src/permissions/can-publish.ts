import { parseArn } from '@confirmation-reminder/contracts/arn'
import { allows } from '@confirmation-reminder/iam/allows'
import type { Acceptance, Publisher } from '../core/publisher.ts'
import type { PolicedTopic } from '../core/stack-model.ts'
import { canEncrypt } from './can-encrypt.ts'
import type { VerdictOf } from './judgements.ts'

/** What decides whether a message reaches a topic. */
export interface Delivery extends Publisher {
  topic: PolicedTopic
}

/** The impact of a missing grant, by the service that publishes. */
const consequences = new Map([
  ['cloudwatch.amazonaws.com', 'the alarm does not reach its subscribers'],
  ['events.amazonaws.com', 'the event does not reach its subscribers'],
])

/**
 * Whether SNS would accept a message of an AWS service, as AWS decides it: the topic's policy must allow sns:Publish,
 * and an encrypted topic's key must allow kms:GenerateDataKey* and kms:Decrypt to the same publisher. The AWS-managed
 * key allows them to no service, and its policy cannot be changed.
 */
export function canPublish({ publisher, topic, ...source }: Delivery, verdictOf: VerdictOf = allows): Acceptance {
  const consequence = consequences.get(publisher.service) ?? 'the message does not reach its subscribers'
  const conditions = conditionsOf(publisher, source)

  const published = verdictOf({
    principal: publisher,
    policies: topic.policies.length > 0 ? topic.policies : [defaultTopicPolicy(topic.arn)],
    action: 'sns:Publish',
    resource: topic.arn,
    conditions,
  })
  if (!published.allowed)
    return { allowed: false, why: `${published.why} Without it ${consequence}.`, refusedBy: 'topic' }

  const { arn, key } = topic
  if (!key) return published
  const used = canEncrypt(
    {
      ...{ kind: 'topic', arn, key, service: publisher.service, conditions: knownToKms(publisher, conditions) },
      consequence,
    },
    verdictOf,
  )
  return used.allowed ? used : { ...used, refusedBy: 'key' }
}

function conditionsOf(
  publisher: Publisher['publisher'],
  { sourceAccount, sourceArn }: Pick<Publisher, 'sourceAccount' | 'sourceArn'>,
) {
  const isCloudWatch = publisher.service === 'cloudwatch.amazonaws.com'
  return {
    ...(sourceAccount !== undefined && { 'aws:SourceAccount': sourceAccount }),
    // The condition of SNS's default policy. CloudWatch sends the value, EventBridge does not.
    ...(sourceAccount !== undefined && isCloudWatch && { 'aws:SourceOwner': sourceAccount }),
    ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn }),
  }
}

/** EventBridge does not pass the rule on to KMS, so a key whose condition asks for its account or ARN refuses. */
function knownToKms(publisher: Publisher['publisher'], conditions: Record<string, string>): Record<string, string> {
  return publisher.service === 'events.amazonaws.com' ? {} : conditions
}

/** SNS's policy of a topic that has none of its own. */
export function defaultTopicPolicy(topicArn: string): string {
  return JSON.stringify({
    Statement: {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { StringEquals: { 'AWS:SourceOwner': parseArn(topicArn).accountId } },
    },
  })
}
