import { parsePlan } from './plan.ts'

test.each([
  ['nothing', '', 'This is not JSON.'],
  ['the plan file itself', 'PK\u0003\u0004', 'This is not JSON.'],
  ['the text of a plan', 'Terraform will perform the following actions:', 'This is not JSON.'],
  ['other JSON', '{"name":"x"}', 'it has no format_version'],
  ['null', 'null', 'it has no format_version'],
  ['a state', '{"format_version":"1.0","values":{}}', 'This is a state, not a plan.'],
  [
    'another version',
    '{"format_version":"2.0","resource_changes":[]}',
    'The plan has format version 2.0; this report reads 1.x',
  ],
  ['changes of another shape', '{"format_version":"1.2","resource_changes":{}}', 'resource_changes: '],
  [
    'a plan with modules',
    '{"format_version":"1.2","planned_values":{"root_module":{"child_modules":[{}]}}}',
    'uses modules, which this report cannot judge',
  ],
])('%s is refused with what to do', (_, json, message) => {
  expect(() => parsePlan(json)).toThrow(message)
})

test('fields that Terraform adds some day do not keep a plan from being read', () => {
  const plan = { format_version: '1.9', resource_changes: [], news: { some: 'day' } }
  expect(parsePlan(JSON.stringify(plan)).resource_changes).toEqual([])
})
