import fc from 'fast-check'
import { readTaskToken, taskToken } from '../../../core/task-token.ts'
import { lambdaInvokeWithToken } from '../state-types/task.ts'
import { machineArn, newFolder, type OpenedStates, statesOfEachTest } from '../test/open-states.ts'
import { simulate, startOfTime, taskMachine } from '../test/simulate.ts'

const open = statesOfEachTest()
const executionArn = machineArn.replace('stateMachine', 'execution')
const parameters = { FunctionName: 'work', Payload: { 'token.$': '$$.Task.Token', 'input.$': '$' } }
const waiting = (fields: object = {}, more: object = {}) =>
  taskMachine({ Resource: lambdaInvokeWithToken, Parameters: parameters, ...fields }, more)
const catching = (ErrorEquals: string[]) =>
  waiting(
    { TimeoutSeconds: 60, HeartbeatSeconds: 20, Catch: [{ ErrorEquals, Next: 'Caught' }] },
    { Caught: { Type: 'Succeed' } },
  )

/** A function that keeps each token that it gets, and then does what is given. */
function keeping(then: (token: string) => unknown = () => null) {
  const tokens: string[] = []
  const invoke = async (_: string, payload: string) => {
    const { token } = JSON.parse(payload) as { token: string }
    tokens.push(token)
    return { payload: JSON.stringify((await then(token)) ?? null), logTail: '', executedVersion: '1' }
  }
  return { tokens, invoke }
}

/** Starts a run, and returns when it waits. */
async function begin({ start, states }: OpenedStates, input: object = {}): Promise<string> {
  const run = await start('one', input)
  await states.settled()
  return run
}

const closed = { code: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" }
const detailsOf = async ({ call }: OpenedStates, run: string, from: number) =>
  (await call('GetExecutionHistory', { executionArn: run })).events.slice(from)

test('a token is read as it was made, and one that was changed anywhere is none', () => {
  const arn = `${executionArn}:one`
  fc.assert(
    fc.property(
      fc.base64String({ minLength: 1 }),
      fc.nat(),
      fc.string({ minLength: 1, maxLength: 1 }),
      (nonce, at, other) => {
        const token = taskToken(arn, nonce)
        expect(readTaskToken(token)).toEqual({ executionArn: arn, nonce })
        const place = at % token.length
        const changed = token.slice(0, place) + other + token.slice(place + 1)
        expect(changed === token || readTaskToken(changed) === undefined).toBe(true)
        expect(readTaskToken(token.slice(0, place))).toBeUndefined()
      },
    ),
  )
  fc.assert(fc.property(fc.string(), (text) => readTaskToken(text) === undefined))
})

test('the run waits after its function has returned, and SendTaskSuccess gives the task its result', async () => {
  const { tokens, invoke } = keeping(() => ({ asked: true }))
  const states = await open({ definition: waiting({ TimeoutSeconds: 600, HeartbeatSeconds: 60 }), invoke })
  const run = await begin(states, { a: 1 })
  expect(await states.describe(run)).toMatchObject({ status: 'RUNNING' })
  expect(await states.call('SendTaskSuccess', { taskToken: tokens[0], output: '{"confirmed": true}' })).toEqual({})
  expect(await states.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '{"confirmed":true}' })
  const named = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' }
  expect(await detailsOf(states, run, 2)).toMatchObject([
    {
      ...{ id: 3, previousEventId: 2, type: 'TaskScheduled' },
      taskScheduledEventDetails: {
        ...named,
        region: 'eu-central-1',
        parameters: JSON.stringify({ FunctionName: 'work', Payload: { token: tokens[0], input: { a: 1 } } }),
        timeoutInSeconds: 600,
        heartbeatInSeconds: 60,
      },
    },
    { id: 4, previousEventId: 3, type: 'TaskStarted', taskStartedEventDetails: named },
    {
      ...{ id: 5, previousEventId: 4, type: 'TaskSubmitted' },
      taskSubmittedEventDetails: {
        ...named,
        output: expect.stringContaining('"Payload":{"asked":true}'),
        outputDetails: { truncated: false },
      },
    },
    {
      ...{ id: 6, previousEventId: 5, type: 'TaskSucceeded' },
      taskSucceededEventDetails: { ...named, output: '{"confirmed": true}', outputDetails: { truncated: false } },
    },
    { id: 7, previousEventId: 6, type: 'TaskStateExited' },
    { id: 8, previousEventId: 7, type: 'ExecutionSucceeded' },
  ])
})

