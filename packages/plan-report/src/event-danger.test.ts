import { changesOf } from './change.ts'
import { dangersOf } from './dangers.ts'
import { subjectOf } from './subjects.ts'
import { allowing, planOf } from './test/plan.ts'

type Values = Record<string, unknown>

const dangers = (...args: Parameters<typeof planOf>) => {
  const plan = planOf(...args)
  return dangersOf(plan, changesOf(plan))
}
const titles = (...args: Parameters<typeof planOf>) => dangers(...args).map(({ title }) => title)
/** The titles of a change in place. */
const changing = (type: string, before: Values, after: Values) =>
  titles([{ type, before, after: { ...before, ...after } }])

const bus = 'confirmation-reminder-dev-events'
const webhook = 'confirmation-reminder-dev-webhook'
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`

const table = { name: 'x-customers', stream_enabled: true, stream_view_type: 'NEW_AND_OLD_IMAGES' }
const trigger = {
  event_source_arn: arn('dynamodb', 'table/x-customers/stream/2026-11-28T00:00:00.000'),
  function_name: arn('lambda', 'function:announce:live'),
  starting_position: 'TRIM_HORIZON',
  enabled: true,
  maximum_retry_attempts: -1,
  maximum_record_age_in_seconds: 82_800,
  bisect_batch_on_function_error: true,
  function_response_types: ['ReportBatchItemFailures'],
  destination_config: [{ on_failure: [{ destination_arn: arn('sqs', 'unannounced') }] }],
  filter_criteria: [],
}
const ofQueue = { event_source_arn: arn('sqs', 'mail-events'), function_name: 'f', enabled: true }
const rule = { name: webhook, event_bus_name: bus, event_pattern: '{"source":["confirmation-reminder"]}' }
const target = {
  rule: webhook,
  event_bus_name: bus,
  arn: arn('events', 'api-destination/x/1'),
  retry_policy: [{ maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 }],
  dead_letter_config: [{ arn: arn('sqs', 'webhook-dead') }],
}
const destination = {
  name: webhook,
  connection_arn: arn('events', 'connection/x/1'),
  invocation_endpoint: 'https://hooks.example.com/customers',
  http_method: 'POST',
}
const connection = {
  name: webhook,
  authorization_type: 'API_KEY',
  auth_parameters: [{ api_key: [{ key: 'x-webhook-secret', value: 'placeholder' }] }],
}

const path: [string, Values, string, RegExp][] = [
  ['aws_lambda_event_source_mapping', trigger, `Trigger \`${trigger.function_name}\``, /is not announced any more/],
  ['aws_cloudwatch_event_bus', { name: bus }, `Event bus \`${bus}\``, /reaches nobody/],
  ['aws_cloudwatch_event_rule', rule, `EventBridge rule \`${webhook}\``, /never reaches its targets/],
  ['aws_cloudwatch_event_target', target, 'Target of an EventBridge rule `it`', /never reaches its targets/],
  ['aws_cloudwatch_event_api_destination', destination, `API destination \`${webhook}\``, /gets no events/],
  ['aws_cloudwatch_event_connection', connection, `Connection \`${webhook}\``, /npm run webhook -- secret/],
  ['aws_sqs_queue', { name: 'x-unannounced' }, 'Queue `x-unannounced`', /could not be announced/],
  ['aws_sqs_queue', { name: 'x-webhook-dead' }, 'Queue `x-webhook-dead`', /cannot be delivered again/],
]

test.each(path)('%s on the path of events that goes or is replaced is a danger', (type, before, title, why) => {
  expect(dangers([{ type, before, after: null }])).toEqual([
    { title: `${title} is destroyed`, why: expect.stringMatching(why) },
  ])
  expect(titles([{ type, before, after: { ...before, tag: 'y' }, replace: ['tag'] }])).toEqual([
    `${title} is replaced, because its tag changes`,
  ])
  expect(titles([{ type, before: null, after: before }])).toEqual([])
  expect(titles([{ type, before, after: { ...before, description: 'x' } }])).toEqual([])
})

test('what the bus leads to is a subject of its own, and what leads to people on call is not', () => {
  const subjects = (values: Values) => [
    subjectOf({ type: 'aws_cloudwatch_event_rule', before: {}, after: values as never }),
    subjectOf({ type: 'aws_cloudwatch_event_target', before: values as never, after: {} }),
  ]
  expect(subjects({ event_bus_name: bus })).toEqual(['Events', 'Events'])
  expect(subjects({ event_bus_name: 'default' })).toEqual(['Alarms', 'Alarms'])
  expect(subjects({})).toEqual(['Alarms', 'Alarms'])
  expect(titles([{ type: 'aws_cloudwatch_event_rule', before: { name: 'x' }, after: null }])).toEqual([
    'EventBridge rule `x` is destroyed',
  ])
})

