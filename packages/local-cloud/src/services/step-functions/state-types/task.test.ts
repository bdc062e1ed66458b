import { longestRunSeconds } from '../interpreter/interpreter.ts'
import type { Run } from '../interpreter/run.ts'
import { returned, simulate, startOfTime, taskMachine } from '../test/simulate.ts'
import type { Json } from '../values/json.ts'
import { lambdaInvoke, type TaskRequest } from './task.ts'

const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:work'
const invoke = { Resource: lambdaInvoke, Parameters: { FunctionName: 'work:live', 'Payload.$': '$' } }
const failing = (error: string) => () => ({ error, cause: 'why' })
const requestsOf = (definition: object, input: Json) => {
  const requests: TaskRequest[] = []
  const answer = (request: TaskRequest) => {
    requests.push(request)
    return returned(null)
  }
  simulate(definition, { input, answer })
  return requests
}

test('a function as the resource gets the input and its result becomes the output, in events of its own', () => {
  const { run, events } = simulate(taskMachine({ TimeoutSeconds: 5 }), {
    input: { a: 1 },
    answer: ({ payload }) => returned({ echo: JSON.parse(payload) }),
  })
  expect(run.output).toBe('{"echo":{"a":1}}')
  const truncated = { truncated: false }
  const timestamp = startOfTime
  expect(events).toEqual([
    {
      ...{ id: 1, previousEventId: 0, timestamp, type: 'ExecutionStarted' },
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails: truncated,
        roleArn: 'arn:aws:iam::123456789012:role/machine',
      },
    },
    {
      ...{ id: 2, previousEventId: 0, timestamp, type: 'TaskStateEntered' },
      stateEnteredEventDetails: { name: 'Work', input: '{"a":1}', inputDetails: truncated },
    },
    {
      ...{ id: 3, previousEventId: 2, timestamp, type: 'LambdaFunctionScheduled' },
      lambdaFunctionScheduledEventDetails: {
        resource: arn,
        input: '{"a":1}',
        inputDetails: truncated,
        timeoutInSeconds: 5,
      },
    },
    { id: 4, previousEventId: 3, timestamp, type: 'LambdaFunctionStarted' },
    {
      ...{ id: 5, previousEventId: 4, timestamp, type: 'LambdaFunctionSucceeded' },
      lambdaFunctionSucceededEventDetails: { output: '{"echo":{"a":1}}', outputDetails: truncated },
    },
    {
      ...{ id: 6, previousEventId: 5, timestamp, type: 'TaskStateExited' },
      stateExitedEventDetails: { name: 'Work', output: '{"echo":{"a":1}}', outputDetails: truncated },
    },
    {
      ...{ id: 7, previousEventId: 6, timestamp, type: 'ExecutionSucceeded' },
      executionSucceededEventDetails: { output: '{"echo":{"a":1}}', outputDetails: truncated },
    },
  ])
})

test('the integration lambda:invoke has the general events, and wraps the result', () => {
  const { run, events } = simulate(taskMachine(invoke), { input: { a: 1 }, answer: () => returned({ ok: true }) })
  // As in LocalStack's test_base_task[TIMEOUT_SECONDS].
  const headers = {
    'X-Amz-Executed-Version': '$LATEST',
    'x-amzn-Remapped-Content-Length': '0',
    Connection: 'keep-alive',
    'x-amzn-RequestId': 'request',
    'Content-Length': '11',
    Date: 'Mon, 23 Nov 2026 12:00:00 GMT',
    'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-/),
    'Content-Type': 'application/json',
  }
  expect(JSON.parse(run.output ?? '')).toEqual({
    ExecutedVersion: '$LATEST',
    Payload: { ok: true },
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: 'request' },
    StatusCode: 200,
  })
  expect(events.slice(2, 5)).toMatchObject([
    {
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'eu-central-1',
        parameters: '{"FunctionName":"work:live","Payload":{"a":1}}',
      },
    },
    { type: 'TaskStarted', taskStartedEventDetails: { resourceType: 'lambda', resource: 'invoke' } },
    { type: 'TaskSucceeded', taskSucceededEventDetails: { resourceType: 'lambda', resource: 'invoke' } },
  ])
})

