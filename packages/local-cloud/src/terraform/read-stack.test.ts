import fc from 'fast-check'
import { checkAlarm } from '../services/cloudwatch/alarm.ts'
import { checkDefinition } from '../services/step-functions/definition/definition.ts'
import { readStack } from './read-stack.ts'
import { resourceTypes } from './resource-types.ts'
import { smallStack, writeStack } from './test/stack.ts'

const apiUrl = 'http://127.0.0.1:3000'
const checks = { alarm: checkAlarm, definition: checkDefinition }
const read = (stack: object | string) => readStack(writeStack(stack), apiUrl, checks)
/** The small stack with the arguments of one resource changed. */
function changed(address: string, change: Record<string, unknown>) {
  const stack = smallStack()
  const [type = '', name = ''] = address.split('.')
  stack.resource[type] = { ...stack.resource[type], [name]: { ...stack.resource[type]?.[name], ...change } }
  return stack
}

/** The small stack with more resources of a type. */
function added(type: string, ...more: Record<string, unknown>[]) {
  const stack = smallStack()
  stack.resource[type] = { ...stack.resource[type], ...Object.fromEntries(more.map((one, n) => [`added${n}`, one])) }
  return stack
}

/** The small stack with a domain of its own, one record of each kind, and an argument of a resource changed. */
function named(address = 'aws_route53_record.a', change: Record<string, unknown> = {}) {
  const stack = smallStack()
  const option = (name: string) => `\${aws_acm_certificate.api.domain_validation_options.*.resource_record_${name}[0]}`
  const token = '${aws_sesv2_email_identity.mail.dkim_signing_attributes[0].tokens[2]}'
  const zone_id = '${data.aws_route53_zone.ours.zone_id}'
  Object.assign(stack.data, { aws_route53_zone: { ours: { name: 'example.com', private_zone: false } } })
  Object.assign(stack.resource, {
    aws_apigatewayv2_stage: {
      default: { api_id: '${aws_apigatewayv2_api.api.id}', name: '$default', auto_deploy: true },
    },
    aws_apigatewayv2_domain_name: {
      api: {
        domain_name: 'signup.example.com',
        domain_name_configuration: { certificate_arn: '${aws_acm_certificate_validation.api.certificate_arn}' },
      },
    },
    aws_apigatewayv2_api_mapping: {
      api: {
        api_id: '${aws_apigatewayv2_api.api.id}',
        stage: '${aws_apigatewayv2_stage.default.id}',
        domain_name: '${aws_apigatewayv2_domain_name.api.domain_name}',
      },
    },
    aws_sesv2_email_identity: { mail: { email_identity: 'example.com' } },
    aws_sesv2_email_identity_mail_from_attributes: {
      mail: {
        email_identity: '${aws_sesv2_email_identity.mail.email_identity}',
        mail_from_domain: 'bounce.example.com',
        behavior_on_mx_failure: 'USE_DEFAULT_VALUE',
      },
    },
    aws_acm_certificate: { api: { domain_name: 'signup.example.com', validation_method: 'DNS' } },
    aws_acm_certificate_validation: {
      api: {
        certificate_arn: '${aws_acm_certificate.api.arn}',
        validation_record_fqdns: ['${aws_route53_record.validation.fqdn}'],
      },
    },
    aws_route53_record: {
      validation: { zone_id, name: option('name'), type: option('type'), records: [option('value')], ttl: 300 },
      a: {
        zone_id,
        name: 'signup.example.com',
        type: 'A',
        alias: {
          name: '${aws_apigatewayv2_domain_name.api.domain_name_configuration[0].target_domain_name}',
          zone_id: '${aws_apigatewayv2_domain_name.api.domain_name_configuration[0].hosted_zone_id}',
        },
      },
      dkim: { zone_id, name: `${token}._domainkey.example.com`, type: 'CNAME', records: [token], ttl: 3600 },
    },
  })
  const [type = '', name = ''] = address.split('.')
  Object.assign(stack.resource[type]?.[name] ?? {}, change)
  return stack
}

/** What makes a role one that these services may assume. */
const trust = (...Service: string[]) => ({
  assume_role_policy: JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' },
  }),
})