test.each([
  ['aws_cloudwatch_event_rule', { ...rule, state: 'ENABLED' }, { state: 'DISABLED' }, /never reaches its targets/],
  ['aws_lambda_event_source_mapping', trigger, { enabled: false }, /DynamoDB keeps it for a day/],
  ['aws_lambda_event_source_mapping', ofQueue, { enabled: false }, /SES events are not recorded/],
])('%s %j that is turned off (%j) is a danger', (type, before: Values, off, why) => {
  const after = { ...before, ...off }
  expect(dangers([{ type, before, after }])).toEqual([
    { title: expect.stringMatching(/ is turned off$/), why: expect.stringMatching(why) },
  ])
  expect(titles([{ type, before: after, after: before }])).toEqual([])
  expect(titles([{ type, before: null, after }])).toEqual([])
})

describe("the stream of the customers' table", () => {
  const type = 'aws_dynamodb_table'

  test.each([
    { stream_enabled: false, stream_view_type: '' },
    { stream_enabled: false },
    { stream_enabled: null, stream_view_type: null },
  ])('that is turned off (%j) is a danger', (after) => {
    expect(changing(type, table, after)).toEqual(['Table `x-customers` no longer has a stream'])
  })

  test('whose view type changes is a danger', () => {
    expect(dangers([{ type, before: table, after: { ...table, stream_view_type: 'KEYS_ONLY' } }])).toMatchObject([
      {
        title: 'Table `x-customers` has something else in its stream',
        before: ['stream_view_type: NEW_AND_OLD_IMAGES'],
        after: ['stream_view_type: KEYS_ONLY'],
      },
    ])
  })

  test('that is turned on is none', () => {
    expect(changing(type, { name: 'x', stream_enabled: false, stream_view_type: '' }, table)).toEqual([])
    expect(changing(type, { name: 'x', stream_enabled: null, stream_view_type: null }, table)).toEqual([])
    expect(changing(type, { name: 'x', stream_enabled: false, stream_view_type: 'KEYS_ONLY' }, table)).toEqual([])
  })
})

describe('what Lambda does with the stream', () => {
  const type = 'aws_lambda_event_source_mapping'
  const change = (after: Values) =>
    changing(type, trigger, after).map((title) => title.replace(`Trigger \`${trigger.function_name}\` `, ''))

  test.each([
    [{ destination_config: [] }, 'puts elsewhere what failed'],
    [{ destination_config: [{ on_failure: [{ destination_arn: 'other' }] }] }, 'puts elsewhere what failed'],
    [{ maximum_record_age_in_seconds: 3600 }, 'gives up earlier'],
    [{ maximum_record_age_in_seconds: -1 }, 'gives up too late'],
    [{ maximum_record_age_in_seconds: null }, 'gives up too late'],
    [{ maximum_record_age_in_seconds: 604_800 }, 'gives up too late'],
    [{ maximum_retry_attempts: 10 }, 'tries less often'],
    [{ bisect_batch_on_function_error: false }, 'no longer splits batches that fail'],
    [{ function_response_types: [] }, 'ignores what the function reports as failed'],
    [{ function_response_types: null }, 'ignores what the function reports as failed'],
    [{ filter_criteria: [{ filter: [{ pattern: '{"eventName":["INSERT"]}' }] }] }, 'has another filter'],
    [{ function_name: 'other' }, 'leads elsewhere'],
  ])('that weakens (%j) is a danger', (after, what) => {
    expect(change(after)).toEqual([what])
  })

  test.each([
    { maximum_record_age_in_seconds: 86_399 },
    { maximum_retry_attempts: null },
    { filter_criteria: null },
    { batch_size: 10 },
    { parallelization_factor: 10 },
  ])('that does not weaken (%j) is none', (after) => {
    expect(change(after)).toEqual([])
  })

  test('that has no end, and gets one before DynamoDB forgets, is less time and no loss', () => {
    const endless = { ...trigger, maximum_record_age_in_seconds: -1 }
    expect(changing(type, endless, { maximum_record_age_in_seconds: 82_800 })).toEqual([
      `Trigger \`${trigger.function_name}\` gives up earlier`,
    ])
    expect(changing(type, endless, { maximum_record_age_in_seconds: 604_800 })).toHaveLength(1)
  })

  test('whose queue of failures is created again has not lost it', () => {
    const after = { ...trigger, destination_config: [{ on_failure: [{}] }] }
    const afterUnknown = { destination_config: [{ on_failure: [{ destination_arn: true }] }] }
    expect(titles([{ type, before: trigger, after, afterUnknown }])).toEqual([])
  })

  test('and with a queue: failed events that it ignores are lost', () => {
    const before = { ...ofQueue, function_response_types: ['ReportBatchItemFailures'] }
    expect(dangers([{ type, before, after: ofQueue }])).toEqual([
      {
        title: 'Trigger `f` ignores what the function reports as failed',
        why: 'It counts as done, and is lost.',
        before: ['function_response_types: ["ReportBatchItemFailures"]'],
        after: ['function_response_types: none'],
      },
    ])
  })
})