test('ResultSelector and ResultPath apply to what SendTaskSuccess sends', async () => {
  const { tokens, invoke } = keeping()
  const definition = waiting({ ResultSelector: { 'yes.$': '$.confirmed' }, ResultPath: '$.answer' })
  const { start, states, call, describe } = await open({ definition, invoke })
  const run = await start('one', { a: 1 })
  await states.settled()
  await call('SendTaskSuccess', { taskToken: tokens[0], output: '{"confirmed":true}' })
  expect(JSON.parse((await describe(run)).output)).toEqual({ a: 1, answer: { yes: true } })
})

test('SendTaskFailure fails the task with its error and cause', async () => {
  const { tokens, invoke } = keeping()
  const states = await open({ definition: waiting(), invoke })
  const run = await begin(states)
  await states.call('SendTaskFailure', { taskToken: tokens[0], error: 'Declined', cause: 'said no' })
  expect(await states.describe(run)).toMatchObject({ status: 'FAILED', error: 'Declined', cause: 'said no' })
  expect(await detailsOf(states, run, 5)).toMatchObject([
    { type: 'TaskFailed', taskFailedEventDetails: { error: 'Declined', cause: 'said no', resourceType: 'lambda' } },
    { type: 'ExecutionFailed', previousEventId: 6, executionFailedEventDetails: { error: 'Declined' } },
  ])
})

test.each(['States.ALL', 'States.TaskFailed'])('%s catches a failure that has no error and no cause', async (name) => {
  const { tokens, invoke } = keeping()
  const states = await open({ definition: catching([name]), invoke })
  const run = await begin(states)
  await states.call('SendTaskFailure', { taskToken: tokens[0] })
  expect((await states.describe(run)).output).toBe('{"Error":null,"Cause":null}')
  const [failed] = await detailsOf(states, run, 5)
  expect(failed.taskFailedEventDetails).toEqual({ resourceType: 'lambda', resource: 'invoke.waitForTaskToken' })
})

test.each([
  ['SendTaskSuccess', { output: '1' }],
  ['SendTaskFailure', {}],
  ['SendTaskHeartbeat', {}],
])('after an answer, %s with the same token is refused', async (action, input) => {
  const { tokens, invoke } = keeping()
  const { start, states, call } = await open({ definition: waiting(), invoke })
  await start()
  await states.settled()
  await call('SendTaskSuccess', { taskToken: tokens[0], output: 'null' })
  await expect(call(action, { taskToken: tokens[0], ...input })).rejects.toMatchObject(closed)
})

