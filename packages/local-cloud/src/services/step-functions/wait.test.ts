import type { Json } from './json.ts'
import { simulate, startOfTime } from './test/simulate.ts'

const wait = (fields: object, input: Json = {}) =>
  simulate({ StartAt: 'Pause', States: { Pause: { Type: 'Wait', ...fields, End: true } } }, { input })

const waitedSeconds = (result: ReturnType<typeof wait>) => ((result.run.stopMs ?? 0) - startOfTime) / 1000

test.each<[string, object, Json, number]>([
  ['Seconds', { Seconds: 86_400 }, {}, 86_400],
  ['no Seconds at all', { Seconds: 0 }, {}, 0],
  ['SecondsPath', { SecondsPath: '$.delay' }, { delay: 90 }, 90],
  ['SecondsPath after InputPath', { SecondsPath: '$.delay', InputPath: '$.in' }, { in: { delay: 5 } }, 5],
  ['Timestamp', { Timestamp: '2026-11-23T12:00:30Z' }, {}, 30],
  ['a Timestamp that has passed', { Timestamp: '2020-01-01T00:00:00Z' }, {}, 0],
  ['a leap day', { Timestamp: '2024-02-29T00:00:00Z' }, {}, 0],
  ['TimestampPath', { TimestampPath: '$.at' }, { at: '2026-11-23T13:00:01.5+01:00' }, 1.5],
])('waits for %s', (_, fields, input, seconds) => {
  const result = wait(fields, input)
  expect(waitedSeconds(result)).toBe(seconds)
  expect(result.types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'ExecutionSucceeded'])
})

test('the output is the input after InputPath and OutputPath', () => {
  expect(wait({ Seconds: 1, InputPath: '$.a', OutputPath: '$.b' }, { a: { b: [1] } }).run.output).toBe('[1]')
  expect(wait({ Seconds: 1, InputPath: null }, { a: 1 }).run.output).toBe('{}')
})

test.each<[object, Json]>([
  [{ SecondsPath: '$.delay' }, {}],
  [{ SecondsPath: '$.delay' }, { delay: -1 }],
  [{ SecondsPath: '$.delay' }, { delay: 1.5 }],
  [{ SecondsPath: '$.delay' }, { delay: '5' }],
  [{ TimestampPath: '$.at' }, { at: 'tomorrow' }],
  [{ TimestampPath: '$.at' }, { at: '2026-11-23' }],
  [{ TimestampPath: '$.at' }, { at: '2026-02-29T00:00:00Z' }],
  [{ TimestampPath: '$.at' }, { at: '2026-13-01T00:00:00Z' }],
  [{ Seconds: 1, OutputPath: '$.missing' }, {}],
])('%j fails the run on %j', (fields, input) => {
  const { run, types } = wait(fields, input)
  expect(run).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
  expect(types.at(-1)).toBe('ExecutionFailed')
})
