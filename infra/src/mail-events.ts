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

/** What SES tells of every mail that names the configuration set, on an encrypted topic of its own. */
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
      // SES tries the topic when it is told of it: with a message that is no event.
      dependsOn: [topicPolicy],
    })
  }

  /** This function is told of each event. SNS repeats until Lambda takes it, and Lambda then repeats what fails. */
  toldTo({ live }: LambdaFunction): void {
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

/** What proves that a mail was sent, or that it never will be. Neither opens nor clicks: nobody is watched reading. */
const matchingEventTypes = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT', 'RENDERING_FAILURE', 'DELIVERY_DELAY']