test('of many answers at once, one is taken', async () => {
  const { tokens, invoke } = keeping()
  const { start, states, call } = await open({ definition: waiting(), invoke })
  await start()
  await states.settled()
  const answers = Array.from({ length: 20 }, (_, index) =>
    call('SendTaskSuccess', { taskToken: tokens[0], output: `${index}` }),
  )
  const settled = await Promise.allSettled(answers)
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test.each([
  ['SendTaskSuccess', { output: 'null' }],
  ['SendTaskFailure', {}],
  ['SendTaskHeartbeat', {}],
])('%s refuses a token that is none, and one of a run that does not exist', async (action, input) => {
  const { call } = await open({ definition: waiting() })
  await expect(call(action, { taskToken: 'none', ...input })).rejects.toMatchObject({
    code: 'InvalidToken',
    message: "Invalid Token: 'Invalid token'",
  })
  const taskToken_ = taskToken(`${executionArn}:none`, 'nonce')
  await expect(call(action, { taskToken: taskToken_, ...input })).rejects.toMatchObject({ code: 'TaskDoesNotExist' })
  await expect(call(action, { taskToken: 'x'.repeat(2049), ...input })).rejects.toMatchObject({
    code: 'ValidationException',
  })
})

test('while the service stops, an answer is refused so that its client repeats it', async () => {
  const { tokens, invoke } = keeping()
  const states = await open({ definition: waiting(), invoke })
  await begin(states)
  await states.states.stop()
  await expect(states.call('SendTaskSuccess', { taskToken: tokens[0], output: '1' })).rejects.toMatchObject({
    code: 'ServiceUnavailable',
    statusCode: 503,
  })
})

test('an output that is not JSON is refused, and the task goes on waiting', async () => {
  const { tokens, invoke } = keeping()
  const { start, states, call, describe } = await open({ definition: waiting(), invoke })
  const run = await start()
  await states.settled()
  await expect(call('SendTaskSuccess', { taskToken: tokens[0], output: 'yes' })).rejects.toMatchObject({
    code: 'InvalidOutput',
  })
  const long = { taskToken: tokens[0], output: JSON.stringify('x'.repeat(262_143)) }
  await expect(call('SendTaskSuccess', long)).rejects.toMatchObject({ code: 'ValidationException' })
  expect(await describe(run)).toMatchObject({ status: 'RUNNING' })
})

test('a token that is none is refused before an output that is not JSON, and the token of a task that is over after it', async () => {
  const { tokens, invoke } = keeping()
  const { start, states, call } = await open({ definition: waiting(), invoke })
  await start()
  await states.settled()
  const refusal = async (taskToken: string | undefined, output: string) =>
    await call('SendTaskSuccess', { taskToken, output }).catch(({ code }) => code)
  expect(await refusal('not-a-task-token', 'not-json')).toBe('InvalidToken')
  expect(await refusal(tokens[0], '{}')).toEqual({})
  expect(await refusal(tokens[0], 'not-json')).toBe('InvalidOutput')
  expect(await refusal(tokens[0], '{}')).toBe('TaskTimedOut')
})

test('an answer before the function returns ends the task, and what the function returns means nothing', async () => {
  const answered: { states?: OpenedStates } = {}
  const { invoke } = keeping((token) =>
    answered.states?.call('SendTaskSuccess', { taskToken: token, output: '"early"' }),
  )
  const states = await open({ definition: waiting(), invoke })
  answered.states = states
  const run = await begin(states)
  expect(await states.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '"early"' })
  expect((await states.types(run)).slice(2)).toEqual([
    ...['TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
  ])
})

test('the failure of the function fails the task', async () => {
  const { tokens, invoke } = keeping()
  const failing = async (arn: string, payload: string) => {
    await invoke(arn, payload)
    return { payload: '{"errorType":"Sorry"}', functionError: 'Unhandled' as const, logTail: '', executedVersion: '1' }
  }
  const { start, states, describe, call } = await open({ definition: waiting(), invoke: failing })
  const run = await start()
  await states.settled()
  expect(await describe(run)).toMatchObject({ status: 'FAILED', error: 'Sorry' })
  await expect(call('SendTaskSuccess', { taskToken: tokens[0], output: '1' })).rejects.toMatchObject(closed)
})

test('a retry has a token of its own', async () => {
  const { tokens, invoke } = keeping()
  const definition = waiting({ Retry: [{ ErrorEquals: ['Declined'], IntervalSeconds: 5, MaxAttempts: 1 }] })
  const { start, states, call, describe, skip } = await open({ definition, invoke })
  const run = await start()
  await states.settled()
  await call('SendTaskFailure', { taskToken: tokens[0], error: 'Declined' })
  await skip(5)
  expect(tokens).toHaveLength(2)
  await expect(call('SendTaskSuccess', { taskToken: tokens[0], output: '0' })).rejects.toMatchObject(closed)
  await call('SendTaskSuccess', { taskToken: tokens[1], output: '1' })
  expect(await describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '1' })
})

test('a run that was stopped takes no answer, and after a redrive only one with the new token', async () => {
  const { tokens, invoke } = keeping()
  const { start, states, call, describe } = await open({ definition: waiting(), invoke })
  const run = await start()
  await states.settled()
  await call('StopExecution', { executionArn: run })
  await expect(call('SendTaskSuccess', { taskToken: tokens[0], output: '0' })).rejects.toMatchObject(closed)
  await call('RedriveExecution', { executionArn: run })
  await states.settled()
  await expect(call('SendTaskSuccess', { taskToken: tokens[0], output: '0' })).rejects.toMatchObject(closed)
  await call('SendTaskSuccess', { taskToken: tokens[1], output: '1' })
  expect(await describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '1' })
})

