import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { stages } from '@confirmation-reminder/contracts/stages'
import { resources, type Terraform, terraformOf } from './test/terraform.ts'

interface Statement {
  Action: string[]
  Resource?: string[]
  Principal?: Record<string, string>
  Condition?: object
}

/** Every policy document of a stack, with the address of its resource. */
function policies(terraform: Terraform): [address: string, statements: Statement[]][] {
  const documents = {
    aws_iam_role_policy: 'policy',
    aws_iam_policy: 'policy',
    aws_kms_key: 'policy',
    aws_sns_topic_policy: 'policy',
    aws_sqs_queue_policy: 'policy',
  }
  return Object.entries(documents).flatMap(([type, argument]) =>
    resources(terraform, type).map(([name, args]): [string, Statement[]] => [
      `${type}.${name}`,
      JSON.parse(args[argument]).Statement,
    ]),
  )
}

const table = 'aws_dynamodb_table.customers_table.arn'
const eventsQueue = 'aws_sqs_queue.mail-events_queue.arn'
const undelivered = 'aws_sqs_queue.mail-events_undelivered.arn'
const sending = {
  'ses:SendEmail ses:SendRawEmail': [
    'aws_sesv2_email_identity.mail_identity.arn',
    'aws_sesv2_configuration_set.mail_configuration.arn',
  ],
}
const ofFunction = (name: string) => ({
  'logs:CreateLogStream logs:PutLogEvents': [`aws_cloudwatch_log_group.${name}_logs.arn:*`],
  'xray:PutTraceSegments xray:PutTelemetryRecords': ['*'],
})
const looking =
  'cloudwatch:DescribeAlarms cloudwatch:DescribeAlarmHistory cloudwatch:GetMetricData ' +
  'cloudwatch:GetMetricStatistics cloudwatch:GetMetricWidgetImage cloudwatch:ListMetrics'

const shipping = (name: string) => ({
  'lambda:GetFunctionConfiguration lambda:ListVersionsByFunction lambda:UpdateFunctionCode lambda:PublishVersion lambda:GetAlias lambda:UpdateAlias':
    [`aws_lambda_function.${name}_function.arn`],
  'lambda:GetFunctionConfiguration lambda:InvokeFunction': [`aws_lambda_function.${name}_function.arn:*`],
  'cloudwatch:DescribeAlarms cloudwatch:GetMetricData': ['*'],
})

/** What each function may do, besides what all of them may: the compiler asks for those of a new function. */
const grantsOf: Record<FunctionName, Record<string, string[]>> = {
  register: {
    'dynamodb:GetItem dynamodb:PutItem': [table],
    'dynamodb:UpdateItem': ['aws_dynamodb_table.sources_table.arn'],
    ...sending,
    'states:StartExecution': ['aws_sfn_state_machine.workflow_machine.arn'],
  },
  confirm: { 'dynamodb:GetItem dynamodb:PutItem': [table] },
  withdraw: { 'dynamodb:GetItem dynamodb:PutItem': [table] },
  feedback: {
    'dynamodb:GetItem dynamodb:PutItem': [table],
    'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes': [eventsQueue, undelivered],
  },
  reminder: {
    'dynamodb:GetItem dynamodb:PutItem': [table],
    ...sending,
    'sqs:GetQueueAttributes': [eventsQueue, undelivered, 'aws_sqs_queue.mail-events_dead-letters.arn'],
  },
  announce: {
    'dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator': [
      'aws_dynamodb_table.customers_table.stream_arn',
    ],
    'dynamodb:ListStreams': ['*'],
    'events:PutEvents': ['aws_cloudwatch_event_bus.events_bus.arn'],
    'sqs:SendMessage': ['aws_sqs_queue.events_unannounced.arn'],
  },
  failures: {
    'dynamodb:UpdateItem': ['aws_dynamodb_table.failed-runs_table.arn'],
    'states:GetExecutionHistory': [
      'arn:aws:states:eu-west-1:data.aws_caller_identity.account.account_id:execution:aws_sfn_state_machine.workflow_machine.name:*',
    ],
    'sns:Publish': ['aws_sns_topic.notify_topic.arn'],
    'kms:Decrypt kms:GenerateDataKey*': ['aws_kms_key.notify_key.arn'],
  },
}

