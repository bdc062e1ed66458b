import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js'
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js'
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js'
import type { Construct } from 'constructs'
import { onlyFor, policy } from './policy.ts'

interface EncryptedTopicProps {
  name: string
  accountId: string
  /** The AWS service that publishes. */
  publisher: string
  /** The only resource of that service that may publish. Left out: any of the account. */
  publisherArn?: string
  region?: string
}

/** The actions on the key that SNS performs for a publisher. */
export const useOfKey = ['kms:Decrypt', 'kms:GenerateDataKey*']

/** A topic to which one AWS service publishes for this account, and the key that encrypts it. */
export function encryptedTopic(
  scope: Construct,
  { name, accountId, publisher, publisherArn, ...region }: EncryptedTopicProps,
) {
  const Principal = { Service: publisher }
  // A key of our own, because services may not use the one that AWS keeps for SNS: their messages would vanish.
  const key = new KmsKey(scope, 'key', {
    ...region,
    description: `Encrypts the topic ${name}`,
    enableKeyRotation: true,
    // In a key's own policy "*" means this key.
    policy: policy([
      { Action: ['kms:*'], Resource: ['*'], Principal: { AWS: `arn:aws:iam::${accountId}:root` } },
      { Action: useOfKey, Resource: ['*'], Principal, Condition: onlyFor(accountId) },
    ]),
    lifecycle: { preventDestroy: true },
  })
  const topic = new SnsTopic(scope, 'topic', { ...region, name, kmsMasterKeyId: key.arn })
  const topicPolicy = new SnsTopicPolicy(scope, 'topic-policy', {
    ...region,
    arn: topic.arn,
    policy: policy([
      { Action: ['sns:Publish'], Resource: [topic.arn], Principal, Condition: onlyFor(accountId, publisherArn) },
    ]),
  })
  return { topic, key, topicPolicy }
}