// LocalStack's test_task_lambda and test_task_service_lambda have a function that writes spaces.
test.each([
  ['a function as the resource keeps', {}, '{"errorMessage": "why"}', '{"errorMessage": "why"}'],
  ['lambda:invoke writes again', invoke, '{"errorMessage": "why"}', '{"errorMessage":"why"}'],
  ['lambda:invoke keeps', invoke, 'Function not found: f', 'Function not found: f'],
])('%s the cause of an error', (_, task, cause, shown) => {
  const { run } = simulate(taskMachine(task), { input: {}, answer: () => ({ error: 'Boom', cause }) })
  expect(run).toMatchObject({ error: 'Boom', cause: shown })
})

test.each([
  ['work', undefined, arn],
  ['work:live', undefined, `${arn}:live`],
  ['work', 'live', `${arn}:live`],
  ['123456789012:function:work', undefined, arn],
  [arn, '3', `${arn}:3`],
])('FunctionName %s with Qualifier %s is %s', (FunctionName, Qualifier, whole) => {
  const Parameters = { FunctionName, ...(Qualifier ? { Qualifier } : {}) }
  expect(requestsOf(taskMachine({ Resource: lambdaInvoke, Parameters }), { a: 1 })).toMatchObject([
    { functionArn: whole, payload: '{}' },
  ])
})

test('InputPath, Parameters, ResultSelector, ResultPath and OutputPath apply in this order', () => {
  const { run, events } = simulate(
    taskMachine({
      InputPath: '$.in',
      Parameters: { 'n.$': '$.n', 'state.$': '$$.State.Name' },
      ResultSelector: { 'sum.$': '$.sum' },
      ResultPath: '$.out',
      OutputPath: '$.out',
    }),
    { input: { in: { n: 1 } }, answer: () => returned({ sum: 3, noise: true }) },
  )
  expect(events[2]).toMatchObject({ lambdaFunctionScheduledEventDetails: { input: '{"n":1,"state":"Work"}' } })
  expect(run.output).toBe('{"sum":3}')
})

test('an error of the function fails the run with its name and cause', () => {
  const { run, events } = simulate(taskMachine(), { answer: failing('Sorry') })
  expect(run).toMatchObject({ status: 'FAILED', error: 'Sorry', cause: 'why' })
  expect(events.slice(4)).toMatchObject([
    { type: 'LambdaFunctionFailed', lambdaFunctionFailedEventDetails: { error: 'Sorry', cause: 'why' } },
    { type: 'ExecutionFailed', previousEventId: 5, executionFailedEventDetails: { error: 'Sorry', cause: 'why' } },
  ])
})

