import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js'
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js'
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'
import { onlyFor, policy } from './policy.ts'

interface NotifyProps {
  name: string
  accountId: string
  region: string
  /** Where else alarms are: an alarm publishes within its own Region only. */
  alarmRegion: string
}

/** The encrypted topic to which this account's alarms publish, in each Region that has alarms. */
export class Notify extends Construct {
  readonly topicArn: string
  readonly topicArnByRegion: Record<string, string>
  private readonly keyArn: string

  constructor(scope: Construct, id: string, { name, accountId, region, alarmRegion }: NotifyProps) {
    super(scope, id)
    const { topic, key } = encryptedTopic(this, { name, accountId })
    this.topicArn = topic.arn
    this.keyArn = key.arn
    this.topicArnByRegion = { [region]: topic.arn }
    if (alarmRegion !== region) {
      const elsewhere = encryptedTopic(new Construct(this, alarmRegion), { name, accountId, region: alarmRegion })
      this.topicArnByRegion[alarmRegion] = elsewhere.topic.arn
    }
  }

  /** These functions publish to the topic. The topic's own policy is for CloudWatch, which has no role here. */
  publishableBy(...functions: LambdaFunction[]): void {
    for (const { role } of functions) {
      role.may({ Action: ['sns:Publish'], Resource: [this.topicArn] }, { Action: useOfKey, Resource: [this.keyArn] })
    }
  }
}

const cloudwatch = { Service: 'cloudwatch.amazonaws.com' }
/** What SNS does with the key in the name of whoever publishes. */
const useOfKey = ['kms:Decrypt', 'kms:GenerateDataKey*']

function encryptedTopic(
  scope: Construct,
  { name, accountId, ...region }: { name: string; accountId: string; region?: string },
) {
  // A key of our own, because CloudWatch may not use the one that AWS keeps for SNS: its messages would vanish.
  const key = new KmsKey(scope, 'key', {
    ...region,
    description: `Encrypts the topic ${name}`,
    enableKeyRotation: true,
    // In a key's own policy "*" means this key.
    policy: policy([
      { Action: ['kms:*'], Resource: ['*'], Principal: { AWS: `arn:aws:iam::${accountId}:root` } },
      { Action: useOfKey, Resource: ['*'], Principal: cloudwatch, Condition: onlyFor(accountId) },
    ]),
    lifecycle: { preventDestroy: true },
  })
  const topic = new SnsTopic(scope, 'topic', { ...region, name, kmsMasterKeyId: key.arn })
  new SnsTopicPolicy(scope, 'topic-policy', {
    ...region,
    arn: topic.arn,
    policy: policy([
      { Action: ['sns:Publish'], Resource: [topic.arn], Principal: cloudwatch, Condition: onlyFor(accountId) },
    ]),
  })
  return { topic, key }
}
