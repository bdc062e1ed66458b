import { functionNames } from '@confirmation-reminder/contracts/functions'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import type { Settings } from '../settings.ts'
import { settings } from '../test/settings.ts'
import { type Arguments, resources, terraformOf } from '../test/terraform.ts'

const stateMachine = { StateMachineArn: '${aws_sfn_state_machine.workflow_machine.arn}' }
const ofChannel = (stage: Stage) => ({ ConfigurationName: `confirmation-reminder-${stage}-slack` })

/** Every metric that may have an alarm, as CloudWatch spells it: an alarm on a misspelt one would never go off. */
const metrics = (stage: Stage) => ({
  ExecutionsTimedOut: ['AWS/States', 'ExecutionsTimedOut', stateMachine],
  ExecutionsFailed: ['AWS/States', 'ExecutionsFailed', stateMachine],
  ExecutionsAborted: ['AWS/States', 'ExecutionsAborted', stateMachine],
  ExecutionThrottled: ['AWS/States', 'ExecutionThrottled', stateMachine],
  ExecutionsSucceeded: ['AWS/States', 'ExecutionsSucceeded', stateMachine],
  ...Object.fromEntries(
    functionNames.flatMap((name) =>
      ['Errors', 'Throttles'].map((metric) => [
        `${name}-${metric}`,
        ['AWS/Lambda', metric, { FunctionName: `\${aws_lambda_function.${name}_function.function_name}` }],
      ]),
    ),
  ),
  'api-5xx': ['AWS/ApiGateway', '5xx', { ApiId: '${aws_apigatewayv2_api.api_api.id}' }],
  'mail-BounceRate': ['AWS/SES', 'Reputation.BounceRate', undefined],
  'mail-ComplaintRate': ['AWS/SES', 'Reputation.ComplaintRate', undefined],
  'mail-HeldBack': ['confirmation-reminder', 'MailsHeldBack', undefined],
  'mail-Rejected': ['confirmation-reminder', 'MailsRejected', undefined],
  'mail-EventsUndelivered': [
    'AWS/SNS',
    'NumberOfNotificationsFailed',
    { TopicName: '${aws_sns_topic.mail-events_topic.name}' },
  ],
  'mail-EventsLate': [
    'AWS/SQS',
    'ApproximateAgeOfOldestMessage',
    { QueueName: '${aws_sqs_queue.mail-events_queue.name}' },
  ],
  'mail-EventsDead': [
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    { QueueName: '${aws_sqs_queue.mail-events_dead-letters.name}' },
  ],
  'mail-EventsFailed': ['confirmation-reminder', 'EventsFailed', undefined],
  'runs-AwaitEvidence': ['confirmation-reminder', 'AwaitingEvidence', undefined],
  'runs-CallsFail': [
    'AWS/States',
    'LambdaFunctionsFailed',
    { LambdaFunctionArn: '${aws_lambda_alias.reminder_live.arn}' },
  ],
  'runs-Gone': ['confirmation-reminder', 'CustomersGone', undefined],
  'runs-Refused': ['AWS/States', 'ThrottledEvents', { APIName: 'StartExecution' }],
  'runs-Open': ['AWS/States', 'OpenExecutionCount', undefined],
  'events-Late': [
    'AWS/Lambda',
    'IteratorAge',
    { FunctionName: '${aws_lambda_function.announce_function.function_name}' },
  ],
  'events-Unreadable': ['confirmation-reminder', 'ChangesUnreadable', undefined],
  'events-Unannounced': [
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    { QueueName: '${aws_sqs_queue.events_unannounced.name}' },
  ],
  'slack-UnsupportedEvents': ['AWS/Chatbot', 'UnsupportedEvents', ofChannel(stage)],
  'slack-EventsThrottled': ['AWS/Chatbot', 'EventsThrottled', ofChannel(stage)],
  'slack-MessageDeliveryFailure': ['AWS/Chatbot', 'MessageDeliveryFailure', ofChannel(stage)],
})
const five = Object.keys(metrics('dev')).slice(0, 5)

const withWebhook = { events: { webhook: 'https://hooks.example.com/customers' } }

test('a stage with a webhook has an alarm on its dead letters', () => {
  const { 'webhook-Dead': alarm, ...others } = alarmsOf('dev', withWebhook)
  expect(alarm).toMatchObject({
    namespace: 'AWS/SQS',
    metric_name: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: '${aws_sqs_queue.webhook_dead-letters.name}' },
  })
  expect(Object.keys(others)).toEqual(Object.keys(alarmsOf('dev')))
})

/** The alarms of a stage by the end of their addresses. */
function alarmsOf(stage: Stage, changes: Partial<Settings> = {}): Record<string, Arguments> {
  const found = resources(terraformOf(stage, changes), 'aws_cloudwatch_metric_alarm')
  return Object.fromEntries(found.map(([address, args]) => [address.replace(/^alarms_/, ''), args]))
}

/** What makes a state of the metric. */
const ruleOf = (alarm: Arguments | undefined) => [
  alarm?.statistic,
  alarm?.comparison_operator,
  alarm?.threshold,
  alarm?.period,
  alarm?.evaluation_periods,
  alarm?.datapoints_to_alarm,
  alarm?.treat_missing_data,
]
const atLeast = 'GreaterThanOrEqualToThreshold'

