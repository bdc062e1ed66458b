import { reservable } from '@confirmation-reminder/contracts/concurrency'
import { type FunctionName, functionNames, functions } from '@confirmation-reminder/contracts/functions'
import { stages } from '@confirmation-reminder/contracts/stages'
import type { LambdaFunctionProps } from './lambda-function.ts'
import { own } from './test/own.ts'
import { settings } from './test/settings.ts'
import { only, resources, terraformOf } from './test/terraform.ts'

describe.each(stages)('in %s', (stage) => {
  const terraform = terraformOf(stage)
  const of = (type: string) => resources(terraform, type)

  test('what holds state or runs keeps its address, because a new one would replace it', () => {
    const byName = [...functionNames].sort()
    const lasting = [
      'aws_dynamodb_table',
      'aws_kms_key',
      'aws_sns_topic',
      'aws_sqs_queue',
      'aws_sfn_state_machine',
      'aws_lambda_function',
      'aws_lambda_alias',
      'aws_apigatewayv2_api',
      'aws_sesv2_email_identity',
      'aws_cloudwatch_log_group',
    ]
    expect(lasting.flatMap((type) => of(type).map(([name]) => `${type}.${name}`))).toEqual([
      'aws_dynamodb_table.customers_table',
      'aws_dynamodb_table.failed-runs_table',
      'aws_dynamodb_table.sources_table',
      'aws_kms_key.mail-events_key',
      'aws_kms_key.notify_key',
      'aws_kms_key.notify_us-east-1_key',
      'aws_sns_topic.mail-events_topic',
      'aws_sns_topic.notify_topic',
      'aws_sns_topic.notify_us-east-1_topic',
      'aws_sqs_queue.events_unannounced',
      'aws_sqs_queue.mail-events_dead-letters',
      'aws_sqs_queue.mail-events_queue',
      'aws_sqs_queue.mail-events_undelivered',
      'aws_sfn_state_machine.workflow_machine',
      ...byName.map((name) => `aws_lambda_function.${name}_function`),
      ...byName.map((name) => `aws_lambda_alias.${name}_live`),
      'aws_apigatewayv2_api.api_api',
      'aws_sesv2_email_identity.mail_identity',
      ...[...functionNames, 'api', 'workflow'].sort().map((name) => `aws_cloudwatch_log_group.${name}_logs`),
    ])
  })

  test('every function of the contracts is deployed with its limits, its role, its log and its whole environment', () => {
    const deployed = Object.fromEntries(of('aws_lambda_function'))
    expect(Object.keys(deployed)).toHaveLength(functionNames.length)
    for (const name of functionNames) {
      expect(deployed[`${name}_function`]).toMatchObject({
        function_name: `confirmation-reminder-${stage}-${name}`,
        role: `\${aws_iam_role.${name}_role.arn}`,
        runtime: 'nodejs24.x',
        architectures: ['arm64'],
        handler: 'handler.handler',
        timeout: functions[name].timeoutSeconds,
        memory_size: functions[name].memoryMegabytes,
        tracing_config: { mode: 'Active' },
        logging_config: { log_group: `\${aws_cloudwatch_log_group.${name}_logs.name}` },
        publish: true,
        source_code_hash: `hash of ${name}`,
      })
      expect(Object.keys(deployed[`${name}_function`]?.environment.variables).sort()).toEqual(
        Object.keys(functions[name].environment.entries).sort(),
      )
    }
  })

  test('what anybody may call is capped where the account lets it be, and leaves the others more than it takes', () => {
    const { accountConcurrency, reservedConcurrency = {} } = settings[stage]
    expect(terraform.output.account_concurrency?.value).toBe(accountConcurrency)
    const reserved = functionNames.map((name) => [
      name,
      terraform.resource.aws_lambda_function?.[`${name}_function`]?.reserved_concurrent_executions,
    ])
    expect(Object.fromEntries(reserved.filter(([, number]) => number !== undefined))).toEqual(reservedConcurrency)
    const isPublic = (name: FunctionName) => functions[name].routes.length > 0
    const capped = reservable(accountConcurrency) > 0 ? functionNames.filter(isPublic) : []
    expect(Object.keys(reservedConcurrency).sort()).toEqual([...capped].sort())
    const taken = capped.reduce((whole, name) => whole + (reservedConcurrency[name] ?? 0), 0)
    expect(taken).toBeLessThan(accountConcurrency / 2)
  })

  test('code and the version behind an alias belong to the team of the function', () => {
    for (const [, { lifecycle }] of of('aws_lambda_function')) {
      expect(lifecycle.ignore_changes).toEqual([
        'filename',
        'source_code_hash',
        's3_bucket',
        's3_key',
        's3_object_version',
      ])
    }
    for (const [, { lifecycle, name }] of of('aws_lambda_alias')) {
      expect(name).toBe('live')
      expect(lifecycle.ignore_changes).toEqual(['function_version', 'routing_config', 'description'])
    }
  })

  test('the workflow and the API call aliases, never a function or a version', () => {
    const { definition } = only(terraform, 'aws_sfn_state_machine')
    expect(JSON.parse(definition).States.TriggerNotification.Resource).toBe('${aws_lambda_alias.reminder_live.arn}')
    expect(definition.match(/aws_lambda_\w+/g)).toEqual(['aws_lambda_alias'])
    const targets = of('aws_apigatewayv2_integration').map(([, { integration_uri }]) => integration_uri)
    expect(targets).toEqual([
      '${aws_lambda_alias.confirm_live.invoke_arn}',
      '${aws_lambda_alias.register_live.invoke_arn}',
      '${aws_lambda_alias.withdraw_live.invoke_arn}',
    ])
  })

  test('every route of the contracts is served, and each may invoke its alias for itself alone', () => {
    const keys = functionNames.flatMap((name) => [...functions[name].routes])
    expect(
      of('aws_apigatewayv2_route')
        .map(([, { route_key }]) => route_key)
        .sort(),
    ).toEqual(keys.sort())
    const byApi = of('aws_lambda_permission').filter(([, { principal }]) => principal === 'apigateway.amazonaws.com')
    expect(byApi.map(([, args]) => [args.qualifier, args.source_arn])).toEqual([
      ['${aws_lambda_alias.confirm_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/*/confirm'],
      ['${aws_lambda_alias.confirm_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/GET/confirm'],
      ['${aws_lambda_alias.confirm_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/POST/confirm'],
      ['${aws_lambda_alias.register_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/*/registrations'],
      [
        '${aws_lambda_alias.register_live.name}',
        '${aws_apigatewayv2_api.api_api.execution_arn}/*/*/registrations/challenge',
      ],
      ['${aws_lambda_alias.register_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/POST/registrations'],
      ['${aws_lambda_alias.withdraw_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/*/withdraw'],
      ['${aws_lambda_alias.withdraw_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/GET/withdraw'],
      ['${aws_lambda_alias.withdraw_live.name}', '${aws_apigatewayv2_api.api_api.execution_arn}/*/POST/withdraw'],
    ])
  })

  test('registrations are throttled more strictly, after their routes exist', () => {
    const { default_route_settings, route_settings, depends_on } = only(terraform, 'aws_apigatewayv2_stage')
    for (const route of route_settings) {
      expect(route.throttling_rate_limit).toBeLessThan(default_route_settings.throttling_rate_limit)
    }
    expect(depends_on.sort()).toEqual(of('aws_apigatewayv2_route').map(([name]) => `aws_apigatewayv2_route.${name}`))
  })

  test('the access log says nothing of who asked, or of a token', () => {
    const { format } = only(terraform, 'aws_apigatewayv2_stage').access_log_settings
    expect(Object.values(JSON.parse(format))).toEqual([
      '$context.requestId',
      '$context.requestTime',
      '$context.routeKey',
      '$context.status',
      '$context.responseLatency',
      '$context.integrationLatency',
      '$context.integrationErrorMessage',
    ])
  })

  test("every log has an end, and the state machine's knows no payloads", () => {
    for (const [, { retention_in_days }] of of('aws_cloudwatch_log_group')) {
      expect(retention_in_days).toBe(settings[stage].logDays)
    }
    expect(only(terraform, 'aws_sfn_state_machine').logging_configuration).toEqual({
      level: 'ERROR',
      include_execution_data: false,
      log_destination: '${aws_cloudwatch_log_group.workflow_logs.arn}:*',
    })
  })

  test('customers cannot be destroyed by a plan, and their table is on demand, expiring and recoverable', () => {
    expect(terraform.resource.aws_dynamodb_table?.customers_table).toMatchObject({
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'customerId',
      ttl: { attribute_name: 'expiresAt', enabled: true },
      point_in_time_recovery: { enabled: true },
      deletion_protection_enabled: stage === 'prod',
      lifecycle: { prevent_destroy: true },
    })
    for (const [, key] of of('aws_kms_key')) {
      expect(key).toMatchObject({ enable_key_rotation: true, lifecycle: { prevent_destroy: true } })
    }
  })

  test('each topic is encrypted with its own key', () => {
    for (const [address, topic] of of('aws_sns_topic')) {
      const key = address.replace(/topic$/, 'key')
      expect(topic.kms_master_key_id).toBe(`\${aws_kms_key.${key}.arn}`)
      expect(terraform.resource.aws_kms_key?.[key]?.region).toBe(topic.region)
    }
  })

  test('alarms and failed runs, and nothing else, reach the Slack channel of the stage, behind a guardrail', () => {
    expect(only(terraform, 'aws_chatbot_slack_channel_configuration')).toMatchObject({
      slack_team_id: settings[stage].slack.workspaceId,
      slack_channel_id: settings[stage].slack.channelId,
      sns_topic_arns: of('aws_sns_topic')
        .filter(([, { name }]) => name === 'notify')
        .map(([address]) => `\${aws_sns_topic.${address}.arn}`),
      iam_role_arn: '${aws_iam_role.slack_role.arn}',
      guardrail_policy_arns: ['${aws_iam_policy.slack_guardrail.arn}'],
      logging_level: 'ERROR',
    })
  })

  test('the rule sends each failed run to the alias of failures, which only the rule may invoke for it', () => {
    expect(JSON.parse(only(terraform, 'aws_cloudwatch_event_rule').event_pattern)).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: ['${aws_sfn_state_machine.workflow_machine.arn}'],
      },
    })
    expect(only(terraform, 'aws_cloudwatch_event_target')).toMatchObject({
      rule: '${aws_cloudwatch_event_rule.failed-runs_rule.name}',
      arn: '${aws_lambda_alias.failures_live.arn}',
      retry_policy: { maximum_event_age_in_seconds: 21_600, maximum_retry_attempts: 185 },
    })
    expect(terraform.resource.aws_lambda_permission?.['failed-runs_permission']).toMatchObject({
      principal: 'events.amazonaws.com',
      qualifier: '${aws_lambda_alias.failures_live.name}',
      source_arn: '${aws_cloudwatch_event_rule.failed-runs_rule.arn}',
    })
  })

  test('SES publishes the events of each mail to the topic, which alone may fill the queue of feedback', () => {
    const topic = '${aws_sns_topic.mail-events_topic.arn}'
    const queue = '${aws_sqs_queue.mail-events_queue.arn}'
    const undelivered = '${aws_sqs_queue.mail-events_undelivered.arn}'
    expect(only(terraform, 'aws_sesv2_configuration_set_event_destination')).toMatchObject({
      configuration_set_name: '${aws_sesv2_configuration_set.mail_configuration.configuration_set_name}',
      event_destination: {
        enabled: true,
        matching_event_types: 'SEND DELIVERY BOUNCE COMPLAINT REJECT RENDERING_FAILURE DELIVERY_DELAY'.split(' '),
        sns_destination: { topic_arn: topic },
      },
      depends_on: [
        'aws_sns_topic_policy.mail-events_topic-policy',
        'aws_sns_topic_subscription.mail-events_queue-subscription',
      ],
    })
    expect(only(terraform, 'aws_sns_topic_subscription')).toMatchObject({
      topic_arn: topic,
      protocol: 'sqs',
      endpoint: queue,
      raw_message_delivery: true,
      redrive_policy: JSON.stringify({ deadLetterTargetArn: undelivered }),
      depends_on: [
        'aws_sqs_queue_policy.mail-events_queue-policy',
        'aws_sqs_queue_policy.mail-events_undelivered-policy',
      ],
    })
    const policies = of('aws_sqs_queue_policy')
    expect(policies.map(([, { queue_url }]) => queue_url)).toEqual([
      '${aws_sqs_queue.mail-events_queue.url}',
      '${aws_sqs_queue.mail-events_undelivered.url}',
    ])
    for (const [, { policy }] of policies) {
      expect(JSON.parse(policy).Statement).toMatchObject([
        { Principal: { Service: 'sns.amazonaws.com' }, Condition: { ArnEquals: { 'aws:SourceArn': topic } } },
      ])
    }
    const mappings = of('aws_lambda_event_source_mapping').filter(([name]) => name.startsWith('mail-events'))
    expect(mappings.map(([, mapping]) => mapping)).toMatchObject(
      [queue, undelivered].map((event_source_arn) => ({
        event_source_arn,
        function_name: '${aws_lambda_alias.feedback_live.arn}',
        function_response_types: ['ReportBatchItemFailures'],
      })),
    )
  })

  test('each change of a customer is announced until it is a day old, and then put aside', () => {
    expect(Object.fromEntries(of('aws_dynamodb_table')).customers_table).toMatchObject({
      stream_enabled: true,
      stream_view_type: 'NEW_AND_OLD_IMAGES',
    })
    expect(Object.fromEntries(of('aws_lambda_event_source_mapping')).events_mapping).toMatchObject({
      event_source_arn: '${aws_dynamodb_table.customers_table.stream_arn}',
      function_name: '${aws_lambda_alias.announce_live.arn}',
      starting_position: 'TRIM_HORIZON',
      maximum_retry_attempts: -1,
      maximum_record_age_in_seconds: 82_800,
      bisect_batch_on_function_error: true,
      function_response_types: ['ReportBatchItemFailures'],
      destination_config: { on_failure: { destination_arn: '${aws_sqs_queue.events_unannounced.arn}' } },
      depends_on: ['aws_iam_role_policy.announce_role_policy'],
    })
    expect(only(terraform, 'aws_cloudwatch_event_bus').name).toBe(`confirmation-reminder-${stage}-events`)
  })

  test('only a stage with a webhook has one, whose secret Terraform never learns', () => {
    const types = ['connection', 'api_destination'].map((type) => `aws_cloudwatch_event_${type}`)
    for (const type of types) expect(terraform.resource[type]).toBeUndefined()
    const url = 'https://hooks.example.com/customers'
    const withWebhook = terraformOf(stage, { events: { webhook: url } })
    expect(only(withWebhook, 'aws_cloudwatch_event_connection')).toMatchObject({
      authorization_type: 'API_KEY',
      auth_parameters: { api_key: { key: 'x-webhook-secret', value: 'set-by-npm-run-webhook-secret' } },
      lifecycle: { ignore_changes: ['auth_parameters'] },
    })
    expect(only(withWebhook, 'aws_cloudwatch_event_api_destination')).toMatchObject({
      connection_arn: '${aws_cloudwatch_event_connection.webhook_connection.arn}',
      invocation_endpoint: url,
      http_method: 'POST',
    })
    const rule = Object.fromEntries(resources(withWebhook, 'aws_cloudwatch_event_rule')).webhook_rule
    expect(rule).toMatchObject({
      event_bus_name: '${aws_cloudwatch_event_bus.events_bus.name}',
      event_pattern: JSON.stringify({ source: ['confirmation-reminder'] }),
    })
    const target = Object.fromEntries(resources(withWebhook, 'aws_cloudwatch_event_target')).webhook_target
    expect(target).toMatchObject({
      event_bus_name: '${aws_cloudwatch_event_bus.events_bus.name}',
      role_arn: '${aws_iam_role.webhook_role.arn}',
      retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      dead_letter_config: { arn: '${aws_sqs_queue.webhook_dead-letters.arn}' },
      depends_on: ['aws_iam_role_policy.webhook_role_policy', 'aws_sqs_queue_policy.webhook_dead-letters-policy'],
    })
    const policies = Object.fromEntries(resources(withWebhook, 'aws_sqs_queue_policy'))
    expect(JSON.parse(policies['webhook_dead-letters-policy']?.policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: ['${aws_sqs_queue.webhook_dead-letters.arn}'],
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': '${aws_cloudwatch_event_rule.webhook_rule.arn}' } },
      },
    ])
    const role = Object.fromEntries(resources(withWebhook, 'aws_iam_role_policy')).webhook_role_policy
    expect(JSON.parse(role?.policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['events:InvokeApiDestination'],
        Resource: ['${aws_cloudwatch_event_api_destination.webhook_destination.arn}'],
      },
    ])
  })

  test('an upgrade from the release without a queue destroys nothing that carries events', () => {
    // Under these addresses SNS invoked `feedback`. A resource under one of them would replace it.
    const from = ['aws_sns_topic_subscription.mail-events_subscription', 'aws_lambda_permission.mail-events_permission']
    expect(terraform.removed).toEqual(from.map((address) => ({ from: address, lifecycle: { destroy: false } })))
    for (const [type = '', id = ''] of from.map((address) => address.split('.'))) {
      expect(terraform.resource[type]).not.toHaveProperty(id)
    }
  })

  test('an event that is not recorded is kept for 14 days, and tried for two before it is put aside', () => {
    const { 'mail-events_queue': queue, 'mail-events_undelivered': undelivered } = Object.fromEntries(
      of('aws_sqs_queue'),
    )
    for (const [, one] of of('aws_sqs_queue')) {
      expect(one).toMatchObject({ message_retention_seconds: 14 * 86_400, sqs_managed_sse_enabled: true })
    }
    expect(undelivered).toMatchObject({
      redrive_policy: queue?.redrive_policy,
      visibility_timeout_seconds: queue?.visibility_timeout_seconds,
    })
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(queue?.redrive_policy)
    expect(deadLetterTargetArn).toBe('${aws_sqs_queue.mail-events_dead-letters.arn}')
    expect(queue?.visibility_timeout_seconds).toBeGreaterThanOrEqual(6 * functions.feedback.timeoutSeconds)
    expect(maxReceiveCount * queue?.visibility_timeout_seconds).toBeGreaterThan(2 * 86_400)
    expect(terraform.resource.aws_lambda_function?.reminder_function?.environment.variables).toMatchObject({
      EVENTS_QUEUE_URL: '${aws_sqs_queue.mail-events_queue.url}',
      EVENTS_UNDELIVERED_URL: '${aws_sqs_queue.mail-events_undelivered.url}',
      EVENTS_DEAD_LETTERS_URL: '${aws_sqs_queue.mail-events_dead-letters.url}',
    })
  })

  test('the functions know quiet hours and spread, how long a withdrawal holds, what confirms and where forms and pages are', () => {
    const { quietHours = '', spreadSeconds, withdrawalHoldDays, confirmBy, formUrl = '' } = settings[stage]
    const environmentOf = (name: string) => terraform.resource.aws_lambda_function?.[`${name}_function`]?.environment
    expect(environmentOf('reminder').variables).toMatchObject({
      QUIET_HOURS: quietHours,
      SPREAD_SECONDS: String(spreadSeconds),
    })
    expect(environmentOf('withdraw').variables.WITHDRAWAL_HOLD_DAYS).toBe(String(withdrawalHoldDays))
    expect(environmentOf('confirm').variables.CONFIRM_BY).toBe(confirmBy)
    for (const name of ['register', 'confirm', 'withdraw']) {
      expect(environmentOf(name).variables).toMatchObject({ FORM_URL: formUrl, PAGES: '{}', PROOF_OF_WORK: '0' })
    }
  })

  test("SES signs for the sender's domain, and every mail can name the configuration set", () => {
    const identity = only(terraform, 'aws_sesv2_email_identity').email_identity
    expect(settings[stage].sender).toContain(`@${identity}>`)
    expect(only(terraform, 'aws_sesv2_configuration_set')).toMatchObject({
      delivery_options: { tls_policy: 'REQUIRE' },
      reputation_options: { reputation_metrics_enabled: true },
      suppression_options: { suppressed_reasons: ['BOUNCE', 'COMPLAINT'] },
      lifecycle: { ignore_changes: ['suppression_options'] },
    })
  })
})

