import { readStack } from './read-stack.ts'
import { smallStack, writeStack } from './test/stack.ts'

const checks = { alarm: () => {}, definition: () => {} }
const arn = (resource: string, service = 'events') => `arn:aws:${service}:eu-central-1:000000000000:${resource}`
const id = expect.stringMatching(/[0-9a-f-]{36}$/)
type Resources = Record<string, Record<string, Record<string, unknown>>>

/** A stack with a bus, a rule, and as targets a queue and a webhook; each with changes of its arguments. */
function read(changes: Record<string, Record<string, unknown>> = {}) {
  const stack = smallStack()
  const events =
    '{"Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole"}}'
  const added: Resources = {
    aws_cloudwatch_event_bus: { customers: { name: 'customers-dev' } },
    aws_cloudwatch_event_rule: {
      all: {
        name: 'all',
        event_bus_name: '${aws_cloudwatch_event_bus.customers.name}',
        event_pattern: '{"source":["a"]}',
      },
    },
    aws_cloudwatch_event_target: {
      queue: {
        ...{ rule: '${aws_cloudwatch_event_rule.all.name}', target_id: 'queue', arn: '${aws_sqs_queue.jobs.arn}' },
        event_bus_name: '${aws_cloudwatch_event_bus.customers.arn}',
      },
      webhook: {
        ...{ rule: '${aws_cloudwatch_event_rule.all.name}', target_id: 'webhook' },
        arn: '${aws_cloudwatch_event_api_destination.webhook.arn}',
        event_bus_name: '${aws_cloudwatch_event_bus.customers.name}',
        role_arn: '${aws_iam_role.webhook.arn}',
        dead_letter_config: [{ arn: '${aws_sqs_queue.dead.arn}' }],
        retry_policy: [{ maximum_event_age_in_seconds: 3600 }],
      },
    },
    aws_cloudwatch_event_connection: {
      webhook: {
        ...{ name: 'webhook', authorization_type: 'API_KEY' },
        auth_parameters: [{ api_key: [{ key: 'X-Secret', value: 'set-by-a-command' }] }],
        lifecycle: { ignore_changes: ['auth_parameters'] },
      },
    },
    aws_cloudwatch_event_api_destination: {
      webhook: {
        ...{ name: 'webhook', http_method: 'POST', invocation_endpoint: 'https://shop.example/hook' },
        connection_arn: '${aws_cloudwatch_event_connection.webhook.arn}',
      },
    },
  }
  Object.assign(stack.resource, added)
  Object.assign(stack.resource.aws_iam_role ?? {}, { webhook: { name: 'webhook', assume_role_policy: events } })
  for (const [address, change] of Object.entries(changes)) {
    const [type = '', name = ''] = address.split('.')
    Object.assign(stack.resource[type]?.[name] ?? {}, change)
  }
  return readStack(writeStack(stack), 'http://127.0.0.1:3000', checks)
}

test('a bus has its rules, with queues and API destinations as targets', () => {
  const { eventBuses, eventRules, apiDestinations, connections } = read()
  expect(eventBuses).toEqual([{ name: 'customers-dev', arn: arn('event-bus/customers-dev') }])
  expect(eventRules).toEqual([
    {
      ...{ name: 'all', arn: arn('rule/customers-dev/all'), busName: 'customers-dev', enabled: true },
      eventPattern: '{"source":["a"]}',
      targets: [
        { id: 'queue', arn: arn('jobs', 'sqs') },
        {
          ...{ id: 'webhook', arn: apiDestinations[0]?.arn, roleArn: 'arn:aws:iam::000000000000:role/webhook' },
          deadLettersArn: arn('dead', 'sqs'),
          retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeSeconds: 3600 },
        },
      ],
    },
  ])
  expect(apiDestinations).toEqual([
    {
      ...{ name: 'webhook', arn: id, connectionArn: connections[0]?.arn, method: 'POST', invocationsPerSecond: 300 },
      url: 'https://shop.example/hook',
    },
  ])
  expect(connections).toEqual([
    {
      ...{ name: 'webhook', arn: id, secretArn: id, header: 'X-Secret', value: 'set-by-a-command' },
      ignoresSecret: true,
    },
  ])
})

test('a rule on the default bus has an ARN without the bus', () => {
  const onDefault = { event_bus_name: 'default' }
  const { eventRules } = read({
    'aws_cloudwatch_event_rule.all': onDefault,
    'aws_cloudwatch_event_target.queue': onDefault,
    'aws_cloudwatch_event_target.webhook': { event_bus_name: null },
  })
  expect(eventRules).toMatchObject([{ arn: arn('rule/all'), targets: [{ id: 'queue' }, { id: 'webhook' }] }])
  expect(eventRules[0]).not.toHaveProperty('busName')
})

test('an endpoint on this machine may have http', () => {
  const url = 'http://127.0.0.1:8080/hook'
  const destination = 'aws_cloudwatch_event_api_destination.webhook'
  expect(read({ [destination]: { invocation_endpoint: url } }).apiDestinations).toMatchObject([{ url }])
})

test.each([
  ['rule.all', { event_bus_name: 'gone' }, 'is on the event bus gone, which the stack does not have'],
  ['target.queue', { event_bus_name: 'default' }, 'belongs to all, which is no rule'],
  ['target.queue', { arn: arn('gone', 'sqs') }, `sends to ${arn('gone', 'sqs')}, which the stack does not have`],
  ['target.queue', { role_arn: '${aws_iam_role.webhook.arn}' }, 'uses role_arn, which the local cloud supports for'],
  ['target.queue', { http_target: [{ path_parameter_values: ['a'] }] }, 'uses http_target'],
  ['target.webhook', { arn: arn('api-destination/gone/1') }, 'sends to'],
  ['target.webhook', { role_arn: null }, 'RoleArn is required for an API destination'],
  ['target.webhook', { role_arn: '${aws_iam_role.register.arn}' }, 'its role cannot be assumed by principal events'],
  ['target.webhook', { dead_letter_config: [{ arn: arn('gone', 'sqs') }] }, 'has the dead-letter queue'],
  ['bus.customers', { dead_letter_config: [{ arn: arn('dead', 'sqs') }] }, 'uses dead_letter_config'],
  ['connection.webhook', { authorization_type: 'BASIC' }, 'has authorization_type BASIC; only API_KEY runs locally'],
  ['api_destination.webhook', { invocation_endpoint: 'http://shop.example' }, 'needs an https URL'],
  ['api_destination.webhook', { invocation_endpoint: 'https://shop.example/*' }, 'has a path parameter'],
  ['api_destination.webhook', { invocation_rate_limit_per_second: 301 }, 'needs a whole number from 1 to 300'],
  ['api_destination.webhook', { http_method: 'TRACE' }, 'needs one of GET, HEAD, POST'],
  ['api_destination.webhook', { connection_arn: arn('connection/gone/1') }, 'which the stack does not have'],
])('aws_cloudwatch_event_%s with %j is refused', (name, change, fault) => {
  expect(() => read({ [`aws_cloudwatch_event_${name}`]: change })).toThrow(fault)
})
