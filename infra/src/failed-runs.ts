import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js'
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js'
import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js'
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js'
import { badEndings } from '@confirmation-reminder/contracts/failed-run'
import { failuresTable } from '@confirmation-reminder/contracts/failures-table'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'

interface FailedRunsProps {
  name: string
  stateMachineArn: string
}

/** Failed runs: EventBridge sends an event for each, and a table counts them, so that many failures make few posts. */
export class FailedRuns extends Construct {
  readonly tableName: string
  private readonly table: DynamodbTable
  private readonly rule: CloudwatchEventRule

  constructor(scope: Construct, id: string, { name, stateMachineArn }: FailedRunsProps) {
    super(scope, id)
    // Neither protected nor backed up: it holds the counts of a day. Without them a post is repeated.
    this.table = new DynamodbTable(this, 'table', {
      name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: failuresTable.hashKey,
      attribute: [{ name: failuresTable.hashKey, type: 'S' }],
      ttl: { attributeName: failuresTable.ttlAttribute, enabled: true },
    })
    this.tableName = this.table.name
    this.rule = new CloudwatchEventRule(this, 'rule', {
      name,
      description: 'Runs of the state machine that ended badly',
      eventPattern: JSON.stringify({
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { status: badEndings, stateMachineArn: [stateMachineArn] },
      }),
    })
  }

  /** This function receives each failed run, and counts them. */
  reportedBy({ role, live }: LambdaFunction): void {
    role.may({ Action: ['dynamodb:UpdateItem'], Resource: [this.table.arn] })
    new LambdaPermission(this, 'permission', {
      statementId: 'failed-runs',
      action: 'lambda:InvokeFunction',
      functionName: live.functionName,
      qualifier: live.name,
      principal: 'events.amazonaws.com',
      sourceArn: this.rule.arn,
    })
    new CloudwatchEventTarget(this, 'target', {
      rule: this.rule.name,
      arn: live.arn,
      // Until Lambda takes the event; it then repeats by itself what fails. After six hours the post would only repeat
      // what the alarm has said by then.
      retryPolicy: { maximumEventAgeInSeconds: 6 * 3600, maximumRetryAttempts: 185 },
    })
  }
}