test('the functions that answer browsers know the pages of the settings', () => {
  const pages = {
    confirmed: 'https://www.ours.internal/{locale}/welcome',
    returnOrigins: ['https://www.ours.internal'],
  }
  const functionsWith = terraformOf('prod', { pages }).resource.aws_lambda_function ?? {}
  const knowing = Object.entries(functionsWith).filter(
    ([, { environment }]) => environment.variables.PAGES === JSON.stringify(pages),
  )
  expect(knowing.map(([id]) => id).sort()).toEqual(['confirm_function', 'register_function', 'withdraw_function'])
})

test('pages of other origins may get challenges where there are any', () => {
  const settingsWith = { origins: ['https://www.ours.internal'], proofOfWork: { effort: 1_000 } }
  const api = only(terraformOf('prod', settingsWith), 'aws_apigatewayv2_api')
  expect(api.cors_configuration.allow_methods).toEqual(['GET', 'POST'])
})

const publicUrlOf = (terraform: ReturnType<typeof terraformOf>) =>
  terraform.resource.aws_lambda_function?.reminder_function?.environment.variables.PUBLIC_URL

test('pages of the origins in the settings may register by JSON and no more, and without origins the API has no CORS', () => {
  const api = (origins?: string[]) => only(terraformOf('prod', origins && { origins }), 'aws_apigatewayv2_api')
  expect([api(), api([])].map((each) => Object.hasOwn(each, 'cors_configuration'))).toEqual([false, false])
  const origins = ['https://www.ours.internal', 'http://localhost:8080']
  expect(api(origins).cors_configuration).toEqual({
    allow_origins: origins,
    allow_methods: ['POST'],
    allow_headers: ['content-type'],
    allow_credentials: false,
    max_age: 7_200,
  })
})

