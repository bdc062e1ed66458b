import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js'
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js'
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js'
import { Construct } from 'constructs'
import { onlyFor, policy } from './policy.ts'

const cloudwatch = { Service: 'cloudwatch.amazonaws.com' }

/** The encrypted topic to which this account's alarms publish. */
export class Notify extends Construct {
  readonly topicArn: string

  constructor(scope: Construct, id: string, { name, accountId }: { name: string; accountId: string }) {
    super(scope, id)
    // A key of our own, because CloudWatch may not use the one that AWS keeps for SNS: its messages would vanish.
    const key = new KmsKey(this, 'key', {
      description: `Encrypts the topic ${name}`,
      enableKeyRotation: true,
      // In a key's own policy "*" means this key.
      policy: policy([
        { Action: ['kms:*'], Resource: ['*'], Principal: { AWS: `arn:aws:iam::${accountId}:root` } },
        {
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: ['*'],
          Principal: cloudwatch,
          Condition: onlyFor(accountId),
        },
      ]),
      lifecycle: { preventDestroy: true },
    })
    const topic = new SnsTopic(this, 'topic', { name, kmsMasterKeyId: key.arn })
    new SnsTopicPolicy(this, 'topic-policy', {
      arn: topic.arn,
      policy: policy([
        { Action: ['sns:Publish'], Resource: [topic.arn], Principal: cloudwatch, Condition: onlyFor(accountId) },
      ]),
    })
    this.topicArn = topic.arn
  }
}
