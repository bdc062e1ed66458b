import { cpSync } from 'node:fs'
import fc from 'fast-check'
import type { Invoke } from '../../../core/service.ts'
import {
  answers,
  day,
  machineArn,
  newFolder,
  openStates,
  removeFolders,
  statesOfEachTest,
  throws,
} from '../test/open-states.ts'

const open = statesOfEachTest()
afterAll(removeFolders)

const resource = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`
const task = (name: string, more: object = {}) => ({
  StartAt: name,
  States: { [name]: { Type: 'Task', Resource: resource(name), End: true, ...more } },
})
const parallel = (Branches: object[], more: object = {}) => ({
  StartAt: 'Both',
  States: { Both: { Type: 'Parallel', Branches, End: true, ...more } },
})
const map = (ItemProcessor: object, more: object = {}) => ({
  StartAt: 'Each',
  States: { Each: { Type: 'Map', ItemProcessor, End: true, ...more } },
})

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (await condition()) return
    await new Promise(setImmediate)
  }
  throw new Error('It has not happened.')
}

/** Functions whose answers the test gives. */
function pending() {
  const calls = new Map<string, (answer: Invoke) => void>()
  const invoke: Invoke = (arn, payload, role) => {
    const name = `${arn.split(':').at(-1)} ${payload}`
    return new Promise((resolve, reject) =>
      calls.set(name, (answer) => answer(arn, payload, role).then(resolve, reject)),
    )
  }
  const called = async (count: number) => {
    await until(() => calls.size >= count)
    return [...calls.keys()].sort()
  }
  return { calls, called, invoke }
}

const historyOf = async ({ call }: Awaited<ReturnType<typeof openStates>>, executionArn: string) =>
  (await call('GetExecutionHistory', { executionArn, maxResults: 1000 })).events as {
    id: number
    type: string
    previousEventId: number
  }[]

test('the tasks of several branches are in flight at the same time, and end in any order', async () => {
  const lambda = pending()
  const cloud = await open({ definition: parallel([task('A'), task('B'), task('C')]), invoke: lambda.invoke })
  const run = await cloud.start(undefined, 1)
  expect(await lambda.called(3)).toEqual(['A 1', 'B 1', 'C 1'])
  // What the console shows of runs.
  const { executions } = await cloud.call('ListExecutions', { stateMachineArn: machineArn })
  expect(executions).toMatchObject([{ executionArn: run, status: 'RUNNING' }])
  for (const name of ['C', 'A', 'B']) lambda.calls.get(`${name} 1`)?.(answers(name))
  await cloud.states.settled()
  expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '["A","B","C"]' })
})

test('the bound on invocations is for all branches of all runs together', async () => {
  let now = 0
  let most = 0
  const invoke: Invoke = async (arn, payload) => {
    most = Math.max(most, ++now)
    await new Promise(setImmediate)
    now -= 1
    return answers(null)(arn, payload)
  }
  const cloud = await open({ definition: map(task('Work')), invoke })
  const items = Array.from({ length: 60 }, (_, index) => index)
  const runs = await Promise.all([1, 2, 3].map(() => cloud.start(undefined, items)))
  await cloud.states.settled()
  for (const run of runs) expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED' })
  expect(most).toBe(50)
})

test('a function is not invoked if the history has no space for the start of its task', async () => {
  const calls: string[] = []
  const invoke: Invoke = async (arn, payload) => {
    calls.push(arn)
    return answers(null)(arn, payload)
  }
  const item = { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } }
  const { States } = map(item, { End: undefined, Next: 'Work', ResultPath: null, OutputPath: null })
  const cloud = await open({ definition: { StartAt: 'Each', States: { ...States, ...task('Work').States } }, invoke })
  // Three events begin the run, four are those of each iteration, two leave the Map state, and three start the task.
  const run = await cloud.start(
    undefined,
    Array.from({ length: (25_000 - 3 - 2 - 3) / 4 }, () => 0),
  )
  await cloud.states.settled()
  expect(await cloud.describe(run)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
  const { events } = await cloud.call('GetExecutionHistory', { executionArn: run, reverseOrder: true, maxResults: 2 })
  expect(events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }, { type: 'LambdaFunctionScheduled' }])
  expect(calls).toEqual([])
})

test('the answer to a task of a branch that was aborted is ignored', async () => {
  const lambda = pending()
  const caught = { Catch: [{ ErrorEquals: ['Sorry'], Next: 'After' }] }
  const { States } = parallel([task('Slow'), task('Failing')], caught)
  const definition = { StartAt: 'Both', States: { ...States, After: { Type: 'Wait', Seconds: day, End: true } } }
  const cloud = await open({ definition, invoke: lambda.invoke })
  const run = await cloud.start(undefined, 1)
  await lambda.called(2)
  lambda.calls.get('Failing 1')?.(throws('Sorry'))
  await until(async () => (await cloud.types(run)).at(-1) === 'WaitStateEntered')
  const before = await cloud.types(run)
  // The failed task first, and then that of the branch that was cut.
  const aborted = ['TaskStateAborted', 'TaskStateAborted', 'ParallelStateFailed', 'ParallelStateExited']
  expect(before.slice(-5)).toEqual([...aborted, 'WaitStateEntered'])
  lambda.calls.get('Slow 1')?.(answers('late'))
  await cloud.states.settled()
  expect(await cloud.types(run)).toEqual(before)
})

test('each wait of a branch is over at its own time, at the latest when the clock has passed it', async () => {
  const wait = (name: string, Seconds: number) => ({
    StartAt: name,
    States: { [name]: { Type: 'Wait', Seconds, End: true } },
  })
  const cloud = await open({ definition: parallel([wait('Week', 7 * day), wait('Day', day), wait('Hour', 3600)]) })
  const run = await cloud.start()
  const exited = async () => (await cloud.types(run)).filter((type) => type === 'WaitStateExited').length
  await cloud.skip(3599)
  expect(await exited()).toBe(0)
  await cloud.skip(1)
  expect(await exited()).toBe(1)
  await cloud.skip(30 * day)
  expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED' })
})

test('StopExecution and the timeout of the run end all branches, whose states record nothing', async () => {
  const lambda = pending()
  const definition = { ...parallel([task('A'), task('B')]), TimeoutSeconds: 60 }
  const cloud = await open({ definition, invoke: lambda.invoke })
  const stopped = await cloud.start(undefined, 'stopped')
  const late = await cloud.start(undefined, 'late')
  await lambda.called(4)
  await cloud.call('StopExecution', { executionArn: stopped })
  await cloud.clock.moveTo(60_000)
  await until(async () => (await cloud.describe(late)).status !== 'RUNNING')
  const started = ['ExecutionStarted', 'ParallelStateEntered', 'ParallelStateStarted']
  const tasks = ['TaskStateEntered', 'LambdaFunctionScheduled', 'TaskStateEntered', 'LambdaFunctionScheduled']
  const inFlight = [...started, ...tasks, 'LambdaFunctionStarted', 'LambdaFunctionStarted']
  for (const [run, end] of [
    [stopped, 'ExecutionAborted'],
    [late, 'ExecutionTimedOut'],
  ] as const) {
    const history = await historyOf(cloud, run)
    expect(history.map(({ type }) => type)).toEqual([...inFlight, end])
    expect(history.at(-1)).toMatchObject({ previousEventId: 0 })
  }
  for (const answer of lambda.calls.values()) answer(answers(null))
  await cloud.states.settled()
  expect(await cloud.types(stopped)).toHaveLength(inFlight.length + 1)
})

describe('a redrive', () => {
  test('keeps the outputs of the branches that succeeded, and continues the others in their states', async () => {
    let isBroken = true
    const calls: string[] = []
    const invoke: Invoke = async (arn, payload) => {
      calls.push(arn.split(':').at(-1) ?? '')
      return (isBroken && arn.endsWith(':Failing') ? throws('Sorry') : answers(arn.split(':').at(-1)))(arn, payload)
    }
    const waiting = {
      StartAt: 'Long',
      States: { Long: { Type: 'Wait', Seconds: day, Next: 'Last' }, ...task('Last').States },
    }
    const cloud = await open({ definition: parallel([task('Good'), waiting, task('Failing')]), invoke })
    const run = await cloud.start()
    await cloud.states.settled()
    expect(await cloud.describe(run)).toMatchObject({ status: 'FAILED', error: 'Sorry', redriveStatus: 'REDRIVABLE' })
    const before = await historyOf(cloud, run)
    isBroken = false
    await cloud.call('RedriveExecution', { executionArn: run })
    await cloud.states.settled()
    expect(await cloud.describe(run)).toMatchObject({ status: 'RUNNING', redriveCount: 1 })
    await cloud.skip(day)
    expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '["Good","Last","Failing"]' })
    expect(calls).toEqual(['Good', 'Failing', 'Failing', 'Last'])
    const after = (await historyOf(cloud, run)).slice(before.length)
    const entered = before.filter(({ type }) => type === 'TaskStateEntered').at(-1)?.id
    expect(after.slice(0, 2)).toEqual([
      expect.objectContaining({ type: 'ExecutionRedriven' }),
      expect.objectContaining({ type: 'LambdaFunctionScheduled', previousEventId: entered }),
    ])
    expect(after.map(({ type }) => type)).not.toContain('ParallelStateStarted')
  })

  test('of a Map state runs only the iterations that failed, were aborted or had not started', async () => {
    let isBroken = true
    const calls: string[] = []
    const invoke: Invoke = async (arn, payload) => {
      calls.push(payload)
      return (isBroken && payload === '2' ? throws('Sorry') : answers(Number(payload) * 10))(arn, payload)
    }
    const cloud = await open({ definition: map(task('Work'), { MaxConcurrency: 1 }), invoke })
    const run = await cloud.start(undefined, [0, 1, 2, 3])
    await cloud.states.settled()
    expect(await cloud.describe(run)).toMatchObject({ status: 'FAILED' })
    isBroken = false
    await cloud.call('RedriveExecution', { executionArn: run })
    await cloud.states.settled()
    expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '[0,10,20,30]' })
    expect(calls).toEqual(['0', '1', '2', '2', '3'])
  })

  test('after the outputs were too large together, runs all branches again', async () => {
    let size = 140_000
    const invoke: Invoke = (arn, payload) => answers('x'.repeat(size))(arn, payload)
    const cloud = await open({ definition: parallel([task('A'), task('B')]), invoke })
    const run = await cloud.start()
    await cloud.states.settled()
    expect(await cloud.describe(run)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' })
    size = 1
    await cloud.call('RedriveExecution', { executionArn: run })
    await cloud.states.settled()
    expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '["x","x"]' })
  })
})

test('whenever the process is killed amid branches, each run ends once, as it would have without a kill', async () => {
  const branch = {
    StartAt: 'Pause',
    States: {
      Pause: { Type: 'Wait', Seconds: day, Next: 'Retried' },
      Retried: {
        Type: 'Task',
        Resource: resource('work'),
        Parameters: { 'retries.$': '$$.State.RetryCount', 'item.$': '$' },
        Retry: [{ ErrorEquals: ['Sorry'] }],
        End: true,
      },
    },
  }
  const definition = parallel([map(branch, { MaxConcurrency: 2 }), task('Other')])
  // Whether an attempt fails is written in the history alone, so that a killed process cannot take it along.
  const invoke: Invoke = (arn, payload) => {
    const { retries, item } = JSON.parse(payload)
    return (retries === 0 ? throws('Sorry') : answers(item ?? 'other'))(arn, payload)
  }
  const counted = (types: string[]) => {
    const counts: Record<string, number> = {}
    for (const type of types) counts[type] = (counts[type] ?? 0) + 1
    return counts
  }
  const expected = {
    ...{ ExecutionStarted: 1, ExecutionSucceeded: 1, WaitStateEntered: 3, WaitStateExited: 3 },
    ...{ ParallelStateEntered: 1, ParallelStateStarted: 1, ParallelStateSucceeded: 1, ParallelStateExited: 1 },
    ...{ MapStateEntered: 1, MapStateStarted: 1, MapStateSucceeded: 1, MapStateExited: 1 },
    ...{ MapIterationStarted: 3, MapIterationSucceeded: 3, TaskStateEntered: 4, TaskStateExited: 4 },
    ...{ LambdaFunctionScheduled: 7, LambdaFunctionStarted: 7, LambdaFunctionFailed: 3, LambdaFunctionSucceeded: 4 },
  }
  const names = Array.from({ length: 4 }, (_, index) => `run-${index}`)
  await fc.assert(
    fc.asyncProperty(fc.nat(80), async (killAfterTurns) => {
      const first = await openStates({ definition, invoke })
      const runs = await Promise.all(names.map((name) => first.start(name, ['a', 'b', 'c'])))
      first.clock.moveTo(day * 1000)
      for (let turn = 0; turn < killAfterTurns; turn++) await new Promise(setImmediate)
      // What a killed process leaves behind is what its files hold at that moment.
      const remains = await newFolder()
      cpSync(first.folder, remains, { recursive: true })
      await first.close()
      const second = await openStates({ definition, invoke, folder: remains, offsetMs: 2 * day * 1000 })
      await second.states.settled()
      // A wait and a backoff for each of the rounds that two iterations at the same time need.
      for (let round = 0; round < 4; round++) {
        await second.skip(day)
        await second.skip(60)
      }
      for (const run of runs) {
        expect(await second.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '[["a","b","c"],"other"]' })
        const history = await historyOf(second, run)
        expect(counted(history.map(({ type }) => type))).toEqual(expected)
        expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1))
      }
      await second.close()
    }),
    { numRuns: 10 },
  )
})