describe('time', () => {
  test('TimeoutSeconds counts from the start of the task, and afterwards no answer is taken', async () => {
    const { tokens, invoke } = keeping()
    const states = await open({ definition: waiting({ TimeoutSeconds: 60 }), invoke })
    const run = await begin(states)
    await states.skip(59)
    expect(await states.describe(run)).toMatchObject({ status: 'RUNNING' })
    await states.skip(1)
    expect(await states.describe(run)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
    await expect(states.call('SendTaskFailure', { taskToken: tokens[0] })).rejects.toMatchObject(closed)
    expect(await detailsOf(states, run, 5)).toMatchObject([
      {
        ...{ type: 'TaskTimedOut', previousEventId: 5 },
        taskTimedOutEventDetails: {
          ...{ error: 'States.Timeout', resourceType: 'lambda', resource: 'invoke.waitForTaskToken' },
        },
      },
      { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'States.Timeout' } },
    ])
  })

  test('a task that is silent for HeartbeatSeconds times out, and each heartbeat gives it this time again', async () => {
    const { tokens, invoke } = keeping()
    const { start, call, describe, skip, types } = await open({ definition: waiting({ HeartbeatSeconds: 20 }), invoke })
    const run = await start()
    await skip(0)
    for (let beats = 0; beats < 5; beats++) {
      await skip(19)
      expect(await call('SendTaskHeartbeat', { taskToken: tokens[0] })).toEqual({})
    }
    await skip(19)
    expect(await describe(run)).toMatchObject({ status: 'RUNNING' })
    await skip(1)
    expect(await describe(run)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
    expect((await types(run)).slice(4)).toEqual(['TaskSubmitted', 'TaskTimedOut', 'ExecutionFailed'])
  })

  test('heartbeats do not lengthen TimeoutSeconds', async () => {
    const { tokens, invoke } = keeping()
    const definition = waiting({ TimeoutSecondsPath: '$.limit', HeartbeatSecondsPath: '$.beat' })
    const { start, call, describe, skip } = await open({ definition, invoke })
    const run = await start('one', { limit: 30, beat: 20 })
    await skip(0)
    await skip(19)
    await call('SendTaskHeartbeat', { taskToken: tokens[0] })
    await skip(11)
    expect(await describe(run)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
  })

  test.each([
    ['States.HeartbeatTimeout', 20, 'SUCCEEDED'],
    ['States.Timeout', 20, 'SUCCEEDED'],
    ['States.ALL', 20, 'SUCCEEDED'],
    ['States.TaskFailed', 20, 'FAILED'],
  ])('%s and a missing heartbeat', async (name, seconds, status) => {
    const { invoke } = keeping()
    const { start, skip, describe } = await open({ definition: catching([name]), invoke })
    const run = await start()
    await skip(0)
    await skip(seconds)
    const { output, ...described } = await describe(run)
    expect(described.status).toBe(status)
    if (status === 'SUCCEEDED') expect(output).toBe('{"Error":"States.Timeout","Cause":""}')
  })

  test('States.HeartbeatTimeout does not cover a timeout of the task', async () => {
    const { tokens, invoke } = keeping()
    const { start, skip, describe, call } = await open({ definition: catching(['States.HeartbeatTimeout']), invoke })
    const run = await start()
    await skip(0)
    for (let beats = 0; beats < 3; beats++) {
      await skip(19)
      await call('SendTaskHeartbeat', { taskToken: tokens[0] })
    }
    await skip(3)
    expect(await describe(run)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
  })

  test('a function that is a plain task can send no heartbeats, and times out after HeartbeatSeconds', () => {
    const definition = taskMachine({ HeartbeatSeconds: 20, TimeoutSeconds: 60 })
    const { run, types } = simulate(definition, { answer: () => undefined })
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.Timeout', stopMs: startOfTime + 20_000 })
    expect(types.slice(-2)).toEqual(['LambdaFunctionTimedOut', 'ExecutionFailed'])
  })
})

test('a state in JSONata has the token in $states.context, and what the client sends in $states.result', async () => {
  const { tokens, invoke } = keeping()
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: lambdaInvokeWithToken,
        Arguments: { FunctionName: 'work', Payload: { token: '{% $states.context.Task.Token %}' } },
        HeartbeatSeconds: '{% $states.input.beat %}',
        Output: '{% $states.result.confirmed %}',
        Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Output: '{% $states.errorOutput %}', Next: 'Silent' }],
        End: true,
      },
      Silent: { Type: 'Succeed' },
    },
  }
  const states = await open({ definition, invoke })
  const run = await begin(states, { beat: 20 })
  await states.call('SendTaskSuccess', { taskToken: tokens[0], output: '{"confirmed":"yes"}' })
  expect((await states.describe(run)).output).toBe('"yes"')
  const silent = await states.start('silent', { beat: 20 })
  await states.skip(0)
  await states.skip(20)
  expect((await states.describe(silent)).output).toBe('{"Error":"States.Timeout","Cause":""}')
})