describe('a rule', () => {
  const type = 'aws_cloudwatch_event_rule'

  test('whose pattern changes is a danger', () => {
    const event_pattern = '{"source":["confirmation-reminder"],"detail-type":["Customer Confirmed"]}'
    expect(dangers([{ type, before: rule, after: { ...rule, event_pattern } }])).toEqual([
      {
        title: `EventBridge rule \`${webhook}\` matches other events`,
        why: 'Its targets get all that match, and nothing else.',
        before: [`event_pattern: ${rule.event_pattern}`],
        after: [`event_pattern: ${event_pattern}`],
      },
    ])
    const { event_pattern: _, ...unknown } = rule
    expect(titles([{ type, before: rule, after: unknown, afterUnknown: { event_pattern: true } }])).toHaveLength(1)
  })

  test('whose pattern is only written in another way is none', () => {
    expect(changing(type, rule, { event_pattern: '{ "source": ["confirmation-reminder"] }' })).toEqual([])
  })
})

describe('the target of a rule', () => {
  const type = 'aws_cloudwatch_event_target'
  const change = (after: Values, before: Values = {}) =>
    changing(type, { ...target, ...before }, after).map((title) =>
      title.replace('Target of an EventBridge rule `it` ', ''),
    )
  const retry = (maximum_event_age_in_seconds: number, maximum_retry_attempts: number) => ({
    retry_policy: [{ maximum_event_age_in_seconds, maximum_retry_attempts }],
  })

  test.each([
    [retry(3600, 185), ['gives up earlier']],
    [retry(86_400, 0), ['tries less often']],
    [retry(60, 3), ['gives up earlier', 'tries less often']],
    [{ dead_letter_config: [] }, ['puts dead letters elsewhere']],
    [{ dead_letter_config: [{ arn: 'other' }] }, ['puts dead letters elsewhere']],
    [{ arn: 'other' }, ['leads elsewhere']],
  ])('that weakens (%j) is a danger', (after, what) => {
    expect(change(after)).toEqual(what)
  })

  test("that gets AWS's own retries, or more than before, is none", () => {
    expect(change({ retry_policy: [] })).toEqual([])
    expect(change(retry(86_400, 185), retry(60, 3))).toEqual([])
    expect(change({}, { dead_letter_config: [] })).toEqual([])
    expect(change(retry(3600, 185), { retry_policy: [] })).toEqual(['gives up earlier'])
  })
})

describe('a webhook', () => {
  const [type, other] = ['aws_cloudwatch_event_api_destination', 'https://elsewhere.example.com/']

  test('whose URL changes is a danger, also where it is replaced', () => {
    const after = { ...destination, invocation_endpoint: other }
    const led = {
      title: `API destination \`${webhook}\` leads elsewhere`,
      why: 'Events go there from now on, with what they say about customers, and no longer where they went before.',
      before: [`invocation_endpoint: ${destination.invocation_endpoint}`],
      after: [`invocation_endpoint: ${other}`],
    }
    expect(dangers([{ type, before: destination, after }])).toEqual([led])
    expect(dangers([{ type, before: destination, after: { ...after, name: 'y' }, replace: ['name'] }])).toEqual([
      expect.objectContaining({
        title: `API destination \`${webhook}\` is replaced, because its name changes`,
      }),
      led,
    ])
  })

  test('whose connection is another one is a danger, also if that is created with it', () => {
    const title = `API destination \`${webhook}\` leads elsewhere`
    expect(changing(type, destination, { connection_arn: 'other' })).toEqual([title])
    const { connection_arn: _, ...after } = destination
    expect(titles([{ type, before: destination, after, afterUnknown: { connection_arn: true } }])).toEqual([title])
  })

  test('whose rate changes is none', () => {
    expect(changing(type, destination, { invocation_rate_limit_per_second: 1 })).toEqual([])
  })

  test('that gets another secret is a danger, and the secret is not printed', () => {
    const [type, marks] = ['aws_cloudwatch_event_connection', { auth_parameters: [{ api_key: [{ value: true }] }] }]
    const after = { ...connection, auth_parameters: [{ api_key: [{ key: 'x-webhook-secret', value: 'another' }] }] }
    const found = dangers([{ type, before: connection, after, beforeSensitive: marks, afterSensitive: marks }])
    expect(found).toMatchObject([{ title: `Connection \`${webhook}\` gets another secret` }])
    expect(JSON.stringify(found)).not.toMatch(/placeholder|another"/)
    expect(changing(type, connection, { authorization_type: 'BASIC' })).toEqual([
      `Connection \`${webhook}\` authenticates in another way`,
    ])
  })
})

test('a queue that events may no longer be put into is a danger', () => {
  const type = 'aws_sqs_queue_policy'
  const of = (...Action: string[]) => ({
    queue_url: 'q',
    policy: allowing(Action, ['q'], { Principal: { Service: 'events.amazonaws.com' } }),
  })
  const needs = 'what is put into the queue needs it'
  expect(titles([{ type, before: of('sqs:SendMessage'), after: null }])).toEqual([
    `Policy \`it\` is removed, and ${needs}`,
  ])
  expect(titles([{ type, before: of('sqs:SendMessage', 'sqs:Get'), after: of('sqs:Get') }])).toEqual([
    `Policy \`it\` narrows, and ${needs}`,
  ])
})