test('links begin at the public URL of the stage, or at the API itself', () => {
  const prod = terraformOf('prod')
  expect(publicUrlOf(prod)).toBe('${var.public_url}')
  expect(prod.variable?.public_url).toMatchObject({ default: 'https://signup.example.com' })
  expect(publicUrlOf(terraformOf('dev'))).toBe('${aws_apigatewayv2_api.api_api.api_endpoint}')
})

test('dev reminds as in the article, prod lets people sleep', () => {
  const statesOf = (stage: 'dev' | 'prod') =>
    Object.keys(JSON.parse(only(terraformOf(stage), 'aws_sfn_state_machine').definition).States)
  expect(statesOf('dev')).toEqual(['Wait', 'TriggerNotification'])
  expect(statesOf('prod')).toEqual(['Wait', 'TriggerNotification', 'WasPostponed', 'WaitForTurn', 'Done'])
})

test('how many may register from one address in an hour is a variable, whose default is the setting', () => {
  const { resource, variable } = terraformOf('prod')
  const { variables } = resource.aws_lambda_function?.register_function?.environment ?? {}
  expect(variables.REGISTRATIONS_PER_SOURCE_AND_HOUR).toBe('${var.registrations_per_source_and_hour}')
  expect(variable?.registrations_per_source_and_hour).toMatchObject({ type: 'number', default: 20 })
})

