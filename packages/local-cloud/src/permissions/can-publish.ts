import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Principal, Verdict } from '@confirmation-reminder/iam/allows'
import type { Publisher } from '../core/publisher.ts'
import type { PolicedTopic } from '../core/stack-model.ts'
import { verdictOf } from './verdict-of.ts'

/** What decides whether a message reaches a topic. */
export interface Delivery extends Publisher {
  topic: PolicedTopic
}

const managedKey = 'alias/aws/sns'

/** The impact of a missing grant, by the service that publishes. */
const consequences = new Map([
  ['cloudwatch.amazonaws.com', 'the alarm does not reach its subscribers'],
  ['events.amazonaws.com', 'the event does not reach its subscribers'],
])

/**
 * Whether SNS would accept a message from the publisher, as AWS decides it: the topic's policy must allow sns:Publish,
 * and an encrypted topic's key must allow kms:GenerateDataKey* and kms:Decrypt to the same publisher. The AWS-managed
 * key allows them to no service, and its policy cannot be changed.
 * `why` is a sentence for the log.
 */
export function canPublish({ publisher, identityPolicies, topic, ...source }: Delivery): Verdict {
  const consequence = 'service' in publisher ? consequences.get(publisher.service) : undefined
  const without = `Without it ${consequence ?? 'the message does not reach its subscribers'}.`
  const asked = { principal: publisher, ...(identityPolicies && { identityPolicies }) }
  const conditions = conditionsOf(publisher, source)

  const published = verdictOf({
    ...asked,
    policies: topic.policies.length > 0 ? topic.policies : [defaultTopicPolicy(topic.arn)],
    action: 'sns:Publish',
    resource: topic.arn,
    conditions,
  })
  if (!published.allowed) return { allowed: false, why: `${published.why} ${without}` }

  const { key } = topic
  if (!key) return published
  if (key.name === managedKey || key.name.endsWith(`:${managedKey}`)) {
    return 'role' in publisher
      ? published
      : {
          allowed: false,
          why:
            `The topic ${topic.arn} is encrypted with ${managedKey}, a key that AWS manages and that lets no service use it: ` +
            `${consequence ?? 'the message does not reach its subscribers'}. Encrypt the topic with a key of your own whose policy lets ${publisher.service} use it.`,
        }
  }
  for (const action of ['kms:GenerateDataKey*', 'kms:Decrypt']) {
    const used = verdictOf({
      ...asked,
      policies: key.policies.length > 0 ? key.policies : [defaultKeyPolicy(topic.arn)],
      // SNS asks for the plain GenerateDataKey; the documented grant, which the sentence names, ends in a star.
      action: action.replace('*', ''),
      resource: key.arn ?? '*',
      conditions: knownToKms(publisher, conditions),
      called: `the policy of key ${key.name}`,
    })
    if (!used.allowed) return { allowed: false, why: `${used.why.replace(action.replace('*', ''), action)} ${without}` }
  }
  return { allowed: true }
}

function conditionsOf(
  publisher: Principal,
  { sourceAccount, sourceArn }: Pick<Publisher, 'sourceAccount' | 'sourceArn'>,
) {
  const isCloudWatch = 'service' in publisher && publisher.service === 'cloudwatch.amazonaws.com'
  return {
    ...(sourceAccount !== undefined && { 'aws:SourceAccount': sourceAccount }),
    // The condition of SNS's default policy. CloudWatch sends the value, EventBridge does not.
    ...(sourceAccount !== undefined && isCloudWatch && { 'aws:SourceOwner': sourceAccount }),
    ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn }),
  }
}

/** EventBridge does not pass the rule on to KMS, so a key whose condition asks for its account or ARN refuses. */
function knownToKms(publisher: Principal, conditions: Record<string, string>): Record<string, string> {
  return 'service' in publisher && publisher.service === 'events.amazonaws.com' ? {} : conditions
}

function defaultTopicPolicy(topicArn: string): string {
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

function defaultKeyPolicy(topicArn: string): string {
  return JSON.stringify({
    Statement: {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${parseArn(topicArn).accountId}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  })
}