test('Retry repeats the task after its backoff, and the new attempt follows from the failed one', () => {
  const { run, events } = simulate(
    taskMachine({
      Parameters: { 'retries.$': '$$.State.RetryCount' },
      Retry: [{ ErrorEquals: ['Sorry'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 3 }],
    }),
    { answer: ({ payload }, attempt) => (attempt < 2 ? failing('Sorry')() : returned(JSON.parse(payload))) },
  )
  expect(run.output).toBe('{"retries":2}')
  const scheduled = events.filter(({ type }) => type === 'LambdaFunctionScheduled')
  expect(scheduled.map(({ timestamp }) => (timestamp - startOfTime) / 1000)).toEqual([0, 2, 8])
  expect(scheduled.map(({ previousEventId }) => previousEventId)).toEqual([2, 5, 8])
})

test('after the last retry, Catch places the error where its ResultPath says', () => {
  const definition = taskMachine(
    {
      Retry: [{ ErrorEquals: ['Sorry'], MaxAttempts: 1 }],
      Catch: [
        { ErrorEquals: ['Other'], Next: 'Never' },
        { ErrorEquals: ['States.ALL'], Next: 'Caught', ResultPath: '$.problem' },
      ],
    },
    { Caught: { Type: 'Succeed' }, Never: { Type: 'Fail' } },
  )
  const { run, types } = simulate(definition, { input: { a: 1 }, answer: failing('Sorry') })
  expect(JSON.parse(run.output ?? '')).toEqual({ a: 1, problem: { Error: 'Sorry', Cause: 'why' } })
  expect(types.slice(2)).toEqual([
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed'],
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed'],
    ...['TaskStateExited', 'SucceedStateEntered', 'SucceedStateExited', 'ExecutionSucceeded'],
  ])
})

test('Catch without ResultPath replaces the input by the error', () => {
  const definition = taskMachine({ Catch: [{ ErrorEquals: ['Sorry'], Next: 'End' }] }, { End: { Type: 'Succeed' } })
  expect(simulate(definition, { answer: failing('Sorry') }).run.output).toBe('{"Error":"Sorry","Cause":"why"}')
})

test('a state that is entered again begins with no retries used', () => {
  const definition = taskMachine(
    { Retry: [{ ErrorEquals: ['Sorry'], MaxAttempts: 1 }], ResultPath: null, Next: 'Again' },
    {
      Again: { Type: 'Choice', Choices: [{ Variable: '$.once', IsPresent: true, Next: 'Done' }], Default: 'Mark' },
      Mark: { Type: 'Pass', Result: true, ResultPath: '$.once', Next: 'Work' },
      Done: { Type: 'Succeed' },
    },
  )
  const { run } = simulate(definition, {
    answer: (_, attempt) => (attempt % 2 === 0 ? failing('Sorry')() : returned(null)),
  })
  expect(run.status).toBe('SUCCEEDED')
})

test.each([
  ['a function', {}, 'LambdaFunctionTimedOut', { error: 'States.Timeout' }],
  ['lambda:invoke', invoke, 'TaskTimedOut', { resourceType: 'lambda', resource: 'invoke', error: 'States.Timeout' }],
])('%s that does not answer in time times out, and the run fails', (_, task, type, details) => {
  const { run, events } = simulate(taskMachine({ ...task, TimeoutSeconds: 30 }), { answer: () => undefined })
  const member = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
  expect(events.slice(-2)).toMatchObject([
    { type, timestamp: startOfTime + 30_000, [member]: details },
    { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'States.Timeout' } },
  ])
  expect(run.cause).toBeUndefined()
})