test('what is known of sources is in no backup, and goes by itself', () => {
  const table = terraformOf('prod').resource.aws_dynamodb_table?.sources_table
  expect(table).toMatchObject({ hash_key: 'sourceHour', ttl: { attribute_name: 'expiresAt', enabled: true } })
  expect(table).not.toHaveProperty('point_in_time_recovery')
  expect(table).not.toHaveProperty('stream_enabled')
})

test("the key that customers' ids are made with is in nothing that Terraform knows", () => {
  const names = JSON.stringify(terraformOf('prod').resource.aws_lambda_function).match(/"[A-Z][A-Z_]+"/g)
  expect(names?.filter((name) => /KEY|SECRET|NAMESPACE/.test(name))).toEqual([])
})

test('state is kept in infra/, or in the bucket of the settings with its own lock', () => {
  expect(terraformOf('dev').terraform.backend).toEqual({
    local: { path: '../../../terraform.confirmation-reminder-dev.tfstate' },
  })
  expect(terraformOf('dev', { stateBucket: 'our-state' }).terraform.backend).toEqual({
    s3: {
      bucket: 'our-state',
      key: 'confirmation-reminder-dev.tfstate',
      region: 'eu-west-1',
      encrypt: true,
      use_lockfile: true,
    },
  })
})

