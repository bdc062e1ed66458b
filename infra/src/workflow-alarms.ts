import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js'
import { Construct } from 'constructs'
import type { Settings } from './settings.ts'

interface WorkflowAlarmsProps {
  /** The name of the state machine, with which every alarm's name begins. */
  name: string
  stateMachineArn: string
  topicArn: string
  alarmStyle: Settings['alarmStyle']
}

/** The article's five alarms: each tells the topic when it goes off, when it ends and when it has nothing to judge by. */
export class WorkflowAlarms extends Construct {
  constructor(scope: Construct, id: string, { name, stateMachineArn, topicArn, alarmStyle }: WorkflowAlarmsProps) {
    super(scope, id)
    for (const metricName of metrics) {
      new CloudwatchMetricAlarm(this, metricName, {
        alarmName: `${name}-${metricName}`,
        namespace: 'AWS/States',
        metricName,
        dimensions: { StateMachineArn: stateMachineArn },
        statistic: 'Sum',
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
        period: 60,
        evaluationPeriods: 1,
        // To the article a quiet minute is news; to the quiet style it is not.
        treatMissingData: alarmStyle === 'article' ? 'missing' : 'notBreaching',
        okActions: [topicArn],
        alarmActions: [topicArn],
        insufficientDataActions: [topicArn],
      })
    }
  }
}

/** Names as CloudWatch spells them, the fourth in the singular. */
const metrics = [
  'ExecutionsTimedOut',
  'ExecutionsFailed',
  'ExecutionsAborted',
  'ExecutionThrottled',
  'ExecutionsSucceeded',
]
