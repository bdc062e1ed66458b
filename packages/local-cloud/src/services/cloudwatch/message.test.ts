import { notification } from './message.ts'
import { alarm, topicArn } from './test/alarm.ts'

const place = { region: 'eu-central-1', accountId: '123456789012' }
const change = {
  configuredMs: Date.parse('2026-11-20T08:00:00Z'),
  from: 'OK' as const,
  to: 'ALARM' as const,
  reason: 'Threshold Crossed',
  atMs: Date.parse('2026-11-23T10:00:00Z'),
}

test('the message has the members of CloudWatch’s messages', () => {
  const { subject, message } = notification({ alarm: alarm({ datapointsToAlarm: 1, unit: 'Count' }), ...change }, place)
  expect(subject).toBe('ALARM: "ExecutionsFailed" in EU (Frankfurt)')
  expect(JSON.parse(message)).toEqual({
    AlarmName: 'ExecutionsFailed',
    AlarmDescription: 'A run failed.',
    AWSAccountId: '123456789012',
    AlarmConfigurationUpdatedTimestamp: '2026-11-20T08:00:00.000+0000',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: '2026-11-23T10:00:00.000+0000',
    Region: 'EU (Frankfurt)',
    AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:ExecutionsFailed',
    OldStateValue: 'OK',
    ActionExecutedAfterMuteWindow: false,
    OKActions: [topicArn],
    AlarmActions: [topicArn],
    InsufficientDataActions: [topicArn],
    Trigger: {
      MetricName: 'ExecutionsFailed',
      Namespace: 'AWS/States',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: 'Count',
      Dimensions: [
        {
          value: 'arn:aws:states:eu-central-1:123456789012:stateMachine:confirmation-reminder',
          name: 'StateMachineArn',
        },
      ],
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'missing',
      EvaluateLowSampleCountPercentile: '',
    },
  })
})

test('the members come in CloudWatch’s order', () => {
  const { message } = notification({ alarm: alarm({ datapointsToAlarm: 1 }), ...change }, place)
  const { Trigger, ...members } = JSON.parse(message)
  expect(Object.keys(members).join(' ')).toBe(
    'AlarmName AlarmDescription AWSAccountId AlarmConfigurationUpdatedTimestamp NewStateValue NewStateReason ' +
      'StateChangeTime Region AlarmArn OldStateValue ActionExecutedAfterMuteWindow OKActions AlarmActions ' +
      'InsufficientDataActions',
  )
  expect(Object.keys(Trigger).join(' ')).toBe(
    'MetricName Namespace StatisticType Statistic Unit Dimensions Period EvaluationPeriods DatapointsToAlarm ' +
      'ComparisonOperator Threshold TreatMissingData EvaluateLowSampleCountPercentile',
  )
})

test('a long name is cut in the subject, which SNS limits to 100 characters', () => {
  const { subject } = notification({ alarm: alarm({ name: 'x'.repeat(200) }), ...change }, place)
  expect(subject).toHaveLength(100)
  expect(subject).toMatch(/^ALARM: "x+\.\.\." in EU \(Frankfurt\)$/)
})