describe('a stack becomes a model', () => {
  const model = read(smallStack())
  const register = 'arn:aws:lambda:eu-central-1:000000000000:function:register-dev'

  test('with its table', () => {
    expect(model.tables).toEqual([
      {
        name: 'customers-dev',
        arn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/customers-dev',
        hashKey: 'customerId',
        attributes: [{ name: 'customerId', type: 'S' }],
        ttlAttribute: 'expiresAt',
      },
    ])
  })

  test('with its function, the references in it resolved and the public address local', () => {
    expect(model.functions).toEqual([
      expect.objectContaining({
        name: 'register-dev',
        arn: register,
        roleArn: 'arn:aws:iam::000000000000:role/register',
        timeoutSeconds: 10,
        memoryMegabytes: 512,
        tracingMode: 'Active',
        codeFile: expect.stringMatching(/^\/.*\/register\.zip$/),
        aliases: ['live'],
        ignored: { code: true, aliases: ['live'] },
        environment: {
          CUSTOMERS_TABLE: 'customers-dev',
          PUBLIC_URL: apiUrl,
          STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:reminder',
        },
      }),
    ])
  })

  test('with its roles and managed policies under their paths, which their names are found without', () => {
    const stack = changed('aws_iam_role.register', { path: '/service/' })
    stack.resource.aws_iam_policy = { own: { name: 'own', path: '/service/', policy: 'managed' } }
    stack.resource.aws_iam_role_policy_attachment = {
      own: { role: '${aws_iam_role.register.name}', policy_arn: '${aws_iam_policy.own.arn}' },
    }
    const { rolePolicies, policyArns, functions } = read(stack)
    const role = 'arn:aws:iam::000000000000:role/service/register'
    expect(functions[0]?.roleArn).toBe(role)
    expect(rolePolicies[role]).toEqual([expect.stringContaining('sqs:ReceiveMessage'), 'managed'])
    expect(policyArns[role]).toEqual([undefined, 'arn:aws:iam::000000000000:policy/service/own'])
  })

  test('with a state machine whose role the principal of its Region may assume', () => {
    const services = trust('lambda.amazonaws.com', 'states.eu-central-1.amazonaws.com')
    expect(read(changed('aws_iam_role.register', services)).stateMachines).toHaveLength(1)
  })

  test.each([
    [0, 0],
    [5, 5],
    [-1, undefined],
    [null, undefined],
  ])('with a reservation of %s', (reserved_concurrent_executions, reserved) => {
    const [fn] = read(changed('aws_lambda_function.register', { reserved_concurrent_executions })).functions
    expect(fn?.reservedConcurrency).toBe(reserved)
  })

  test('with its route leading to the alias', () => {
    expect(model.api.routes).toEqual([{ key: 'POST /registrations', functionArn: `${register}:live` }])
  })

  test('with the pages that its API answers, if it names any', () => {
    expect(model.api).not.toHaveProperty('cors')
    const cors = (cors_configuration: object) =>
      read(changed('aws_apigatewayv2_api.api', { cors_configuration })).api.cors
    const given = { allow_origins: ['https://ours.internal'], allow_methods: ['POST'], max_age: 7_200 }
    const none = { allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false }
    expect(
      cors({ ...given, allow_headers: ['content-type'], expose_headers: ['date'], allow_credentials: true }),
    ).toEqual({
      allowOrigins: ['https://ours.internal'],
      allowMethods: ['POST'],
      allowHeaders: ['content-type'],
      exposeHeaders: ['date'],
      allowCredentials: true,
      maxAgeSeconds: 7_200,
    })
    expect(cors({ allow_origins: ['*'] })).toEqual({ ...none, allowOrigins: ['*'] })
  })

  test('with its state machine calling the alias', () => {
    expect(model.stateMachines[0]?.arn).toBe('arn:aws:states:eu-central-1:000000000000:stateMachine:reminder')
    expect(JSON.parse(model.stateMachines[0]?.definition ?? '').States.Remind.Resource).toBe(`${register}:live`)
  })

  test('with its topic and what SES may use', () => {
    expect(model.topics).toEqual([
      { name: 'notify', arn: 'arn:aws:sns:eu-central-1:000000000000:notify', policies: [] },
    ])
    expect(model.mailIdentities).toEqual(['example.com'])
    expect(model.mailConfigurationSets).toEqual(['mail-dev'])
  })

  test('with the subscribers of its topic, and the events that SES publishes there', () => {
    expect(model.subscriptions).toEqual([
      {
        arn: expect.stringMatching(/^arn:aws:sns:eu-central-1:000000000000:notify:[0-9a-f-]{36}$/),
        topicArn: model.topics[0]?.arn,
        queueArn: 'arn:aws:sqs:eu-central-1:000000000000:jobs',
        raw: true,
      },
    ])
    expect(model.mailEventDestinations).toEqual([
      { configurationSet: 'mail-dev', topicArn: model.topics[0]?.arn, eventTypes: ['SEND', 'BOUNCE'] },
    ])
  })

  test('with its queues, and the function that Lambda invokes with their messages', () => {
    const arn = 'arn:aws:sqs:eu-central-1:000000000000'
    expect(model.queues).toMatchObject([
      {
        name: 'jobs',
        arn: `${arn}:jobs`,
        visibilityTimeoutSeconds: 180,
        retentionSeconds: 345_600,
        policies: [expect.stringContaining('sns.amazonaws.com')],
        redrive: { deadLetterTargetArn: `${arn}:dead`, maxReceiveCount: 1000 },
      },
      { name: 'dead', arn: `${arn}:dead`, retentionSeconds: 1_209_600, policies: [] },
    ])
    expect(model.eventSourceMappings).toEqual([
      {
        name: 'aws_lambda_event_source_mapping.jobs',
        queueArn: `${arn}:jobs`,
        functionArn: `${register}:live`,
        batchSize: 10,
        windowSeconds: 0,
        reportsFailures: true,
        maximumConcurrency: 2,
      },
    ])
  })

  test('with the dead letters of a subscription', () => {
    const redrive_policy = '{"deadLetterTargetArn":"${aws_sqs_queue.dead.arn}"}'
    const { subscriptions, queues } = read(changed('aws_sns_topic_subscription.listener', { redrive_policy }))
    expect(subscriptions[0]?.deadLettersArn).toBe(queues.find(({ name }) => name === 'dead')?.arn)
  })

  test.each([
    [
      'aws_sqs_queue_redrive_policy',
      { redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dead.arn}","maxReceiveCount":5}' },
    ],
    ['aws_sqs_queue_policy', { policy: '{"Statement":[]}' }],
  ])('with %s in place of the queue’s own', (type, policy) => {
    const [jobs] = read(changed(`${type}.jobs`, { queue_url: '${aws_sqs_queue.jobs.url}', ...policy })).queues
    const [changedOne] = type.endsWith('redrive_policy') ? [jobs?.redrive?.maxReceiveCount] : (jobs?.policies ?? [])
    expect(changedOne).toBe(type.endsWith('redrive_policy') ? 5 : '{"Statement":[]}')
  })

  test.each([
    ['aws_lambda_function.register', { source_code_hash: 'of the zip' }, { code: false, aliases: ['live'] }],
    ['aws_lambda_alias.register-live', { lifecycle: {} }, { code: true, aliases: [] }],
  ])('with what Terraform does not ignore: %s with %j', (address, change, ignored) => {
    expect(read(changed(address, change)).functions[0]?.ignored).toEqual(ignored)
  })

  test('with the tags of its resources, and those that the provider gives to all', () => {
    const stack = changed('aws_sqs_queue.jobs', { tags: { team: 'mail', stage: 'own' } })
    stack.provider.aws = [{ region: 'eu-central-1', default_tags: [{ tags: { stage: 'dev' } }] } as never]
    const { tags, queues } = read(stack)
    expect(tags['arn:aws:sqs:eu-central-1:000000000000:jobs']).toEqual({ team: 'mail', stage: 'own' })
    expect(tags['arn:aws:iam::000000000000:role/register']).toEqual({ stage: 'dev' })
    expect(queues.map((queue) => queue.tags)).toEqual([{ team: 'mail', stage: 'own' }, { stage: 'dev' }])
  })

  test('with the protection of its table', () => {
    const [table] = read(changed('aws_dynamodb_table.customers', { deletion_protection_enabled: true })).tables
    expect(table?.deletionProtected).toBe(true)
  })

  test('with the key of a queue', () => {
    const stack = changed('aws_sqs_queue.jobs', { kms_master_key_id: '${aws_kms_alias.own.name}' })
    stack.resource.aws_kms_key = { own: { policy: '{"Statement":[]}' } }
    stack.resource.aws_kms_alias = { own: { name: 'alias/own', target_key_id: '${aws_kms_key.own.key_id}' } }
    expect(read(stack).queues[0]?.key).toEqual({
      ...{ name: 'alias/own', arn: 'arn:aws:kms:eu-central-1:000000000000:key/aws_kms_key.own' },
      policies: ['{"Statement":[]}'],
    })
    const managed = changed('aws_sqs_queue.jobs', { kms_master_key_id: 'alias/aws/sqs' })
    expect(read(managed).queues[0]?.key).toEqual({ name: 'alias/aws/sqs', policies: [] })
  })

  test('with the Region of the provider that has no alias, in any order', () => {
    const aws = [{ region: 'us-east-1', alias: 'far' }, { region: 'eu-central-1' }]
    expect(read({ ...smallStack(), provider: { aws } }).region).toBe('eu-central-1')
  })

  test('with the stream of a table, which others may name', () => {
    const stack = changed('aws_dynamodb_table.customers', { stream_enabled: true, stream_view_type: 'NEW_IMAGE' })
    stack.output = { stream: { value: '${aws_dynamodb_table.customers.stream_arn}' } }
    const [table] = read(stack).tables
    expect(table?.stream).toEqual({
      arn: `${table?.arn}/stream/2026-01-01T00:00:00.000`,
      label: '2026-01-01T00:00:00.000',
      viewType: 'NEW_IMAGE',
    })
  })

  describe('with a mapping of a stream', () => {
    const streaming = (mapping: Record<string, unknown>, stack = smallStack()) => {
      Object.assign(stack.resource.aws_dynamodb_table?.customers ?? {}, {
        stream_enabled: true,
        stream_view_type: 'KEYS_ONLY',
      })
      Object.assign(stack.resource.aws_lambda_event_source_mapping ?? {}, {
        changes: {
          event_source_arn: '${aws_dynamodb_table.customers.stream_arn}',
          function_name: '${aws_lambda_alias.register-live.arn}',
          starting_position: 'TRIM_HORIZON',
          ...mapping,
        },
      })
      return read(stack)
    }

    test('and the defaults of AWS, or all that it may set', () => {
      const { streamMappings, tables, queues } = streaming({})
      const common = {
        name: 'aws_lambda_event_source_mapping.changes',
        streamArn: tables[0]?.stream?.arn,
        functionArn: expect.stringMatching(/:function:register-dev:live$/),
        startingPosition: 'TRIM_HORIZON',
      }
      expect(streamMappings).toEqual([
        { ...common, batchSize: 100, windowSeconds: 0, reportsFailures: false, bisects: false },
      ])
      const given = {
        ...{ batch_size: 10, maximum_batching_window_in_seconds: 5, bisect_batch_on_function_error: true },
        ...{ maximum_record_age_in_seconds: 3600, maximum_retry_attempts: 2, parallelization_factor: 1 },
        function_response_types: ['ReportBatchItemFailures'],
        destination_config: [{ on_failure: [{ destination_arn: '${aws_sqs_queue.dead.arn}' }] }],
      }
      expect(streaming(given).streamMappings).toEqual([
        {
          ...{ ...common, batchSize: 10, windowSeconds: 5, reportsFailures: true, bisects: true },
          ...{ maximumRecordAgeSeconds: 3600, maximumRetryAttempts: 2 },
          onFailureArn: queues.find(({ name }) => name === 'dead')?.arn,
        },
      ])
      const unlimited = { maximum_record_age_in_seconds: -1, maximum_retry_attempts: -1 }
      expect(streaming(unlimited).streamMappings).toEqual(streaming({}).streamMappings)
      expect(streaming({ enabled: false }).streamMappings).toEqual([])
    })

    test.each([
      [{ starting_position: 'AT_TIMESTAMP' }, 'needs TRIM_HORIZON or LATEST as starting_position'],
      [{ parallelization_factor: 2 }, 'has a parallelization_factor other than 1'],
      [{ batch_size: 10_001 }, 'needs a whole number from 1 to 10000 as batch_size'],
      [{ maximum_record_age_in_seconds: 59 }, 'needs a whole number from 60 to 604800'],
      [{ maximum_retry_attempts: 10_001 }, 'needs a whole number from 0 to 10000'],
      [{ filter_criteria: [{ filter: [{ pattern: '{}' }] }] }, 'uses filter_criteria'],
      [{ tumbling_window_in_seconds: 30 }, 'uses tumbling_window_in_seconds'],
      [{ scaling_config: [{ maximum_concurrency: 2 }] }, 'uses scaling_config, which Lambda refuses'],
      [
        { destination_config: [{ on_failure: [{ destination_arn: 'arn:aws:sqs:eu-central-1:000000000000:gone' }] }] },
        'sends discarded records to arn:aws:sqs:eu-central-1:000000000000:gone, but the stack has no such queue or topic',
      ],
      [
        { event_source_arn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/gone/stream/now' },
        'but the stack has no such stream',
      ],
    ])('but none with %j', (mapping, fault) => {
      expect(() => streaming(mapping)).toThrow(fault)
    })
  })

  test('without a mapping that is disabled', () => {
    const disabled = changed('aws_lambda_event_source_mapping.jobs', { enabled: false })
    expect(read(disabled).eventSourceMappings).toEqual([])
  })

  test('with the names of what is made on AWS only, while the API keeps its local address', () => {
    const { leftOut, functions } = read(named())
    expect(leftOut).toEqual([
      'domain signup.example.com',
      'MAIL FROM domain bounce.example.com',
      'certificate signup.example.com',
      'record CNAME _local.signup.example.com',
      'record A signup.example.com',
      'record CNAME third-local-token._domainkey.example.com',
    ])
    expect(functions[0]?.environment.PUBLIC_URL).toBe(apiUrl)
    expect(read(smallStack()).leftOut).toEqual([])
  })

  test('with the public address that is given', () => {
    const [fn] = readStack(writeStack(smallStack()), apiUrl, checks, { public_url: 'https://other.example' }).functions
    expect(fn?.environment.PUBLIC_URL).toBe('https://other.example')
  })
})

describe('a variable', () => {
  const topicNamed = (variable: Record<string, unknown>, given: Record<string, string> = {}) => {
    const stack = changed('aws_sns_topic.notify', { name: 'notify-${var.colour}' })
    stack.variable.colour = variable
    return readStack(writeStack(stack), apiUrl, checks, given).topics[0]?.name
  }

  test('keeps its default if nothing overrides it', () => {
    expect(topicNamed({ default: 'red' })).toBe('notify-red')
  })

  test.each([
    [{ default: 'red' }, 'blue', 'notify-blue'],
    [{ type: 'string', default: 'red' }, '', 'notify-'],
    [{ type: 'string' }, '07', 'notify-07'],
    [{ type: 'number' }, '07', 'notify-7'],
    [{ type: 'bool', default: true }, 'false', 'notify-false'],
  ])('that is %j accepts "%s"', (variable, colour, name) => {
    expect(topicNamed(variable, { colour })).toBe(name)
  })

  test.each([
    [{}, {}, 'aws_sns_topic.notify refers to var.colour, but the variable has no value: set it with --var colour=…'],
    [{ type: 'number' }, { colour: 'red' }, 'The variable colour has the type number, which "red" does not have.'],
    [{ type: 'bool' }, { colour: '1' }, 'The variable colour has the type bool, which "1" does not have.'],
    [{ type: 'list(string)' }, { colour: '["red"]' }, 'The variable colour has the type list(string)'],
    [{}, { size: '1' }, 'The stack declares no variable "size": its variables are public_url, colour.'],
    [{}, { constructor: '1' }, 'The stack declares no variable "constructor"'],
  ])('that is %j refuses %j', (variable, given, message) => {
    expect(() => topicNamed(variable, given)).toThrow(message)
  })

  test('of a stack that has none is refused as well', () => {
    const stack = { provider: { aws: { region: 'eu-central-1' } } }
    const reading = () => readStack(writeStack(stack), apiUrl, checks, { colour: 'red' })
    expect(reading).toThrow('The stack declares no variable "colour": it has no variables.')
  })
})

test('references resolve in any order of the resources, however long the chain', () => {
  const names = Array.from({ length: 8 }, (_, n) => `t${n}`)
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (order) => {
      const topics = order.map((name) => {
        const before = names[names.indexOf(name) - 1]
        return [name, { name: before ? `\${aws_sns_topic.${before}.name}-${name}` : name }]
      })
      const stack = {
        provider: { aws: { region: 'eu-central-1' } },
        resource: { aws_sns_topic: Object.fromEntries(topics) },
      }
      const { topics: read } = readStack(writeStack(stack), apiUrl, checks)
      expect(read.map(({ name }) => name).toSorted((a, b) => b.length - a.length)[0]).toBe(names.join('-'))
    }),
    { numRuns: 20 },
  )
})

