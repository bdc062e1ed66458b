import { simulate, startOfTime } from '../test/simulate.ts'
import type { Json } from '../values/json.ts'

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

const notATimestamp = 'parameter does not reference a valid ISO-8601 extended offset date-time format string:'

test.each<[object, Json, string]>([
  [{ SecondsPath: '$.delay' }, {}, 'The SecondsPath parameter does not reference an input value: $.delay'],
  [{ SecondsPath: '$.delay' }, { delay: -1 }, 'The SecondsPath parameter references a negative value: $.delay == -1'],
  [
    { SecondsPath: '$.delay' },
    { delay: -1.5 },
    'The SecondsPath parameter cannot be parsed as a long value: $.delay == -1.5',
  ],
  [
    { SecondsPath: '$.delay' },
    { delay: '5' },
    'The SecondsPath parameter cannot be parsed as a long value: $.delay == 5',
  ],
  [{ SecondsPath: '$.delay' }, { delay: 100_000_000 }, 'Wait state delay is too long.'],
  [
    { TimestampPath: '$.at' },
    { at: '2026-11-23T12:00:00' },
    `The TimestampPath ${notATimestamp} $.at == 2026-11-23T12:00:00`,
  ],
  [{ TimestampPath: '$.at' }, { at: 5 }, `The TimestampPath ${notATimestamp} $.at == 5`],
  [{ TimestampPath: '$.at' }, {}, 'The TimestampPath parameter does not reference an input value: $.at'],
  // 2094-12-11T12:00:00Z is 24,855 days after the start.
  [{ Timestamp: '2094-12-12T12:00:00Z' }, {}, 'Wait state delay is too long.'],
])('%j fails the run on %j: %s', (fields, input, cause) => {
  expect(wait(fields, input).run).toMatchObject({
    error: 'States.Runtime',
    cause: `An error occurred while executing the state 'Pause' (entered at the event id #2). ${cause}`,
  })
})

test('24,855 days are not too long for a wait: the run times out first', () => {
  expect(wait({ Timestamp: '2094-12-11T12:00:00Z' }).run).toMatchObject({ status: 'TIMED_OUT' })
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

// As AWS was recorded in LocalStack's test_wait_timestamp_jsonata: the failure of an expression that follows from the entry.
test.each(['2016-12-05 21:29:29Z', '2016-12-05T21:29:29', '2016-13-05T21:29:29Z', '05-12-2016T21:29:29Z'])(
  'an expression whose value %s is not a timestamp fails the run',
  (at) => {
    const { events, run } = wait({ QueryLanguage: 'JSONata', Timestamp: '{% $states.input.at %}' }, { at })
    const error = 'States.QueryEvaluationError'
    const cause = `An error occurred while executing the state 'Pause' (entered at the event id #2). The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${at}`
    expect(events.slice(2)).toMatchObject([
      {
        previousEventId: 2,
        type: 'EvaluationFailed',
        evaluationFailedEventDetails: { cause, error, location: 'Timestamp', state: 'Pause' },
      },
      { previousEventId: 3, type: 'ExecutionFailed', executionFailedEventDetails: { cause, error } },
    ])
    expect(run.status).toBe('FAILED')
  },
)