/** All grants of a stage. A grant that is not here needs a caller that uses it. */
const grants = {
  ...Object.fromEntries(
    functionNames.map((name) => [
      `aws_iam_role_policy.${name}_role_policy`,
      { ...ofFunction(name), ...grantsOf[name] },
    ]),
  ),
  'aws_iam_role_policy.workflow_role_policy': {
    'lambda:InvokeFunction': ['aws_lambda_function.reminder_function.arn:*'],
    'logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups':
      ['*'],
    'xray:PutTraceSegments xray:PutTelemetryRecords': ['*'],
    'xray:GetSamplingRules xray:GetSamplingTargets': ['*'],
  },
  ...Object.fromEntries(functionNames.map((name) => [`aws_iam_role_policy.ship_${name}_policy`, shipping(name)])),
  'aws_iam_role_policy.ship_reminder_policy': {
    ...shipping('reminder'),
    'states:DescribeStateMachine states:ListExecutions': ['aws_sfn_state_machine.workflow_machine.arn'],
  },
  'aws_iam_role_policy.slack_role_policy': { [looking]: ['*'] },
  'aws_iam_policy.slack_guardrail': { [looking]: ['*'] },
  'aws_kms_key.mail-events_key': { 'kms:*': ['*'], 'kms:Decrypt kms:GenerateDataKey*': ['*'] },
  'aws_kms_key.notify_key': { 'kms:*': ['*'], 'kms:Decrypt kms:GenerateDataKey*': ['*'] },
  'aws_kms_key.notify_us-east-1_key': { 'kms:*': ['*'], 'kms:Decrypt kms:GenerateDataKey*': ['*'] },
  'aws_sns_topic_policy.mail-events_topic-policy': { 'sns:Publish': ['aws_sns_topic.mail-events_topic.arn'] },
  'aws_sqs_queue_policy.mail-events_queue-policy': { 'sqs:SendMessage': [eventsQueue] },
  'aws_sqs_queue_policy.mail-events_undelivered-policy': { 'sqs:SendMessage': [undelivered] },
  'aws_sns_topic_policy.notify_topic-policy': { 'sns:Publish': ['aws_sns_topic.notify_topic.arn'] },
  'aws_sns_topic_policy.notify_us-east-1_topic-policy': {
    'sns:Publish': ['aws_sns_topic.notify_us-east-1_topic.arn'],
  },
}

/** The services that know no narrower resource for these actions, and why that is. */
const unavoidable: Record<string, string> = {
  'dynamodb:ListStreams': 'it lists, so it cannot name what it will find',
  'xray:PutTraceSegments': 'X-Ray has no resource to send traces to',
  'xray:PutTelemetryRecords': 'X-Ray has no resource to send traces to',
  'xray:GetSamplingRules': 'X-Ray has no resource for sampling, which Step Functions asks for before it traces',
  'xray:GetSamplingTargets': 'X-Ray has no resource for sampling, which Step Functions asks for before it traces',
  'logs:CreateLogDelivery': 'log deliveries have no ARN',
  'logs:GetLogDelivery': 'log deliveries have no ARN',
  'logs:UpdateLogDelivery': 'log deliveries have no ARN',
  'logs:DeleteLogDelivery': 'log deliveries have no ARN',
  'logs:ListLogDeliveries': 'log deliveries have no ARN',
  'logs:PutResourcePolicy': 'resource policies of CloudWatch Logs have no ARN',
  'logs:DescribeResourcePolicies': 'resource policies of CloudWatch Logs have no ARN',
  'logs:DescribeLogGroups': 'it lists, so it cannot name what it will find',
  'cloudwatch:DescribeAlarms': 'it lists, so it cannot name what it will find',
  'cloudwatch:DescribeAlarmHistory': 'Chatbot asks for all alarms at once',
  'cloudwatch:GetMetricData': 'metrics have no ARN',
  'cloudwatch:GetMetricStatistics': 'metrics have no ARN',
  'cloudwatch:GetMetricWidgetImage': 'metrics have no ARN',
  'cloudwatch:ListMetrics': 'metrics have no ARN',
  'kms:*': "in a key's own policy * is the key; without the account's administration it could never be changed",
  'kms:Decrypt': "in a key's own policy * is the key",
  'kms:GenerateDataKey*': "in a key's own policy * is the key; SNS uses two variants of the action",
}

