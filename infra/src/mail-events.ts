import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js'
import { Sesv2ConfigurationSetEventDestination } from '@cdktf/provider-aws/lib/sesv2-configuration-set-event-destination/index.js'
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js'
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js'
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js'
import { functions } from '@confirmation-reminder/contracts/functions'
import { TerraformStack } from 'cdktf'
import { Construct } from 'constructs'
import { encryptedTopic } from './encrypted-topic.ts'
import type { LambdaFunction } from './lambda-function.ts'
import { policy } from './policy.ts'

interface MailEventsProps {
  /** Of the topic and of its queue. */
  name: string
  deadLettersName: string
  undeliveredName: string
  accountId: string
  configurationSet: { name: string; arn: string }
}

// The most that SQS keeps a message: an outage, or a defect of the function, may take days.
const retentionSeconds = 14 * 86_400
// AWS's advice: six times as long as the function may take, so that no message comes a second time while it is processed.
const visibilityTimeoutSeconds = 6 * functions.feedback.timeoutSeconds
// The most that SQS allows. With the timeout above a message is tried for two days: an outage puts none aside.
const maxReceiveCount = 1000
// The most that Lambda takes without waiting for more.
const batchSize = 10
// A backlog must not take the account's concurrency from the reminders.
const maximumConcurrency = 5

/**
 * The events that SES publishes about mails of the configuration set: to an encrypted topic of their own, and from there to a
 * queue, which keeps them until they are recorded.
 */
export class MailEvents extends Construct {
  readonly topicName: string
  readonly queueName: string
  readonly deadLettersName: string
  /** What the function must know that reads whether the queues are empty. */
  readonly environment: { EVENTS_QUEUE_URL: string; EVENTS_UNDELIVERED_URL: string; EVENTS_DEAD_LETTERS_URL: string }
  private readonly queue: SqsQueue
  private readonly undelivered: SqsQueue
  private readonly deadLetters: SqsQueue

  constructor(scope: Construct, id: string, props: MailEventsProps) {
    super(scope, id)
    const { name, deadLettersName, undeliveredName, accountId, configurationSet } = props
    const publisher = 'ses.amazonaws.com'
    const { topic, topicPolicy } = encryptedTopic(this, {
      name,
      accountId,
      publisher,
      publisherArn: configurationSet.arn,
    })
    const kept = { messageRetentionSeconds: retentionSeconds, sqsManagedSseEnabled: true }
    this.deadLetters = new SqsQueue(this, 'dead-letters', { name: deadLettersName, ...kept })
    const recorded = {
      ...kept,
      visibilityTimeoutSeconds,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.deadLetters.arn, maxReceiveCount }),
    }
    this.queue = new SqsQueue(this, 'queue', { name, ...recorded })
    // What SNS cannot deliver to the queue. Not the dead letters, because SQS moves back only what came from a queue.
    // `feedback` reads this queue too.
    this.undelivered = new SqsQueue(this, 'undelivered', { name: undeliveredName, ...recorded })
    const fromTopic = (id: string, queue: SqsQueue) =>
      new SqsQueuePolicy(this, id, {
        queueUrl: queue.url,
        policy: policy([
          {
            Action: ['sqs:SendMessage'],
            Resource: [queue.arn],
            Principal: { Service: 'sns.amazonaws.com' },
            // The ARN of the topic contains the account.
            Condition: { ArnEquals: { 'aws:SourceArn': topic.arn } },
          },
        ]),
      })
    const subscription = new SnsTopicSubscription(this, 'queue-subscription', {
      topicArn: topic.arn,
      protocol: 'sqs',
      endpoint: this.queue.arn,
      rawMessageDelivery: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.undelivered.arn }),
      dependsOn: [fromTopic('queue-policy', this.queue), fromTopic('undelivered-policy', this.undelivered)],
    })
    new Sesv2ConfigurationSetEventDestination(this, 'destination', {
      configurationSetName: configurationSet.name,
      eventDestinationName: name,
      eventDestination: { enabled: true, matchingEventTypes, snsDestination: { topicArn: topic.arn } },
      // When the destination is created, SES tests the topic with a message that is not an event.
      dependsOn: [topicPolicy, subscription],
    })
    leaveToAws(TerraformStack.of(this), [
      'aws_sns_topic_subscription.mail-events_subscription',
      'aws_lambda_permission.mail-events_permission',
    ])
    this.topicName = topic.name
    this.queueName = this.queue.name
    this.deadLettersName = this.deadLetters.name
    this.environment = {
      EVENTS_QUEUE_URL: this.queue.url,
      EVENTS_UNDELIVERED_URL: this.undelivered.url,
      EVENTS_DEAD_LETTERS_URL: this.deadLetters.url,
    }
  }

  /** This function gets every event, until it says that the event is recorded. */
  recordedBy({ live, role }: LambdaFunction): void {
    role.may({
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: [this.queue.arn, this.undelivered.arn],
    })
    const mapping = (id: string, queue: SqsQueue) =>
      new LambdaEventSourceMapping(this, id, {
        eventSourceArn: queue.arn,
        functionName: live.arn,
        batchSize,
        functionResponseTypes: ['ReportBatchItemFailures'],
        scalingConfig: { maximumConcurrency },
        // Lambda tries the role when it creates the mapping.
        dependsOn: [role.policy],
      })
    mapping('mapping', this.queue)
    mapping('undelivered-mapping', this.undelivered)
  }

  /** These functions may read whether the queues are empty. */
  countedBy(...functions: LambdaFunction[]): void {
    for (const { role } of functions) {
      role.may({
        Action: ['sqs:GetQueueAttributes'],
        Resource: [this.queue.arn, this.undelivered.arn, this.deadLetters.arn],
      })
    }
  }
}

/**
 * Terraform forgets these resources and does not destroy them: through them SNS invoked `feedback` before there was a queue.
 * Destroyed in the apply that creates the queue, they could end before the policy of the queue takes effect, which may
 * take a minute, and the events of that time would be lost. Until a person removes them, `feedback` gets each event twice,
 * which is harmless. Delete this with the release after the one of the changeset `late-evidence`.
 */
function leaveToAws(stack: TerraformStack, addresses: string[]): void {
  const forget = { lifecycle: { destroy: false } }
  stack.addOverride(
    'removed',
    addresses.map((from) => ({ from, ...forget })),
  )
}

/** The events that prove that a mail was sent, or never will be. No opens or clicks: readers are not tracked. */
const matchingEventTypes = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT', 'RENDERING_FAILURE', 'DELIVERY_DELAY']
