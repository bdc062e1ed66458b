import { simulate } from '../test/simulate.ts'
import type { Json } from '../values/json.ts'

const pass = (fields: object, input: Json = {}) => {
  const { run } = simulate({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', ...fields, End: true } } }, { input })
  return run.status === 'SUCCEEDED' ? JSON.parse(run.output ?? '') : run
}

test('passes its input on, or its Result, into the place that ResultPath names', () => {
  expect(pass({}, { a: 1 })).toEqual({ a: 1 })
  expect(pass({ Result: 5 }, { a: 1 })).toBe(5)
  expect(pass({ Result: 5, ResultPath: '$.b.c' }, { a: 1 })).toEqual({ a: 1, b: { c: 5 } })
  expect(pass({ Result: 5, ResultPath: null }, { a: 1 })).toEqual({ a: 1 })
  expect(pass({ Result: null }, { a: 1 })).toBeNull()
})

test('Parameters shape the input, and read the context object', () => {
  const context = pass({ Parameters: { 'all.$': '$$' } }, { a: 1 })
  expect(context.all).toEqual({
    Execution: {
      Id: 'arn:aws:states:eu-central-1:123456789012:execution:machine:run',
      Input: { a: 1 },
      Name: 'run',
      RoleArn: 'arn:aws:iam::123456789012:role/machine',
      StartTime: '2026-11-23T12:00:00.000Z',
      RedriveCount: 0,
    },
    State: { EnteredTime: '2026-11-23T12:00:00.000Z', Name: 'Pass' },
    StateMachine: { Id: 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine', Name: 'machine' },
  })
  expect(pass({ InputPath: '$.in', Parameters: { 'x.$': '$.a' }, OutputPath: '$.x' }, { in: { a: [1] } })).toEqual([1])
})

test('a place that the input cannot have fails the run', () => {
  expect(pass({ Parameters: { 'x.$': '$.missing' } })).toMatchObject({ error: 'States.Runtime' })
  // As AWS was seen to fail: https://qiita.com/tsubasaogawa/items/4fe341bdb6ae7d2fd8ee and aws/aws-cdk#29473.
  expect(pass({ Result: 1, ResultPath: '$.a.b' }, { a: 'text' })).toMatchObject({
    error: 'States.ReferencePathConflict',
    cause: 'Unable to apply ReferencePath $.a.b to input {"a":"text"}',
  })
  expect(pass({ InputPath: '$.missing' })).toMatchObject({ error: 'States.Runtime' })
  expect(pass({ Result: 'x'.repeat(262_144) })).toMatchObject({
    error: 'States.DataLimitExceeded',
    cause: "The state/task 'Pass' returned a result with a size exceeding the maximum number of bytes service limit.",
  })
})

test('an endless loop fails when the history is full, and its last event says so', () => {
  const { run, events } = simulate({ StartAt: 'Again', States: { Again: { Type: 'Pass', Next: 'Again' } } })
  expect(run).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
  expect(events).toHaveLength(25_000)
  expect(events.at(-1)).toMatchObject({
    id: 25_000,
    previousEventId: 24_999,
    type: 'ExecutionFailed',
    executionFailedEventDetails: {
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    },
  })
})