test.each([
  ['a function', {}],
  ['lambda:invoke', invoke],
])('a caught timeout of %s has an empty cause, which a path can read', (_, task) => {
  const { run } = simulate(
    taskMachine(
      { ...task, TimeoutSeconds: 30, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Caught', ResultPath: '$.e' }] },
      { Caught: { Type: 'Pass', Parameters: { 'cause.$': '$.e.Cause', 'error.$': '$.e.Error' }, End: true } },
    ),
    { answer: () => undefined },
  )
  expect(run.output).toBe('{"cause":"","error":"States.Timeout"}')
})

test.each<[Json, string]>([
  ['{"a":1}', '{"a":1}'],
  ['"text"', '"text"'],
  ['text', 'text'],
  ['', '{}'],
  [null, '{}'],
  [0, '0'],
  [false, 'false'],
])('the Payload %j of lambda:invoke is the body %s', (Payload, payload) => {
  const Parameters = { FunctionName: 'work', 'Payload.$': '$.Payload' }
  expect(requestsOf(taskMachine({ Resource: lambdaInvoke, Parameters }), { Payload })).toMatchObject([{ payload }])
})

test.each<[Json, string]>([
  [{}, 'The TimeoutSecondsPath parameter does not reference an input value: $.limit'],
  [{ limit: -1 }, 'The TimeoutSecondsPath parameter references a negative value: $.limit == -1'],
  [{ limit: '9' }, 'The TimeoutSecondsPath parameter cannot be parsed as a long value: $.limit == 9'],
])('TimeoutSecondsPath with %j fails the run', (input, cause) => {
  const { run } = simulate(taskMachine({ TimeoutSecondsPath: '$.limit' }), { input })
  expect(run).toMatchObject({
    error: 'States.Runtime',
    cause: `An error occurred while executing the state 'Work' (entered at the event id #2). ${cause}`,
  })
})

test('TimeoutSecondsPath reads the timeout from the input', () => {
  const definition = taskMachine({ TimeoutSecondsPath: '$.limit' })
  const { run } = simulate(definition, { input: { limit: 9 }, answer: () => undefined })
  expect(run.stopMs).toBe(startOfTime + 9000)
  expect(simulate(definition, { input: { limit: 0 } }).run.error).toBe('States.Runtime')
})

test('a timeout and a backoff that are longer than any run, and even infinite, outlast the run in every process', () => {
  const asAnotherProcessReadsIt = (run: Run) => JSON.parse(JSON.stringify(run)) as Run
  const endless = taskMachine({ TimeoutSecondsPath: '$' })
  expect(
    simulate(endless, { input: 1e308, answer: () => undefined, after: asAnotherProcessReadsIt }).run,
  ).toMatchObject({
    status: 'TIMED_OUT',
    stopMs: startOfTime + longestRunSeconds * 1000,
  })
  const backingOff = taskMachine({ Retry: [{ ErrorEquals: ['States.ALL'], BackoffRate: 1e300, MaxAttempts: 9 }] })
  const { run, types } = simulate(backingOff, { answer: failing('Boom'), after: asAnotherProcessReadsIt })
  expect(run.status).toBe('TIMED_OUT')
  expect(types.filter((type) => type === 'LambdaFunctionFailed')).toHaveLength(2)
})

test('a timeout is retried and caught by its name', () => {
  const definition = taskMachine({ TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'] }] })
  const { run } = simulate(definition, { answer: (_, attempt) => (attempt < 3 ? undefined : returned('late')) })
  expect(run.output).toBe('"late"')
  expect(run.stopMs).toBe(startOfTime + (3 * 10 + 1 + 2 + 4) * 1000)
})

test('the TimeoutSeconds of the machine ends the run in every phase', () => {
  const { run, events } = simulate({ ...taskMachine(), TimeoutSeconds: 60 }, { answer: () => undefined })
  expect(run).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', stopMs: startOfTime + 60_000 })
  expect(events.at(-1)).toMatchObject({ type: 'ExecutionTimedOut', previousEventId: 0 })
})

test('a result beyond 256 KB fails the task, and is caught by its own name and by States.ALL', () => {
  const big = () => returned('x'.repeat(262_143))
  expect(simulate(taskMachine(), { answer: big }).run).toMatchObject({
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${arn}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  })
  const caughtBy = (error: string) =>
    simulate(taskMachine({ Catch: [{ ErrorEquals: [error], Next: 'End' }] }, { End: { Type: 'Succeed' } }), {
      answer: big,
    })
  expect(caughtBy('States.DataLimitExceeded').run.status).toBe('SUCCEEDED')
  expect(caughtBy('States.ALL').run.status).toBe('SUCCEEDED')
  expect(simulate(taskMachine(), { answer: () => returned('x'.repeat(262_142)) }).run.status).toBe('SUCCEEDED')
})

test('no Catch catches a runtime error', () => {
  const definition = taskMachine(
    { InputPath: '$.missing', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }] },
    { End: { Type: 'Succeed' } },
  )
  expect(simulate(definition).run).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
})

test('an error in ResultPath can be caught, an error in Parameters cannot', () => {
  const catching = (fields: object) =>
    taskMachine({ ...fields, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }] }, { End: { Type: 'Succeed' } })
  const { run } = simulate(catching({ ResultPath: '$.text.inside' }), { input: { text: 'text' } })
  expect(JSON.parse(run.output ?? '').Error).toBe('States.ReferencePathConflict')
  expect(simulate(catching({ Parameters: { 'x.$': '$.missing' } })).run.error).toBe('States.Runtime')
})