test('a stage with an account refuses credentials of any other', () => {
  const { provider, ...stack } = terraformOf('prod', { ...own, accountId: '271828182845' })
  expect(provider.aws[0]).toMatchObject({ allowed_account_ids: ['271828182845'] })
  // Everything else reads the account that Terraform runs in, so that the local cloud can run the stack of any account.
  expect(JSON.stringify(stack)).not.toContain('271828182845')
})

test('any function may have a reservation, or none at all: 0 turns it off', () => {
  const { resource } = terraformOf('prod', { reservedConcurrency: { reminder: 300, register: 0 } })
  const reservedBy = (name: FunctionName) =>
    resource.aws_lambda_function?.[`${name}_function`]?.reserved_concurrent_executions
  expect(['reminder', 'register', 'confirm'].map((name) => reservedBy(name as FunctionName))).toEqual([
    300,
    0,
    undefined,
  ])
})

test('where Chatbot has no API of its own in the Region, another answers', () => {
  expect(only(terraformOf('dev', { region: 'eu-central-1' }), 'aws_chatbot_slack_channel_configuration').region).toBe(
    'us-east-2',
  )
})

test('a forgotten or misspelt variable does not compile', () => {
  // @ts-expect-error: CUSTOMERS_TABLE is missing.
  const forgotten: LambdaFunctionProps<'confirm'>['environment'] = {}
  // @ts-expect-error: there is no CUSTOMER_TABLE.
  const misspelt: LambdaFunctionProps<'feedback'>['environment'] = { CUSTOMERS_TABLE: '', CUSTOMER_TABLE: '' }
  expect([forgotten, misspelt]).toHaveLength(2)
})