describe('the reader refuses, and says where,', () => {
  test.each<[string, object | string, string]>([
    [
      'a certificate that a person would have to approve',
      named('aws_acm_certificate.api', { validation_method: 'EMAIL' }),
      'aws_acm_certificate.api has the validation_method EMAIL',
    ],
    [
      'a domain that leads to another API',
      named('aws_apigatewayv2_api_mapping.api', { api_id: 'other' }),
      'aws_apigatewayv2_api_mapping.api has other as api_id, which the stack does not have',
    ],
    [
      'a path of a domain',
      named('aws_apigatewayv2_api_mapping.api', { api_mapping_key: 'v1' }),
      'aws_apigatewayv2_api_mapping.api uses api_mapping_key',
    ],
    [
      'a domain that asks clients for certificates',
      named('aws_apigatewayv2_domain_name.api', { mutual_tls_authentication: { truststore_uri: 's3://x/y' } }),
      'aws_apigatewayv2_domain_name.api uses mutual_tls_authentication',
    ],
    [
      'two records of one name and type',
      named('aws_route53_record.dkim', { name: 'signup.example.com', type: 'A' }),
      'aws_route53_record.dkim has the same zone_id, name, type as aws_route53_record.a',
    ],
    [
      'an attribute that no element has',
      named('aws_route53_record.validation', {
        name: '${aws_acm_certificate.api.domain_validation_options.*.colour[0]}',
      }),
      'but the local cloud knows no colour there',
    ],
    ['broken JSON', '{"resource":', 'is not JSON'],
    ['JSON that is no object', '[]', 'is not a JSON object'],
    ['a stack without region', { ...smallStack(), provider: {} }, 'provider.aws lacks the argument region'],
    ['modules', { ...smallStack(), module: { x: {} } }, 'uses modules'],
    [
      'an unknown type',
      changed('aws_kinesis_stream.jobs', { name: 'jobs' }),
      'aws_kinesis_stream.jobs is of the type aws_kinesis_stream',
    ],
    ['a type of JavaScript', changed('constructor.jobs', {}), 'constructor.jobs is of the type constructor'],
    [
      'a reference to nothing',
      changed('aws_sns_topic.notify', { name: '${aws_sns_topic.other.name}' }),
      'aws_sns_topic.notify refers to aws_sns_topic.other.name, but the stack has no aws_sns_topic.other',
    ],
    [
      'a reference to an attribute that every object inherits',
      changed('aws_sns_topic.notify', { name: '${aws_iam_role.register.constructor}' }),
      'but the local cloud knows no constructor there',
    ],
    [
      'a reference to an attribute that is not there',
      changed('aws_sns_topic.notify', { name: '${aws_iam_role.register.colour}' }),
      'aws_sns_topic.notify refers to aws_iam_role.register.colour, but the local cloud knows no colour there',
    ],
    [
      'a reference to an undeclared variable',
      changed('aws_sns_topic.notify', { name: '${var.colour}' }),
      'aws_sns_topic.notify refers to var.colour, but the stack declares no variable colour',
    ],
    [
      'a dependency on nothing',
      changed('aws_sns_topic.notify', { depends_on: ['aws_sns_topic.other'] }),
      'aws_sns_topic.notify refers to aws_sns_topic.other',
    ],
    [
      'an output that refers to nothing',
      { ...smallStack(), output: { x: { value: '${aws_sns_topic.other.arn}' } } },
      'output refers to aws_sns_topic.other.arn',
    ],
    [
      'a cycle',
      changed('aws_iam_role.register', { description: '${aws_lambda_function.register.arn}' }),
      'aws_iam_role.register → aws_lambda_function.register → aws_iam_role.register',
    ],
    [
      'a function call',
      changed('aws_sns_topic.notify', { name: '${upper("notify")}' }),
      'aws_sns_topic.notify: ${upper("notify")} calls upper()',
    ],
    [
      'a list inside a text',
      changed('aws_sns_topic.notify', { name: 'x-${aws_lambda_function.register.architectures}' }),
      'aws_sns_topic.notify puts a list or a map into the text',
    ],
    ['count', changed('aws_sns_topic.notify', { count: 2 }), 'aws_sns_topic.notify uses count'],
    [
      'a missing argument',
      changed('aws_sns_topic.notify', { name: null }),
      'aws_sns_topic.notify lacks the argument name',
    ],
    [
      'an argument that would change what happens',
      changed('aws_dynamodb_table.customers', { replica: [{ region_name: 'eu-west-1' }] }),
      'aws_dynamodb_table.customers uses replica',
    ],
    [
      'a stream without a view type',
      changed('aws_dynamodb_table.customers', { stream_enabled: true }),
      'aws_dynamodb_table.customers needs one of KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES as stream_view_type',
    ],
    [
      'a missing code file',
      changed('aws_lambda_function.register', { filename: 'gone.zip' }),
      'aws_lambda_function.register needs the code file',
    ],
    [
      'a function whose environment a key of KMS encrypts',
      changed('aws_lambda_function.register', { kms_key_arn: 'arn:aws:kms:eu-central-1:000000000000:key/1' }),
      'aws_lambda_function.register uses kms_key_arn',
    ],
    [
      'a role with a permissions boundary',
      changed('aws_iam_role.register', { permissions_boundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      'aws_iam_role.register uses permissions_boundary',
    ],
    [
      'two roles of one name',
      added('aws_iam_role', { name: 'REGISTER', assume_role_policy: '{}' }),
      'would be refused by IAM: EntityAlreadyExists: Role with name',
    ],
    [
      'two managed policies of one name',
      added('aws_iam_policy', { name: 'a', policy: '{}' }, { name: 'a', policy: '{}' }),
      'would be refused by IAM: EntityAlreadyExists: A policy called a already exists',
    ],
    [
      'a policy of a role that is not there',
      added('aws_iam_role_policy', { role: 'gone', policy: '{}' }),
      'would be refused by IAM: NoSuchEntity: The role with name gone cannot be found',
    ],
    [
      'two policies of one name in a role',
      added(
        'aws_iam_role_policy',
        { role: 'register', name: 'a', policy: '{}' },
        { role: 'register', name: 'a', policy: '{}' },
      ),
      'has the same role, name as aws_iam_role_policy.added0: AWS would refuse it, or keep one of them',
    ],
    [
      'a policy that is attached to a role that is not there',
      added('aws_iam_role_policy_attachment', {
        role: 'gone',
        policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
      'would be refused by IAM: NoSuchEntity: The role with name gone cannot be found',
    ],
    [
      'a state machine whose role is not there',
      changed('aws_sfn_state_machine.workflow', { role_arn: 'arn:aws:iam::000000000000:role/gone' }),
      'aws_sfn_state_machine.workflow acts in arn:aws:iam::000000000000:role/gone, which is no role of the stack',
    ],
    [
      'a role whose trust policy cannot be evaluated',
      changed('aws_iam_role.register', {
        assume_role_policy: JSON.stringify({
          Statement: { Effect: 'Deny', NotPrincipal: { AWS: '1' }, Action: 'sts:AssumeRole' },
        }),
      }),
      'aws_iam_role.register has a trust policy that cannot be evaluated',
    ],
    [
      'a function whose role only another service may assume',
      changed('aws_iam_role.register', trust('ec2.amazonaws.com', 'states.amazonaws.com')),
      'aws_lambda_function.register would be refused by Lambda: The role defined for the function cannot be assumed by Lambda',
    ],
    [
      'a state machine whose role only another service may assume',
      changed('aws_iam_role.register', trust('lambda.amazonaws.com', 'states.us-east-1.amazonaws.com')),
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role',
    ],
    [
      'a trust policy whose condition fits another account',
      changed('aws_iam_role.register', {
        assume_role_policy: JSON.stringify({
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
          },
        }),
      }),
      'cannot be assumed by Lambda',
    ],
    [
      'a number that is none',
      changed('aws_lambda_function.register', { timeout: 'soon' }),
      'aws_lambda_function.register needs a number as timeout',
    ],
    [
      'an express state machine',
      changed('aws_sfn_state_machine.workflow', { type: 'EXPRESS' }),
      'aws_sfn_state_machine.workflow is of type EXPRESS',
    ],
    [
      'a definition that the engine does not run',
      changed('aws_sfn_state_machine.workflow', {
        definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }),
      }),
      'aws_sfn_state_machine.workflow',
    ],
    [
      'a state machine that calls no function of the stack',
      changed('aws_sfn_state_machine.workflow', {
        definition: JSON.stringify({
          StartAt: 'A',
          States: {
            A: { Type: 'Task', Resource: 'arn:aws:lambda:eu-central-1:000000000000:function:gone', End: true },
          },
        }),
      }),
      'The state machine reminder invokes arn:aws:lambda:eu-central-1:000000000000:function:gone',
    ],
    [
      'a subscriber that is no queue',
      changed('aws_sns_topic_subscription.listener', { protocol: 'email', endpoint: 'ada@example.com' }),
      'aws_sns_topic_subscription.listener delivers by email',
    ],
    [
      'a subscription that filters',
      changed('aws_sns_topic_subscription.listener', { filter_policy: '{}' }),
      'aws_sns_topic_subscription.listener uses filter_policy',
    ],
    [
      'a subscriber that is not there',
      changed('aws_sns_topic_subscription.listener', { endpoint: 'arn:aws:sqs:eu-central-1:000000000000:gone' }),
      'delivers to arn:aws:sqs:eu-central-1:000000000000:gone, but the stack has no such queue',
    ],
    [
      'a redrive policy that SNS would refuse',
      changed('aws_sns_topic_subscription.listener', { redrive_policy: '{"maxReceiveCount":3}' }),
      'aws_sns_topic_subscription.listener has a redrive_policy that SNS would refuse',
    ],
    [
      'dead letters of a subscription that are not there',
      changed('aws_sns_topic_subscription.listener', {
        redrive_policy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:000000000000:gone"}',
      }),
      'aws_sns_topic_subscription.listener redrives to arn:aws:sqs:eu-central-1:000000000000:gone, which is no queue',
    ],
    ['a FIFO queue', changed('aws_sqs_queue.jobs', { fifo_queue: true }), 'aws_sqs_queue.jobs uses fifo_queue'],
    [
      'a redrive policy that SQS would refuse',
      changed('aws_sqs_queue.jobs', { redrive_policy: '{"maxReceiveCount":3}' }),
      'aws_sqs_queue.jobs has a redrive_policy that SQS would refuse',
    ],
    [
      'a dead-letter queue that is not there',
      changed('aws_sqs_queue.jobs', {
        redrive_policy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:000000000000:gone","maxReceiveCount":3}',
      }),
      'aws_sqs_queue.jobs redrives to arn:aws:sqs:eu-central-1:000000000000:gone, which is no queue of the stack',
    ],
    [
      'a poller of something other than a queue',
      changed('aws_lambda_event_source_mapping.jobs', {
        event_source_arn: 'arn:aws:kinesis:eu-central-1:000000000000:stream/jobs',
      }),
      'aws_lambda_event_source_mapping.jobs polls arn:aws:kinesis',
    ],
    [
      'a poller of a queue that is not there',
      changed('aws_lambda_event_source_mapping.jobs', {
        event_source_arn: 'arn:aws:sqs:eu-central-1:000000000000:gone',
      }),
      'aws_lambda_event_source_mapping.jobs polls arn:aws:sqs:eu-central-1:000000000000:gone, but the stack has no such queue',
    ],
    [
      'a poller of a queue that shows a message again while the function may still run',
      changed('aws_sqs_queue.jobs', { visibility_timeout_seconds: 9 }),
      'aws_lambda_event_source_mapping.jobs would be refused by Lambda. Queue visibility timeout: 9 seconds is less than Function timeout: 10 seconds.',
    ],
    [
      'a poller for a function that is not there',
      changed('aws_lambda_event_source_mapping.jobs', {
        function_name: 'arn:aws:lambda:eu-central-1:000000000000:function:gone',
      }),
      'invokes arn:aws:lambda:eu-central-1:000000000000:function:gone',
    ],
    [
      'events of SES that lead to no topic',
      changed('aws_sesv2_configuration_set_event_destination.events', {
        event_destination: { enabled: true, matching_event_types: ['SEND'], event_bridge_destination: {} },
      }),
      'aws_sesv2_configuration_set_event_destination.events leads elsewhere',
    ],
    [
      'a route without integration',
      changed('aws_apigatewayv2_route.register', { target: 'integrations/none' }),
      'aws_apigatewayv2_route.register has the target "integrations/none"',
    ],
    [
      'a route with parameters',
      changed('aws_apigatewayv2_route.register', { route_key: 'GET /customers/{id}' }),
      'aws_apigatewayv2_route.register has the route key "GET /customers/{id}"',
    ],
    [
      'an integration in format 1.0',
      changed('aws_apigatewayv2_integration.register', { payload_format_version: '1.0' }),
      'aws_apigatewayv2_integration.register has payload_format_version 1.0',
    ],
    [
      'events of SES for a topic that is not there',
      changed('aws_sesv2_configuration_set_event_destination.events', {
        event_destination: {
          ...{ enabled: true, matching_event_types: ['SEND'] },
          ...{ sns_destination: { topic_arn: 'arn:aws:sns:eu-central-1:000000000000:gone' } },
        },
      }),
      'The configuration set mail-dev names arn:aws:sns:eu-central-1:000000000000:gone, but the stack has no such topic',
    ],
    ...(
      [
        ['aws_sns_topic.notify', { provider: 'aws.elsewhere' }, 'uses the provider aws.elsewhere'],
        ['aws_lambda_function.register', { vpc_config: [{ subnet_ids: ['a'] }] }, 'uses vpc_config'],
        ['aws_lambda_function.register', { package_type: 'Image' }, 'has package_type Image'],
        ['aws_lambda_function.register', { logging_config: { log_class: 'x' } }, 'uses logging_config.log_class'],
        ['aws_lambda_event_source_mapping.jobs', { scaling_config: [{ minimum: 1 }] }, 'uses scaling_config.minimum'],
        ['aws_sns_topic_subscription.listener', { filter_policy_scope: 'MessageBody' }, 'uses filter_policy_scope'],
        ['aws_sns_topic.notify', { signature_version: 2 }, 'has signature_version 2'],
        ['aws_ses_configuration_set.mail', { sending_enabled: false }, 'sends nothing: SES would refuse every mail'],
        [
          'aws_sesv2_configuration_set.mail',
          { configuration_set_name: 'a', sending_options: [{ sending_enabled: false }] },
          'sends nothing',
        ],
        [
          'aws_sesv2_email_identity.sender',
          { email_identity: 'example.com', configuration_set_name: 'mail-dev' },
          'uses configuration_set_name',
        ],
        [
          'aws_sesv2_configuration_set_event_destination.events',
          {
            event_destination: {
              ...{ enabled: true, matching_event_types: ['SEND'] },
              ...{ sns_destination: { topic_arn: 'a' }, cloud_watch_destination: { dimension_configuration: [] } },
            },
          },
          'uses event_destination.cloud_watch_destination',
        ],
        ['aws_sns_topic.again', { name: 'notify' }, 'has the same region, name as aws_sns_topic.notify: AWS would'],
        ['aws_sqs_queue_policy.again', { queue_url: '${aws_sqs_queue.jobs.url}' }, 'has the same queue_url as'],
        [
          'aws_apigatewayv2_route.again',
          smallStack().resource.aws_apigatewayv2_route?.register ?? {},
          'has the same api_id, route_key as aws_apigatewayv2_route.register',
        ],
        [
          'aws_sesv2_configuration_set_event_destination.events',
          { configuration_set_name: 'gone' },
          'has gone as configuration_set_name',
        ],
        [
          'aws_sesv2_configuration_set_event_destination.events',
          {
            event_destination: {
              ...{ enabled: true, matching_event_types: ['SEND', 'OPEN'] },
              ...{ sns_destination: { topic_arn: '${aws_sns_topic.notify.arn}' } },
            },
          },
          'asks for events of the type OPEN',
        ],
        [
          'aws_sns_topic_policy.own',
          { arn: 'arn:aws:sns:a', policy: '{}' },
          'has arn:aws:sns:a as arn, which the stack',
        ],
        [
          'aws_sns_topic_subscription.listener',
          { topic_arn: 'a' },
          'has a as topic_arn, which the stack does not have',
        ],
        ['aws_sqs_queue_policy.jobs', { queue_url: 'jobs' }, 'has jobs as queue_url'],
        ['aws_kms_alias.own', { name: 'alias/own', target_key_id: 'a' }, 'has a as target_key_id'],
        ['aws_kms_key_policy.own', { key_id: 'a', policy: '{}' }, 'has a as key_id'],
        ['aws_lambda_alias.register-live', { function_name: 'other' }, 'has other as function_name'],
        ['aws_apigatewayv2_route.register', { api_id: 'a' }, 'has a as api_id'],
        ['aws_kms_key.own', { is_enabled: false }, 'is disabled'],
        ['aws_kms_key.own', { key_usage: 'SIGN_VERIFY' }, 'is of SIGN_VERIFY and SYMMETRIC_DEFAULT'],
        ['aws_apigatewayv2_route.register', { authorization_type: 'AWS_IAM' }, 'has authorization_type AWS_IAM'],
        ['aws_apigatewayv2_integration.register', { timeout_milliseconds: 50 }, 'uses timeout_milliseconds'],
        ['aws_apigatewayv2_stage.main', { name: '$default', api_id: 'a' }, 'has no auto_deploy'],
      ] as const
    ).map(([address, change, message]): [string, object, string] => [
      `${address} with ${JSON.stringify(change)}`,
      changed(address, change),
      `${address} ${message}`,
    ]),
    [
      'a second HTTP API',
      changed('aws_apigatewayv2_api.other', { name: 'other', protocol_type: 'HTTP' }),
      'aws_apigatewayv2_api.other is a second HTTP API',
    ],
  ])('%s', (_, stack, message) => {
    expect(() => read(stack)).toThrow(message)
  })

  const types = [...resourceTypes].filter(([, { takes }]) => !takes.includes('*'))

  test.each(types)('an argument of %s that it does not know', (type) => {
    const { provider } = smallStack()
    const [kind = '', name = ''] = type.startsWith('data.') ? ['data', type.slice('data.'.length)] : ['resource', type]
    expect(() => read({ provider, [kind]: { [name]: { one: { unheard_of: 1 } } } })).toThrow(
      '.one uses unheard_of, which the local cloud does not support',
    )
  })

  test('a folder without a stack', () => {
    expect(() => readStack('/nowhere', apiUrl, checks)).toThrow(
      'There is no /nowhere/cdk.tf.json: run "npm run synth" first',
    )
  })
})