describe.each(stages)('in %s', (stage) => {
  const alarms = alarmsOf(stage)

  test('these metrics have alarms, and no others', () => {
    const found = Object.entries(alarms).map(([id, { namespace, metric_name, dimensions }]) => [
      id,
      [namespace, metric_name, dimensions],
    ])
    expect(Object.fromEntries(found)).toEqual(metrics(stage))
  })

  test('an alarm publishes every change of its state to the topic of its own Region', () => {
    const topics = { 'us-east-1': '${aws_sns_topic.notify_us-east-1_topic.arn}' }
    for (const [id, alarm] of Object.entries(alarms)) {
      expect(alarm.region).toBe(id.startsWith('slack-') ? 'us-east-1' : undefined)
      const topic = topics[alarm.region as keyof typeof topics] ?? '${aws_sns_topic.notify_topic.arn}'
      for (const actions of [alarm.ok_actions, alarm.alarm_actions, alarm.insufficient_data_actions]) {
        expect(actions).toEqual([topic])
      }
    }
  })

  test('CloudWatch looks back no further than it can', () => {
    for (const { period, evaluation_periods } of Object.values(alarms)) {
      expect(period * evaluation_periods).toBeLessThanOrEqual(86_400)
    }
  })

  test("an alarm's name ends in its section of the runbook", () => {
    for (const [id, { alarm_name }] of Object.entries(alarms)) {
      expect(alarm_name).toBe(`confirmation-reminder-${id}`)
    }
  })
})

test('dev speaks as in the article, prod is quiet', () => {
  expect([settings.dev.alarmStyle, settings.prod.alarmStyle]).toEqual(['article', 'quiet'])
})

test("in the article's style the five have the article's values to the letter", () => {
  const alarms = alarmsOf('prod', { alarmStyle: 'article' })
  for (const id of five) expect(ruleOf(alarms[id])).toEqual(['Sum', atLeast, 1, 60, 1, undefined, 'missing'])
})

describe('in the quiet style', () => {
  const alarms = alarmsOf('dev', { alarmStyle: 'quiet', expectsSuccessEverySeconds: 7200 })

  test('a failed run is reported at once, and missing data is good', () => {
    for (const id of five.slice(0, 4)) {
      expect(ruleOf(alarms[id])).toEqual(['Sum', atLeast, 1, 60, 15, 1, 'notBreaching'])
    }
  })

  test('missing successes are reported', () => {
    expect(ruleOf(alarms.ExecutionsSucceeded)).toEqual(['Sum', 'LessThanThreshold', 1, 300, 24, undefined, 'breaching'])
  })

  test('without expected traffic, missing successes are not reported', () => {
    const { expectsSuccessEverySeconds, ...quiet } = settings.prod
    const names = Object.keys(alarmsOf('dev', { ...quiet, alarmStyle: 'quiet' }))
    expect(names.filter((name) => name.startsWith('Execution')).sort()).toEqual(five.slice(0, 4).sort())
  })
})

test('the alarms beyond the five are quiet in both styles', () => {
  const [article, quiet] = (['article', 'quiet'] as const).map((alarmStyle) => alarmsOf('prod', { alarmStyle }))
  for (const id of Object.keys(metrics('prod')).slice(5)) expect(article?.[id]).toEqual(quiet?.[id])
})

test('of the others, what is counted is quiet when nothing is, and what is measured holds until measured again', () => {
  const rules = Object.fromEntries(
    Object.entries(alarmsOf('prod', withWebhook)).map(([id, alarm]) => [
      id,
      [alarm.statistic, alarm.threshold, alarm.treat_missing_data].join(' '),
    ]),
  )
  expect(rules).toMatchObject({
    'mail-BounceRate': 'Average 0.05 ignore',
    'mail-ComplaintRate': 'Average 0.001 ignore',
    'runs-Open': 'Maximum 800000 ignore',
    'mail-EventsLate': 'Maximum 900 notBreaching',
    'mail-EventsDead': 'Maximum 1 notBreaching',
    'events-Late': 'Maximum 900000 notBreaching',
    'events-Unannounced': 'Maximum 1 notBreaching',
    'webhook-Dead': 'Maximum 1 notBreaching',
  })
  const measured = ['mail-B', 'mail-C', 'mail-EventsL', 'mail-EventsD', 'runs-O', 'events-L', 'events-Una', 'webhook-D']
  const counted = Object.entries(rules).filter(
    ([id]) => ![...measured, 'ExecutionsS'].some((beginning) => id.startsWith(beginning)),
  )
  expect(new Set(counted.map(([, rule]) => rule))).toEqual(new Set(['Sum 1 notBreaching']))
})

test('what is counted in invocations is counted by the minute, so that an alarm that has ended does not go off again', () => {
  const counted = Object.values(alarmsOf('prod')).filter(({ namespace }) => namespace === 'AWS/Lambda')
  for (const alarm of counted) expect(alarm.period).toBe(60)
})

test('failures that Step Functions, Lambda or a queue retries are reported only if they last', () => {
  const patient = Object.entries(alarmsOf('prod')).filter(([, alarm]) => alarm.datapoints_to_alarm === 6)
  expect(patient.map(([id]) => id).sort()).toEqual([
    'announce-Throttles',
    'failures-Throttles',
    'feedback-Throttles',
    'mail-EventsFailed',
    'reminder-Errors',
    'reminder-Throttles',
    'runs-CallsFail',
  ])
})

test('a stage in the Region where Chatbot counts needs one topic of alarms only', () => {
  const terraform = terraformOf('prod', { region: 'us-east-1' })
  const topics = resources(terraform, 'aws_sns_topic').map(([address]) => address)
  expect(topics.filter((address) => address.startsWith('notify'))).toEqual(['notify_topic'])
  expect(JSON.stringify(terraform.resource.aws_cloudwatch_metric_alarm)).not.toContain('"region"')
})