describe('branches', () => {
  const ask = (name: string, fields: object = {}) => ({
    StartAt: name,
    States: {
      [name]: { Type: 'Task', Resource: lambdaInvokeWithToken, Parameters: parameters, ...fields, End: true },
    },
  })
  const both = (fields: object = {}) => ({
    StartAt: 'Both',
    States: {
      Both: { Type: 'Parallel', Branches: [ask('First', fields), ask('Second', fields)], ...caught, End: true },
      Caught: { Type: 'Succeed' },
    },
  })
  const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }

  test('each has a token of its own, and the answers may come in any order', async () => {
    const { tokens, invoke } = keeping()
    const states = await open({ definition: both(), invoke })
    const run = await begin(states)
    expect(new Set(tokens).size).toBe(2)
    await states.call('SendTaskSuccess', { taskToken: tokens[1], output: '"second"' })
    expect(await states.describe(run)).toMatchObject({ status: 'RUNNING' })
    await expect(states.call('SendTaskHeartbeat', { taskToken: tokens[1] })).rejects.toMatchObject(closed)
    await states.call('SendTaskSuccess', { taskToken: tokens[0], output: '"first"' })
    expect((await states.describe(run)).output).toBe('["first","second"]')
  })

  test('a heartbeat is that of its branch', async () => {
    const { tokens, invoke } = keeping()
    const states = await open({ definition: both({ HeartbeatSeconds: 20 }), invoke })
    const run = await begin(states)
    await states.skip(19)
    await states.call('SendTaskHeartbeat', { taskToken: tokens[0] })
    await states.skip(1)
    expect((await states.describe(run)).output).toBe('{"Error":"States.Timeout","Cause":""}')
    await expect(states.call('SendTaskHeartbeat', { taskToken: tokens[0] })).rejects.toMatchObject(closed)
  })

  test('a failure of one closes the token of the other', async () => {
    const { tokens, invoke } = keeping()
    const states = await open({ definition: both(), invoke })
    const run = await begin(states)
    await states.call('SendTaskFailure', { taskToken: tokens[0] })
    expect((await states.describe(run)).output).toBe('{"Error":null,"Cause":null}')
    await expect(states.call('SendTaskSuccess', { taskToken: tokens[1], output: '1' })).rejects.toMatchObject(closed)
  })

  test('the iterations of a Map wait with a token each, also after the end of the process', async () => {
    const folder = await newFolder()
    const { tokens, invoke } = keeping()
    const definition = { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: ask('Ask'), End: true } } }
    const first = await open({ definition, invoke, folder })
    const run = await first.start('one', [1, 2, 3])
    await first.states.settled()
    await first.close()
    const second = await open({ definition, invoke, folder })
    await second.states.settled()
    expect(tokens).toHaveLength(3)
    for (const [index, taskToken] of [...tokens.entries()].reverse()) {
      await second.call('SendTaskSuccess', { taskToken, output: `${index}` })
    }
    expect(await second.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '[0,1,2]' })
  })
})

describe('after the end of the process', () => {
  test('the task waits on, its function is not invoked again, and its token is valid', async () => {
    const folder = await newFolder()
    const { tokens, invoke } = keeping()
    const definition = waiting({ HeartbeatSeconds: 20 })
    const first = await open({ definition, invoke, folder })
    const run = await first.start()
    await first.states.settled()
    await first.close()
    const second = await open({ definition, invoke, folder })
    await second.states.settled()
    await second.call('SendTaskHeartbeat', { taskToken: tokens[0] })
    await second.call('SendTaskSuccess', { taskToken: tokens[0], output: '"late"' })
    expect(await second.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '"late"' })
    expect(tokens).toHaveLength(1)
  })

  test('a function that was cut short is invoked again with the same token', async () => {
    const folder = await newFolder()
    const cutShort = keeping(() => new Promise(() => {}))
    const definition = waiting()
    const first = await open({ definition, invoke: cutShort.invoke, folder })
    const run = await first.start()
    while (cutShort.tokens.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await first.close()
    const again = keeping()
    const second = await open({ definition, invoke: again.invoke, folder })
    await second.states.settled()
    expect(again.tokens).toEqual(cutShort.tokens)
    await second.call('SendTaskSuccess', { taskToken: again.tokens[0], output: '1' })
    expect((await second.types(run)).slice(2)).toEqual([
      ...['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
    ])
  })
})

test('a plain task has no token', async () => {
  const definition = taskMachine({ Parameters: { 'token.$': '$$.Task.Token' } })
  const { start, states, describe } = await open({ definition })
  const run = await start()
  await states.settled()
  expect(await describe(run)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
})
