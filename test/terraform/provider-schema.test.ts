import { schemaOf } from './provider-schema.ts'

const attribute = (type: string, name: string) =>
  schemaOf('resource', type).attributes.find((each) => each.name === name)
const block = (type: string, name: string) => schemaOf('resource', type).blocks.find((each) => each.name === name)

test.each([
  ['aws_lambda_function', 'timeout', { type: 'number', optional: true, computed: false }],
  ['aws_lambda_function', 'function_name', { type: 'string', required: true }],
  ['aws_lambda_function', 'architectures', { type: ['list', 'string'], optional: true, computed: true }],
  ['aws_cloudwatch_metric_alarm', 'alarm_actions', { type: ['set', 'string'], optional: true }],
  ['aws_cloudwatch_metric_alarm', 'dimensions', { type: ['map', 'string'] }],
  ['aws_dynamodb_table', 'arn', { type: 'string', computed: true, optional: false }],
  ['aws_chatbot_slack_channel_configuration', 'tags_all', { type: ['map', 'string'], computed: true }],
])('the binding of %s shows what %s is', (type, name, expected) => {
  expect(attribute(type, name)).toMatchObject(expected)
})

test.each([
  ['aws_dynamodb_table', 'ttl', { nesting: 'list', one: true, required: false }],
  ['aws_dynamodb_table', 'attribute', { nesting: 'set', one: false }],
  ['aws_dynamodb_table', 'timeouts', { nesting: 'single' }],
  ['aws_apigatewayv2_stage', 'route_settings', { nesting: 'set', one: false }],
])('the binding of %s shows how the block %s nests', (type, name, expected) => {
  expect(block(type, name)).toMatchObject(expected)
})

test('a block inside a block has what its own struct has', () => {
  const dkim = block('aws_sesv2_email_identity', 'dkim_signing_attributes')
  expect(dkim?.block.attributes.find(({ name }) => name === 'tokens')).toEqual({
    name: 'tokens',
    type: ['list', 'string'],
    required: false,
    optional: false,
    computed: true,
  })
})

test("the provider's own configuration is read too, where no class of references exists", () => {
  const { attributes, blocks } = schemaOf('provider')
  expect(attributes.find(({ name }) => name === 'region')).toMatchObject({ type: 'string', optional: true })
  expect(blocks.find(({ name }) => name === 'default_tags')?.block.attributes).toEqual([
    { name: 'tags', type: ['map', 'string'], required: false, optional: true, computed: false },
  ])
})

test('what the bindings lack is not invented', () => {
  expect(() => schemaOf('resource', 'aws_nothing')).toThrow('lib/nothing/index.js')
})
