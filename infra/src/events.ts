import { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus/index.js'
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js'
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'

interface EventsProps {
  /** Of the bus. */
  name: string
  unannouncedName: string
}

// The most that SQS keeps a message.
const retentionSeconds = 14 * 86_400
// DynamoDB keeps a change for a day. An hour before that it is put aside, so that no change goes without anybody knowing.
const maximumRecordAgeInSeconds = 23 * 3600
// Lambda's default for streams. A batch that fails is invoked again with what is left of it.
const batchSize = 100

/** The event bus that others listen to, and what could not be announced on it. */
export class Events extends Construct {
  readonly busName: string
  readonly unannouncedName: string
  private readonly bus: CloudwatchEventBus
  private readonly unannounced: SqsQueue

  constructor(scope: Construct, id: string, { name, unannouncedName }: EventsProps) {
    super(scope, id)
    this.bus = new CloudwatchEventBus(this, 'bus', { name, description: 'What happened to customers: docs/events.md' })
    this.unannounced = new SqsQueue(this, 'unannounced', {
      name: unannouncedName,
      messageRetentionSeconds: retentionSeconds,
      sqsManagedSseEnabled: true,
    })
    this.busName = this.bus.name
    this.unannouncedName = this.unannounced.name
  }

  /** This function gets each change of a table, and announces it. */
  announcedBy({ role, live }: LambdaFunction, { streamArn }: { streamArn: string }): void {
    role.may(
      {
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        Resource: [streamArn],
      },
      // DynamoDB knows no narrower resource.
      { Action: ['dynamodb:ListStreams'], Resource: ['*'] },
      { Action: ['events:PutEvents'], Resource: [this.bus.arn] },
      { Action: ['sqs:SendMessage'], Resource: [this.unannounced.arn] },
    )
    new LambdaEventSourceMapping(this, 'mapping', {
      eventSourceArn: streamArn,
      functionName: live.arn,
      // Also what changes while the mapping is created.
      startingPosition: 'TRIM_HORIZON',
      batchSize,
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      destinationConfig: { onFailure: { destinationArn: this.unannounced.arn } },
      // Lambda tries the role when it creates the mapping.
      dependsOn: [role.policy],
    })
  }
}
