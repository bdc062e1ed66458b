import { Construct } from 'constructs'
import { encryptedTopic, useOfKey } from './encrypted-topic.ts'
import type { LambdaFunction } from './lambda-function.ts'

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
    const { topic, key } = encryptedTopic(this, { name, accountId, publisher })
    this.topicArn = topic.arn
    this.keyArn = key.arn
    this.topicArnByRegion = { [region]: topic.arn }
    if (alarmRegion !== region) {
      const there = { name, accountId, publisher, region: alarmRegion }
      const elsewhere = encryptedTopic(new Construct(this, alarmRegion), there)
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

const publisher = 'cloudwatch.amazonaws.com'
