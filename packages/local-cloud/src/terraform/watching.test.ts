import { checkAlarm } from '../services/cloudwatch/alarm.ts'
import { checkDefinition } from '../services/step-functions/definition/definition.ts'
import { readStack } from './read-stack.ts'
import { writeStack } from './test/stack.ts'

const alarm = {
  alarm_name: 'failed',
  namespace: 'AWS/States',
  metric_name: 'ExecutionsFailed',
  dimensions: { StateMachineArn: 'arn' },
  statistic: 'Sum',
  comparison_operator: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  period: 60,
  evaluation_periods: 1,
  alarm_actions: ['${aws_sns_topic.notify.arn}'],
} as Record<string, unknown>
const policy = JSON.stringify({ Statement: { Sid: 'attached', Effect: 'Allow', Action: 'sns:*', Resource: '*' } })

/** A stack of everything that watches. */
const watching = () => ({
  provider: { aws: [{ region: 'eu-central-1' }] },
  resource: {
    aws_cloudwatch_metric_alarm: { failed: alarm, far: { ...alarm, alarm_actions: [], region: 'us-east-1' } },
    aws_cloudwatch_dashboard: {
      all: { dashboard_name: 'all', dashboard_body: '{"widgets":["${aws_sns_topic.notify.arn}"]}' },
    } as Record<string, Record<string, unknown>>,
    aws_sns_topic: {
      notify: { name: 'notify', kms_master_key_id: '${aws_kms_alias.notify.name}', policy: '{"Statement":[]}' },
      far: { name: 'notify', region: 'us-east-1', kms_master_key_id: 'alias/aws/sns' },
    } as Record<string, Record<string, unknown>>,
    aws_sns_topic_policy: { notify: { arn: '${aws_sns_topic.notify.arn}', policy } },
    aws_kms_key: { notify: { policy } } as Record<string, Record<string, unknown>>,
    aws_kms_alias: { notify: { name: 'alias/notify', target_key_id: '${aws_kms_key.notify.key_id}' } },
    aws_chatbot_slack_channel_configuration: {
      slack: {
        configuration_name: 'slack',
        slack_channel_id: 'C01',
        slack_team_id: 'T01',
        sns_topic_arns: ['${aws_sns_topic.notify.arn}', '${aws_sns_topic.far.arn}'],
      },
    },
    aws_cloudwatch_event_rule: { runs: { name: 'runs', event_pattern: '{"source":["aws.states"]}' } } as Record<
      string,
      Record<string, unknown>
    >,
    aws_cloudwatch_event_target: {
      notify: {
        rule: '${aws_cloudwatch_event_rule.runs.name}',
        arn: '${aws_sns_topic.notify.arn}',
        input_transformer: { input_paths: { name: '$.detail.name' }, input_template: '<name>' },
        retry_policy: { maximum_retry_attempts: 3, maximum_event_age_in_seconds: 60 },
      },
    } as Record<string, Record<string, unknown>>,
    aws_lambda_permission: {
      rule: {
        function_name: 'failures',
        qualifier: 'live',
        action: 'lambda:InvokeFunction',
        principal: 'events.amazonaws.com',
        source_arn: '${aws_cloudwatch_event_rule.runs.arn}',
      },
    },
    aws_iam_role: { failures: { name: 'failures', inline_policy: [{ name: 'a', policy: '1' }] } },
    aws_iam_role_policy: { failures: { role: '${aws_iam_role.failures.name}', name: 'b', policy: '2' } },
    aws_iam_policy: { failures: { name: 'c', policy: '3' } },
    aws_iam_role_policy_attachment: {
      failures: { role: '${aws_iam_role.failures.name}', policy_arn: '${aws_iam_policy.failures.arn}' },
    },
  },
})
const checks = { alarm: checkAlarm, definition: checkDefinition }
const read = (stack: object) => readStack(writeStack(stack), 'http://127.0.0.1:3000', checks)
const arn = (service: string, rest: string, region = 'eu-central-1') =>
  `arn:aws:${service}:${region}:000000000000:${rest}`