describe.each(stages)('in %s', (stage) => {
  const terraform = terraformOf(stage)
  const found = policies(terraform)

  test('each role has exactly the permissions that it needs', () => {
    const withoutBraces = (resource: string) => resource.replace(/\$\{(.+?)\}/g, '$1')
    const actual = found.map(([address, statements]) => [
      address,
      Object.fromEntries(
        statements.map(({ Action, Resource = [] }) => [Action.join(' '), Resource.map(withoutBraces)]),
      ),
    ])
    expect(Object.fromEntries(actual)).toEqual(grants)
  })

  test('a statement names its resources, except these, whose actions support none', () => {
    const everywhere = found.flatMap(([, statements]) =>
      statements.filter(({ Resource }) => Resource?.includes('*')).flatMap(({ Action }) => Action),
    )
    expect([...new Set(everywhere)].sort()).toEqual(Object.keys(unavoidable).sort())
  })

  test('an action is spelt out, but for the two about keys', () => {
    const wild = found
      .flatMap(([, statements]) => statements.flatMap(({ Action }) => Action))
      .filter((a) => a.includes('*'))
    expect(new Set(wild)).toEqual(new Set(['kms:*', 'kms:GenerateDataKey*']))
  })

  test('mail is sent from addresses of our domain only', () => {
    const conditions = found
      .flatMap(([, statements]) => statements)
      .filter(({ Action }) => Action.includes('ses:SendEmail'))
      .map(({ Condition }) => Condition)
    const addresses = stage === 'dev' ? '*@dev.example.com' : '*@example.com'
    expect(conditions).toEqual(Array(2).fill({ StringLike: { 'ses:FromAddress': addresses } }))
  })

  test("in SES's sandbox both functions that send may also send to every identity of the account, from our domain only", () => {
    const sandboxed = terraformOf(stage, { sesSandbox: true })
    const recipients = 'arn:aws:ses:eu-west-1:${data.aws_caller_identity.account.account_id}:identity/*'
    const withRecipients = policies(sandboxed).map(([address, statements]) => [
      address,
      statements.flatMap(({ Action, Resource = [], Condition }) =>
        Resource.includes(recipients) ? [{ Action, Condition }] : [],
      ),
    ])
    const sent = {
      Action: ['ses:SendEmail', 'ses:SendRawEmail'],
      Condition: { StringLike: { 'ses:FromAddress': stage === 'dev' ? '*@dev.example.com' : '*@example.com' } },
    }
    expect(withRecipients.filter(([, statements]) => statements?.length)).toEqual([
      ['aws_iam_role_policy.register_role_policy', [sent]],
      ['aws_iam_role_policy.reminder_role_policy', [sent]],
    ])
    expect(sandboxed.output.ses_sandbox).toEqual({ value: true })
    expect(JSON.stringify(terraform)).not.toContain('identity/*')
    expect(terraform.output).not.toHaveProperty('ses_sandbox')
  })

  test('a service that acts for others acts for this account only', () => {
    const account = { StringEquals: { 'aws:SourceAccount': '${data.aws_caller_identity.account.account_id}' } }
    const trust = resources(terraform, 'aws_iam_role').flatMap(
      ([, args]) => JSON.parse(args.assume_role_policy).Statement,
    )
    const services = [...trust, ...found.flatMap(([, statements]) => statements)].filter(
      ({ Principal }) => Principal?.Service && Principal.Service !== 'lambda.amazonaws.com',
    )
    expect(services.map(({ Principal }) => Principal.Service).sort()).toEqual([
      'chatbot.amazonaws.com',
      // Of two topics, each with its key.
      ...Array(4).fill('cloudwatch.amazonaws.com'),
      // Of the topic of mail events, and its key.
      ...Array(2).fill('ses.amazonaws.com'),
      // Of the queue of mail events, and of what SNS cannot deliver to it.
      ...Array(2).fill('sns.amazonaws.com'),
      'states.amazonaws.com',
    ])
    // The ARN of a topic contains its account.
    const ofTopic = { ArnEquals: { 'aws:SourceArn': '${aws_sns_topic.mail-events_topic.arn}' } }
    for (const { Principal, Condition } of services) {
      expect(Condition).toMatchObject(Principal.Service === 'sns.amazonaws.com' ? ofTopic : account)
    }
    const [, [publishing] = []] = found.find(([address]) => address.includes('mail-events_topic-policy')) ?? []
    expect(publishing).toMatchObject({
      Principal: { Service: 'ses.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceArn': '${aws_sesv2_configuration_set.mail_configuration.arn}' } },
    })
  })
})
