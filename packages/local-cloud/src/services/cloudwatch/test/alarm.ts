import type { Alarm } from '../../../core/stack-model.ts'

export const topicArn = 'arn:aws:sns:eu-central-1:123456789012:notify'

/** One of the article's alarms, with the changes of a test. */
export function alarm(given: Partial<Alarm> = {}): Alarm {
  const name = given.name ?? 'ExecutionsFailed'
  return {
    name,
    arn: `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`,
    description: 'A run failed.',
    namespace: 'AWS/States',
    metricName: 'ExecutionsFailed',
    dimensions: { StateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:confirmation-reminder' },
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 1,
    threshold: 1,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    treatMissingData: 'missing',
    actionsEnabled: true,
    okActions: [topicArn],
    alarmActions: [topicArn],
    insufficientDataActions: [topicArn],
    ...given,
  }
}