describe('a stack that watches becomes a model', () => {
  const model = read(watching())

  test('with its alarms, each in its Region, what is left out as the provider has it', () => {
    expect(model.alarms).toMatchObject([
      {
        name: 'failed',
        arn: arn('cloudwatch', 'alarm:failed'),
        treatMissingData: 'missing',
        actionsEnabled: true,
        alarmActions: [arn('sns', 'notify')],
        okActions: [],
      },
      { arn: arn('cloudwatch', 'alarm:failed', 'us-east-1') },
    ])
  })

  test('with its dashboards, which are of no Region, the references in them resolved', () => {
    expect(model.dashboards).toEqual([
      {
        name: 'all',
        arn: 'arn:aws:cloudwatch::000000000000:dashboard/all',
        body: `{"widgets":["${arn('sns', 'notify')}"]}`,
      },
    ])
  })

  test('with its topics, their keys, and the policy that was attached last', () => {
    expect(model.topics).toEqual([
      {
        name: 'notify',
        arn: arn('sns', 'notify'),
        policies: [policy],
        key: { name: 'alias/notify', arn: arn('kms', 'key/aws_kms_key.notify'), policies: [policy] },
      },
      {
        name: 'notify',
        arn: arn('sns', 'notify', 'us-east-1'),
        policies: [],
        key: { name: 'alias/aws/sns', policies: [] },
      },
    ])
  })

  test('with its channel and its rule', () => {
    const topicArns = [arn('sns', 'notify'), arn('sns', 'notify', 'us-east-1')]
    expect(model.slackChannels).toEqual([{ name: 'slack', slackChannelId: 'C01', topicArns }])
    expect(model.eventRules).toEqual([
      {
        name: 'runs',
        arn: arn('events', 'rule/runs'),
        eventPattern: '{"source":["aws.states"]}',
        enabled: true,
        targets: [
          {
            id: 'aws_cloudwatch_event_target.notify',
            arn: arn('sns', 'notify'),
            inputTransformer: { inputPaths: { name: '$.detail.name' }, inputTemplate: '<name>' },
            retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeSeconds: 60 },
          },
        ],
      },
    ])
  })

  test('with what functions permit, and what roles may', () => {
    const [permission] = model.permissions
    expect(permission?.functionArn).toBe(arn('lambda', 'function:failures:live'))
    expect(JSON.parse(permission?.policy ?? '').Statement).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnLike: { 'AWS:SourceArn': arn('events', 'rule/runs') } },
    })
    expect(model.rolePolicies).toEqual({ 'arn:aws:iam::000000000000:role/failures': ['1', '2', '3'] })
    const managed = 'arn:aws:iam::000000000000:policy/c'
    expect(model.policyArns).toEqual({ 'arn:aws:iam::000000000000:role/failures': [undefined, undefined, managed] })
  })
})

describe('the reader refuses, and says where,', () => {
  type Stack = ReturnType<typeof watching>
  test.each<[string, (resource: Stack['resource']) => void, string]>([
    [
      'metric math',
      ({ aws_cloudwatch_metric_alarm: alarms }) => Object.assign(alarms, { failed: { ...alarm, metric_query: [{}] } }),
      'aws_cloudwatch_metric_alarm.failed uses metric_query',
    ],
    [
      'percentiles',
      ({ aws_cloudwatch_metric_alarm: alarms }) =>
        Object.assign(alarms, { failed: { ...alarm, extended_statistic: 'p99' } }),
      'aws_cloudwatch_metric_alarm.failed uses extended_statistic',
    ],
    [
      'a period that CloudWatch does not take',
      ({ aws_cloudwatch_metric_alarm: alarms }) => Object.assign(alarms, { failed: { ...alarm, period: 61 } }),
      'The alarm failed cannot be evaluated: period must be',
    ],
    [
      'an alarm that speaks to a topic of another Region',
      ({ aws_cloudwatch_metric_alarm: alarms }) =>
        Object.assign(alarms, { failed: { ...alarm, alarm_actions: ['${aws_sns_topic.far.arn}'] } }),
      'The alarm failed names arn:aws:sns:us-east-1:000000000000:notify, which is not in its Region',
    ],
    [
      'an alarm that speaks to no topic of the stack',
      ({ aws_cloudwatch_metric_alarm: alarms }) =>
        Object.assign(alarms, { failed: { ...alarm, ok_actions: [arn('sns', 'gone')] } }),
      'The alarm failed names arn:aws:sns:eu-central-1:000000000000:gone, but the stack has no such topic',
    ],
    [
      'a key that is not there',
      ({ aws_sns_topic: topics }) => Object.assign(topics.notify ?? {}, { kms_master_key_id: 'alias/gone' }),
      'aws_sns_topic.notify is encrypted with alias/gone, which is no key of the stack',
    ],
    [
      'a policy with what is not evaluated',
      ({ aws_kms_key: keys }) => Object.assign(keys.notify ?? {}, { policy: '{"Statement":{"NotResource":"*"}}' }),
      'aws_kms_key.notify has a policy that cannot be read',
    ],
    [
      'a rule by the clock',
      ({ aws_cloudwatch_event_rule: rules }) => Object.assign(rules.runs ?? {}, { schedule_expression: 'rate(1 day)' }),
      'aws_cloudwatch_event_rule.runs uses schedule_expression',
    ],
    [
      'a dead-letter queue that is not there',
      ({ aws_cloudwatch_event_target: targets }) =>
        Object.assign(targets.notify ?? {}, { dead_letter_config: { arn: 'arn' } }),
      'The rule runs has the dead-letter queue arn, which the stack does not have',
    ],
    [
      'a target without its rule',
      ({ aws_cloudwatch_event_target: targets }) => Object.assign(targets.notify ?? {}, { rule: 'gone' }),
      'aws_cloudwatch_event_target.notify belongs to gone, which is no rule',
    ],
  ])('%s', (_, change, message) => {
    const stack = watching()
    change(stack.resource)
    expect(() => read(stack)).toThrow(message)
  })
})
