import { CloudwatchEventApiDestination } from '@cdktf/provider-aws/lib/cloudwatch-event-api-destination/index.js'
import { CloudwatchEventConnection } from '@cdktf/provider-aws/lib/cloudwatch-event-connection/index.js'
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js'
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js'
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js'
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js'
import { customerEventSource } from '@confirmation-reminder/contracts/customer-event'
import { changedByWebhookCommand } from '@confirmation-reminder/contracts/terraform-ignored'
import { webhookHeader, webhookPlaceholder } from '@confirmation-reminder/contracts/webhook'
import { Construct } from 'constructs'
import { policy } from './policy.ts'
import { Role } from './role.ts'

interface WebhookProps {
  /** Of the connection, the API destination, the rule and the role. */
  name: string
  deadLettersName: string
  busName: string
  url: string
}

// The most that EventBridge allows. After a day of attempts an event is a dead letter.
const maximumEventAgeInSeconds = 86_400
const maximumRetryAttempts = 185
// The most that SQS keeps a message.
const retentionSeconds = 14 * 86_400

/** Calls a URL with every event about a customer, and keeps those that could not be delivered for a day. */
export class Webhook extends Construct {
  readonly deadLettersName: string

  constructor(scope: Construct, id: string, { name, deadLettersName, busName, url }: WebhookProps) {
    super(scope, id)
    const connection = new CloudwatchEventConnection(this, 'connection', {
      name,
      description: 'The secret that proves to the webhook who calls. "npm run webhook -- secret" sets it.',
      authorizationType: 'API_KEY',
      // Terraform keeps what it sets in its state, in the clear. So it never learns the secret.
      authParameters: { apiKey: { key: webhookHeader, value: webhookPlaceholder } },
      lifecycle: { ignoreChanges: changedByWebhookCommand.aws_cloudwatch_event_connection },
    })
    const destination = new CloudwatchEventApiDestination(this, 'destination', {
      name,
      connectionArn: connection.arn,
      invocationEndpoint: url,
      httpMethod: 'POST',
    })
    const role = new Role(this, 'role', { name, service: 'events.amazonaws.com' })
    role.may({ Action: ['events:InvokeApiDestination'], Resource: [destination.arn] })
    const rule = new CloudwatchEventRule(this, 'rule', {
      name,
      description: 'Every event about a customer goes to the webhook',
      eventBusName: busName,
      eventPattern: JSON.stringify({ source: [customerEventSource] }),
    })
    const deadLetters = new SqsQueue(this, 'dead-letters', {
      name: deadLettersName,
      messageRetentionSeconds: retentionSeconds,
      sqsManagedSseEnabled: true,
    })
    const queuePolicy = new SqsQueuePolicy(this, 'dead-letters-policy', {
      queueUrl: deadLetters.url,
      policy: policy([
        {
          Action: ['sqs:SendMessage'],
          Resource: [deadLetters.arn],
          Principal: { Service: 'events.amazonaws.com' },
          // The ARN of the rule contains the account.
          Condition: { ArnEquals: { 'aws:SourceArn': rule.arn } },
        },
      ]),
    })
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      eventBusName: busName,
      arn: destination.arn,
      roleArn: role.arn,
      retryPolicy: { maximumEventAgeInSeconds, maximumRetryAttempts },
      deadLetterConfig: { arn: deadLetters.arn },
      // Events come as soon as there is a target.
      dependsOn: [role.policy, queuePolicy],
    })
    this.deadLettersName = deadLetters.name
  }
}
