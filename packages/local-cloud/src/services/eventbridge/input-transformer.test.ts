import type { InputTransformer } from '../../core/stack-model.ts'
import type { Event } from './event.ts'
import { readTransformer } from './input-transformer.ts'

const event: Event = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2015-11-11T21:29:54Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111'],
  detail: { 'instance-id': 'i-0123456789', state: 'RUNNING', tags: { a: 'b' }, said: 'He said "no"' },
}
const rule = { name: 'example', arn: 'arn:aws:events:us-east-2:123456789012:rule/example' }
const inputPaths = {
  instance: '$.detail.instance-id',
  state: '$.detail.state',
  tags: '$.detail.tags',
  said: '$.detail.said',
  first: '$.resources[0]',
  missing: '$.detail.missing.deeper',
  inherited: '$.detail.constructor.name',
}
const transformed = (inputTemplate: string, more: Partial<InputTransformer> = {}) =>
  readTransformer({ inputPaths, inputTemplate, ...more })(event, rule, Date.UTC(2026, 0, 1))

// The rows of AWS's own table of examples.
test.each([
  ['"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
  ['"instance \\"<instance>\\" is in <state>"', '"instance \\"i-0123456789\\" is in RUNNING"'],
  ['{"instance": <instance>, "state": "<state>"}', '{"instance": "i-0123456789", "state": "RUNNING"}'],
  ['{"state": [ 9, <state>, true ]}', '{"state": [ 9, "RUNNING", true ]}'],
  ['"<aws.events.rule-name> triggered"', '"example triggered"'],
  ['{"ruleArn": <aws.events.rule-arn>}', `{"ruleArn": "${rule.arn}"}`],
])('the template %s gives %s', (template, output) => {
  expect(transformed(template)).toBe(output)
})

test('a template can contain the whole event as JSON, or as a text that holds JSON', () => {
  expect(JSON.parse(transformed('{"originalEvent": <aws.events.event>}'))).toEqual({ originalEvent: event })
  expect(JSON.parse(JSON.parse(transformed('<aws.events.event.json>')))).toEqual(event)
})

test('a template can contain objects, list elements and the time of arrival', () => {
  expect(transformed('{"tags": <tags>, "first": <first>}')).toBe(
    `{"tags": {"a":"b"}, "first": "${event.resources[0]}"}`,
  )
  expect(transformed('"<aws.events.event.ingestion-time>"')).toBe('"2026-01-01T00:00:00.000Z"')
})

test('within quotes a value is not escaped, so that its own quotes break the JSON, as on AWS', () => {
  expect(transformed('{"said": "<said>"}')).toBe('{"said": "He said "no""}')
  expect(JSON.parse(transformed('{"said": <said>}'))).toEqual({ said: 'He said "no"' })
})

test('a path without a match inserts nothing', () => {
  expect(transformed('"so <missing>"')).toBe('"so "')
  expect(transformed('"so <inherited>"')).toBe('"so "')
})

test('an undefined variable and a path that is not followed are refused by name; a link of Slack is neither', () => {
  expect(() => transformed('"<instnace>"')).toThrow('<instnace>: define it in input_paths')
  expect(() => transformed('""', { inputPaths: { all: '$.detail.*' } })).toThrow('$.detail.*')
  expect(transformed('"<https://example.com|open>"')).toBe('"<https://example.com|open>"')
})
