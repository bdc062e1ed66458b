import fc from 'fast-check'
import { readPattern } from './pattern.ts'

const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:confirmation-reminder'
const failed = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  resources: ['arn:one', 'arn:two'],
  detail: {
    stateMachineArn: machine,
    status: 'FAILED',
    redriveCount: 2,
    error: null,
    included: true,
    tags: [{ k: 'a' }, { k: 'b' }],
  },
}
const matches = (pattern: object, event: object = failed) => readPattern(JSON.stringify(pattern))(event)

test('every field has to match, by any of its values, at any depth', () => {
  const pattern = {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [machine], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
  }
  expect(matches(pattern)).toBe(true)
  expect(matches({ ...pattern, source: ['aws.ec2'] })).toBe(false)
  expect(matches({ ...pattern, region: ['eu-central-1'] })).toBe(false)
  expect(matches(pattern, { ...failed, detail: { ...failed.detail, status: 'SUCCEEDED' } })).toBe(false)
  expect(matches(pattern, { ...failed, detail: 'FAILED' })).toBe(false)
})

test.each<[boolean, object]>([
  [true, { detail: { status: [{ prefix: 'FA' }] } }],
  [false, { detail: { status: [{ prefix: 'fa' }] } }],
  [true, { detail: { status: [{ suffix: 'ED' }] } }],
  [true, { detail: { status: [{ 'equals-ignore-case': 'failed' }] } }],
  [true, { detail: { status: [{ 'anything-but': 'SUCCEEDED' }] } }],
  [true, { detail: { status: [{ 'anything-but': ['SUCCEEDED', 'RUNNING'] }] } }],
  [false, { detail: { status: [{ 'anything-but': ['FAILED', 'RUNNING'] }] } }],
  [false, { detail: { status: [{ 'anything-but': { prefix: 'F' } }] } }],
  [false, { detail: { missing: [{ 'anything-but': 'x' }] } }],
  [true, { detail: { redriveCount: [{ numeric: ['>', 0, '<=', 2] }] } }],
  [false, { detail: { redriveCount: [{ numeric: ['>', 0, '<', 2] }] } }],
  [true, { detail: { redriveCount: [{ numeric: ['=', 2] }, 7] } }],
  [false, { detail: { redriveCount: ['2'] } }],
  [false, { detail: { status: [{ numeric: ['>', 0] }] } }],
  [true, { detail: { status: [{ exists: true }] } }],
  [false, { detail: { status: [{ exists: false }] } }],
  [true, { detail: { missing: [{ exists: false }] } }],
  [true, { detail: { missing: ['x', { exists: false }] } }],
  [true, { nowhere: { deeper: [{ exists: false }] } }],
  [true, { detail: { constructor: { name: [{ exists: false }] } } }],
  [true, { detail: [{ exists: false }] }],
  [true, { detail: { error: [null], included: [true] } }],
  [true, { resources: ['arn:two'] }],
  [true, { resources: [{ prefix: 'arn:t' }] }],
  [true, { detail: { tags: { k: ['b'] } } }],
  [false, { detail: { tags: { k: ['c'] } } }],
])('it is %s that the event matches %j', (expected, pattern) => {
  expect(matches(pattern)).toBe(expected)
})

test.each<[string, object]>([
  ['$or', { $or: [{ source: ['a'] }] }],
  ['detail.$or', { detail: { $or: [] } }],
  ['the operator wildcard at detail.status', { detail: { status: [{ wildcard: 'F*' }] } }],
  ['the operator cidr at source', { source: [{ cidr: '10.0.0.0/24' }] }],
  ['the operator prefix of anything but a text', { source: [{ prefix: { 'equals-ignore-case': 'a' } }] }],
  ['numeric', { source: [{ numeric: ['!=', 1] }] }],
  ['numeric', { source: [{ numeric: ['constructor', 1] }] }],
  ['the operator constructor at source', { source: [{ constructor: 'a' }] }],
  ['numeric', { source: [{ numeric: ['>', 1, '<'] }] }],
  ['the operator anything-but', { source: [{ 'anything-but': { wildcard: 'a*' } }] }],
  ['two operators', { source: [{ prefix: 'a', suffix: 'b' }] }],
  ['the operator exists', { source: [{ exists: 'yes' }] }],
  ['an empty list at source', { source: [] }],
  ['"aws.states" at source', { source: 'aws.states' }],
])('%s is refused by name', (name, pattern) => {
  expect(() => readPattern(JSON.stringify(pattern))).toThrow(name)
})

test('an event matches the pattern made of its own values, and no longer once one of them changes', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const event = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.dictionary(fc.constantFrom('d', 'e'), leaf))
  const patternOf = (part: object): object =>
    Object.fromEntries(
      Object.entries(part).map(([k, value]) => [k, typeof value === 'object' && value ? patternOf(value) : [value]]),
    )
  fc.assert(
    fc.property(event, (one) => {
      expect(matches(patternOf(one), one)).toBe(true)
      for (const [outer, part] of Object.entries(one)) {
        for (const inner of Object.keys(part)) {
          expect(
            matches(patternOf(one), { ...one, [outer]: { ...part, [inner]: ['changed', 'into', 'a list'] } }),
          ).toBe(false)
        }
      }
    }),
  )
})
