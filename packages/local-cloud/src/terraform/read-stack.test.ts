import fc from 'fast-check'
import { checkAlarm } from '../services/cloudwatch/alarm.ts'
import { checkDefinition } from '../services/step-functions/definition.ts'
import { readStack } from './read-stack.ts'
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

  test('without a mapping that is disabled', () => {
    const disabled = changed('aws_lambda_event_source_mapping.jobs', { enabled: false })
    expect(read(disabled).eventSourceMappings).toEqual([])
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
      changed('aws_dynamodb_table.customers', { stream_enabled: true }),
      'aws_dynamodb_table.customers uses stream_enabled',
    ],
    [
      'a missing code file',
      changed('aws_lambda_function.register', { filename: 'gone.zip' }),
      'aws_lambda_function.register needs the code file',
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
      'a poller for a function whose role may not read the queue',
      changed('aws_iam_role_policy.register', { policy: '{"Statement":[]}' }),
      'aws_lambda_event_source_mapping.jobs would be refused by Lambda',
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
      'a second HTTP API',
      changed('aws_apigatewayv2_api.other', { name: 'other', protocol_type: 'HTTP' }),
      'aws_apigatewayv2_api.other is a second HTTP API',
    ],
  ])('%s', (_, stack, message) => {
    expect(() => read(stack)).toThrow(message)
  })

  test('a folder without a stack', () => {
    expect(() => readStack('/nowhere', apiUrl, checks)).toThrow(
      'There is no /nowhere/cdk.tf.json: run "npm run synth" first',
    )
  })
})
