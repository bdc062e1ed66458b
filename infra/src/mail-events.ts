import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js'
import { Sesv2ConfigurationSetEventDestination } from '@cdktf/provider-aws/lib/sesv2-configuration-set-event-destination/index.js'
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js'
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js'
import { Construct } from 'constructs'
import { encryptedTopic } from './encrypted-topic.ts'
import type { LambdaFunction } from './lambda-function.ts'

interface MailEventsProps {
  name: string
  accountId: string
  configurationSet: { name: string; arn: string }
}

/** The events that SES publishes about mails of the configuration set, on an encrypted topic of their own. */
export class MailEvents extends Construct {
  readonly topicName: string
  private readonly topic: SnsTopic

  constructor(scope: Construct, id: string, { name, accountId, configurationSet }: MailEventsProps) {
    super(scope, id)
    const publisher = 'ses.amazonaws.com'
    const { topic, topicPolicy } = encryptedTopic(this, {
      name,
      accountId,
      publisher,
      publisherArn: configurationSet.arn,
    })
    this.topic = topic
    this.topicName = topic.name
    new Sesv2ConfigurationSetEventDestination(this, 'destination', {
      configurationSetName: configurationSet.name,
      eventDestinationName: name,
      eventDestination: { enabled: true, matchingEventTypes, snsDestination: { topicArn: topic.arn } },
      // When the destination is created, SES tests the topic with a message that is not an event.
      dependsOn: [topicPolicy],
    })
  }

  /** This function receives each event. SNS retries until Lambda accepts it; Lambda then retries failures. */
  deliveredTo({ live }: LambdaFunction): void {
    new LambdaPermission(this, 'permission', {
      statementId: 'mail-events',
      action: 'lambda:InvokeFunction',
      functionName: live.functionName,
      qualifier: live.name,
      principal: 'sns.amazonaws.com',
      sourceArn: this.topic.arn,
    })
    new SnsTopicSubscription(this, 'subscription', {
      topicArn: this.topic.arn,
      protocol: 'lambda',
      endpoint: live.arn,
    })
  }
}

/** The events that prove that a mail was sent, or never will be. No opens or clicks: readers are not tracked. */
const matchingEventTypes = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT', 'RENDERING_FAILURE', 'DELIVERY_DELAY']
