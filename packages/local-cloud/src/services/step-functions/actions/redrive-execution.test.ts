import { cpSync } from 'node:fs'
import fc from 'fast-check'
import type { Invoke } from '../../../core/service.ts'
import type { Run } from '../interpreter/run.ts'
import {
  answers,
  day,
  machineArn,
  newFolder,
  type OpenedStates,
  openStates,
  statesOfEachTest,
  throws,
  waiting,
} from '../test/open-states.ts'
import { simulate, startOfTime, taskMachine } from '../test/simulate.ts'
import { redriveStatus } from './describe-executions.ts'

const open = statesOfEachTest()

const redrive = (cloud: OpenedStates, executionArn: string, clientToken?: string) =>
  cloud.call('RedriveExecution', { executionArn, clientToken })
const list = async (cloud: OpenedStates, filter: object): Promise<string[]> =>
  (await cloud.call('ListExecutions', { stateMachineArn: machineArn, ...filter })).executions.map(
    ({ name }: { name: string }) => name,
  )

/** A function that fails until it is mended, and keeps what it was called with. */
function mendable() {
  const calls: string[] = []
  const functions = { broken: true, calls }
  const invoke: Invoke = (arn, payload) => {
    calls.push(payload)
    return (functions.broken ? throws('MailRefused') : answers('sent'))(arn, payload)
  }
  return Object.assign(functions, { invoke })
}

test('a failed run continues in the state that failed, and so does its history', async () => {
  const lambda = mendable()
  const definition = {
    ...taskMachine(
      { ResultPath: '$.sent', Next: 'Done' },
      { First: { Type: 'Pass', Result: 1, ResultPath: '$.first', Next: 'Work' }, Done: { Type: 'Succeed' } },
    ),
    StartAt: 'First',
  }
  const cloud = await open({ definition, invoke: lambda.invoke })
  const run = await cloud.start('one', { customerId: 'c' })
  await cloud.states.settled()
  const failed = await cloud.describe(run)
  expect(failed).toMatchObject({ status: 'FAILED', redriveCount: 0, redriveStatus: 'REDRIVABLE' })

  lambda.broken = false
  await cloud.skip(13 * day)
  const { redriveDate } = await redrive(cloud, run)
  await cloud.states.settled()
  expect(await cloud.describe(run)).toEqual({
    executionArn: run,
    stateMachineArn: machineArn,
    name: 'one',
    status: 'SUCCEEDED',
    startDate: failed.startDate,
    stopDate: expect.any(Number),
    input: '{"customerId":"c"}',
    inputDetails: { included: true },
    output: '{"customerId":"c","first":1,"sent":"sent"}',
    outputDetails: { included: true },
    redriveCount: 1,
    redriveDate,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  })
  expect(lambda.calls).toEqual(Array(2).fill('{"customerId":"c","first":1}'))
  const redriveMs = Math.round(redriveDate * 1000)
  expect(cloud.changes.map(({ run, open }) => [run.status, run.redriveCount, run.redriveMs, open])).toEqual([
    ['RUNNING', undefined, undefined, 1],
    ['FAILED', undefined, undefined, 0],
    ['RUNNING', 1, redriveMs, 1],
    ['SUCCEEDED', 1, redriveMs, 0],
  ])
  const { events } = await cloud.call('GetExecutionHistory', { executionArn: run })
  expect(events.map(({ id }: { id: number }) => id)).toEqual(events.map((_: unknown, index: number) => index + 1))
  expect(events.slice(6).map((event: Record<string, unknown>) => [event.type, event.previousEventId])).toEqual([
    ['LambdaFunctionFailed', 6],
    ['ExecutionFailed', 7],
    ['ExecutionRedriven', 8],
    // The state is not entered again: the attempt follows from its entry.
    ['LambdaFunctionScheduled', 4],
    ['LambdaFunctionStarted', 10],
    ['LambdaFunctionSucceeded', 11],
    ['TaskStateExited', 12],
    ['SucceedStateEntered', 13],
    ['SucceedStateExited', 14],
    ['ExecutionSucceeded', 15],
  ])
  expect(events[8]).toMatchObject({ timestamp: redriveDate, executionRedrivenEventDetails: { redriveCount: 1 } })
})

test('while it runs again its status is RUNNING, and can be stopped and redriven again', async () => {
  const cloud = await open({ definition: waiting })
  const run = await cloud.start('one')
  await cloud.start('two')
  await cloud.call('StopExecution', { executionArn: run, error: 'Stopped', cause: 'by mistake' })
  const { redriveDate } = await redrive(cloud, run)
  const running = await cloud.describe(run)
  expect(running).toMatchObject({
    status: 'RUNNING',
    redriveCount: 1,
    redriveDate,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
  })
  for (const member of ['stopDate', 'error', 'cause']) expect(running).not.toHaveProperty(member)
  expect(await list(cloud, { statusFilter: 'ABORTED' })).toEqual([])
  const { executions } = await cloud.call('ListExecutions', { stateMachineArn: machineArn, statusFilter: 'RUNNING' })
  expect(executions).toMatchObject([
    { name: 'two', status: 'RUNNING', redriveCount: 0 },
    { name: 'one', status: 'RUNNING', redriveCount: 1, redriveDate },
  ])
  expect(executions[1]).not.toHaveProperty('stopDate')

  await cloud.call('StopExecution', { executionArn: run })
  await redrive(cloud, run)
  expect(await cloud.describe(run)).toMatchObject({ status: 'RUNNING', redriveCount: 2 })
})

test('a redriven run is in the list of its new status, page by page, and no list is filtered by redrives', async () => {
  const cloud = await open({ definition: waiting })
  for (let index = 0; index < 9; index++) {
    const run = await cloud.start(`run-${index}`)
    await cloud.call('StopExecution', { executionArn: run })
    if (index % 3 === 0) await redrive(cloud, run)
    await cloud.skip(1)
  }
  const request = { stateMachineArn: machineArn, statusFilter: 'RUNNING', maxResults: 2 }
  const first = await cloud.call('ListExecutions', request)
  const second = await cloud.call('ListExecutions', { ...request, nextToken: first.nextToken })
  expect([first, second].map(({ executions }) => executions.map(({ name }: { name: string }) => name))).toEqual([
    ['run-6', 'run-3'],
    ['run-0'],
  ])
  expect(second.nextToken).toBeUndefined()
  for (const filter of [{ redriveFilter: 'ALL' }, { statusFilter: 'NONE' }, { statusFilter: 'PENDING_REDRIVE' }]) {
    await expect(list(cloud, filter)).rejects.toMatchObject({ code: 'ValidationException' })
  }
  await expect(list(cloud, { redriveFilter: 'REDRIVEN' })).rejects.toMatchObject({
    code: 'ValidationException',
    message: 'RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN',
  })
  await expect(list(cloud, { nextToken: first.nextToken })).rejects.toMatchObject({ code: 'InvalidToken' })
})

test('a wait for a number of seconds starts again, and a wait until a time that has passed is over', async () => {
  const cloud = await open({ definition: waiting })
  const run = await cloud.start()
  await cloud.skip(day / 2)
  await cloud.call('StopExecution', { executionArn: run })
  await redrive(cloud, run)
  await cloud.skip(day - 60)
  expect(await cloud.describe(run)).toMatchObject({ status: 'RUNNING' })
  await cloud.skip(60)
  expect(await cloud.types(run)).toEqual([
    ...['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted'],
    ...['ExecutionRedriven', 'WaitStateExited', 'ExecutionSucceeded'],
  ])
  await cloud.close()

  const Timestamp = new Date(Date.now() + day * 1000).toISOString()
  const until = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Timestamp, End: true } } }
  const later = await open({ definition: until })
  const stopped = await later.start()
  await later.call('StopExecution', { executionArn: stopped })
  await later.skip(2 * day)
  await redrive(later, stopped)
  expect(await later.describe(stopped)).toMatchObject({ status: 'SUCCEEDED' })
})

test('retries and timeouts start again', async () => {
  const lambda = mendable()
  const definition = {
    ...taskMachine({
      Parameters: { 'retries.$': '$$.State.RetryCount', 'redrives.$': '$$.Execution.RedriveCount' },
      Retry: [{ ErrorEquals: ['MailRefused'], IntervalSeconds: 100, MaxAttempts: 1 }],
    }),
    TimeoutSeconds: 3600,
  }
  const cloud = await open({ definition, invoke: lambda.invoke })
  const run = await cloud.start()
  await cloud.states.settled()
  await cloud.skip(100)
  expect(await cloud.describe(run)).toMatchObject({ status: 'FAILED' })
  await cloud.skip(day)
  await redrive(cloud, run)
  await cloud.states.settled()
  lambda.broken = false
  await cloud.skip(100)
  expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED' })
  expect(lambda.calls.map((payload) => JSON.parse(payload))).toEqual([
    { retries: 0, redrives: 0 },
    { retries: 1, redrives: 0 },
    { retries: 0, redrives: 1 },
    { retries: 1, redrives: 1 },
  ])
})

test('a run that timed out has its whole timeout again', async () => {
  const cloud = await open({ definition: { ...waiting, TimeoutSeconds: 3600 } })
  const run = await cloud.start()
  await cloud.skip(day)
  expect(await cloud.describe(run)).toMatchObject({ status: 'TIMED_OUT' })
  await redrive(cloud, run)
  await cloud.skip(3599)
  expect(await cloud.describe(run)).toMatchObject({ status: 'RUNNING' })
  await cloud.skip(1)
  expect(await cloud.describe(run)).toMatchObject({ status: 'TIMED_OUT', redriveCount: 1 })
})

test('the context object has the redrive, after the first one', async () => {
  const lambda = mendable()
  const cloud = await open({
    definition: taskMachine({ Parameters: { 'execution.$': '$$.Execution' } }),
    invoke: lambda.invoke,
  })
  const run = await cloud.start()
  await cloud.states.settled()
  const { redriveDate } = await redrive(cloud, run)
  await cloud.states.settled()
  const [first, second] = lambda.calls.map((payload) => JSON.parse(payload).execution)
  expect(first).toMatchObject({ RedriveCount: 0 })
  expect(first).not.toHaveProperty('RedriveTime')
  expect(second).toEqual({ ...first, RedriveCount: 1, RedriveTime: new Date(redriveDate * 1000).toISOString() })
})

test('a Fail state fails again, and a Choice state chooses again', async () => {
  const failing = await open({ definition: { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No' } } } })
  const run = await failing.start()
  await redrive(failing, run)
  expect(await failing.describe(run)).toMatchObject({ status: 'FAILED', error: 'No', redriveCount: 1 })
  expect(await failing.types(run)).toEqual([
    ...['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed', 'ExecutionRedriven', 'ExecutionFailed'],
  ])
  const { events } = await failing.call('GetExecutionHistory', { executionArn: run })
  expect(events.map(({ previousEventId }: { previousEventId: number }) => previousEventId)).toEqual([0, 0, 2, 3, 4])
  await failing.close()
  const rule = { Variable: '$$.Execution.RedriveCount', NumericGreaterThan: 0, Next: 'Done' }
  const definition = {
    StartAt: 'Choose',
    States: { Choose: { Type: 'Choice', Choices: [rule] }, Done: { Type: 'Succeed' } },
  }
  const choosing = await open({ definition })
  const chosen = await choosing.start()
  expect(await choosing.describe(chosen)).toMatchObject({ status: 'FAILED' })
  await redrive(choosing, chosen)
  expect(await choosing.describe(chosen)).toMatchObject({ status: 'SUCCEEDED' })
})

test('the definition is the one that the run began with', async () => {
  const before = await open({ definition: taskMachine({ End: true }), invoke: throws('MailRefused') })
  const run = await before.start()
  await before.states.settled()
  await before.close()
  const after = await open({ definition: waiting, folder: before.folder, invoke: answers('sent') })
  await redrive(after, run)
  await after.states.settled()
  expect(await after.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '"sent"' })
})

test('a late answer to an attempt before the redrive is ignored', async () => {
  const late: ((payload: string) => void)[] = []
  const cloud = await open({
    definition: taskMachine(),
    invoke: (arn, payload) => new Promise((resolve) => late.push((text) => resolve(answers(text)(arn, payload)))),
  })
  const called = async (times: number) => {
    while (late.length < times) await new Promise(setImmediate)
  }
  const run = await cloud.start()
  await called(1)
  await cloud.call('StopExecution', { executionArn: run })
  await redrive(cloud, run)
  await called(2)
  late[0]?.('of the first')
  late[1]?.('of the second')
  await cloud.states.settled()
  expect(await cloud.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '"of the second"' })
})

describe('is refused', () => {
  test('for a run that is open, that succeeded, or that stopped 14 days ago', async () => {
    const cloud = await open({ definition: waiting })
    const run = await cloud.start('one')
    const message = (reason: string) => ({ code: 'ExecutionNotRedrivable', message: reason })
    await expect(redrive(cloud, run)).rejects.toMatchObject(message('Execution is RUNNING and cannot be redriven'))
    const stopped = await cloud.start('two')
    await cloud.call('StopExecution', { executionArn: stopped })
    await cloud.skip(14 * day)
    await expect(redrive(cloud, run)).rejects.toMatchObject(message('Execution is SUCCEEDED and cannot be redriven'))
    await expect(redrive(cloud, stopped)).rejects.toMatchObject(message('Execution redrivable period exceeded'))
    expect(await cloud.describe(stopped)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution redrivable period exceeded',
    })
  })

  test('if the history is full, or the run is a year old', () => {
    const run: Run = { ...simulate({ StartAt: 'No', States: { No: { Type: 'Fail' } } }).run, lastEventId: 24_998 }
    expect(redriveStatus(run, startOfTime)).toEqual({ redriveStatus: 'REDRIVABLE' })
    expect(redriveStatus({ ...run, lastEventId: 24_999 }, startOfTime).redriveStatusReason).toBe(
      'Execution history event limit exceeded',
    )
    const old = { ...run, startMs: startOfTime - 365 * day * 1000 }
    expect(redriveStatus(old, startOfTime).redriveStatusReason).toBe('Execution has exceeded the max execution time')
  })

  test("for a run that does not exist, an ARN that is not a run's, and an invalid client token", async () => {
    const cloud = await open({ definition: waiting })
    const none = `${machineArn.replace('stateMachine', 'execution')}:none`
    await expect(redrive(cloud, none)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' })
    await expect(redrive(cloud, machineArn)).rejects.toMatchObject({ code: 'InvalidArn' })
    for (const token of ['', 'with space', 'x'.repeat(65)]) {
      await expect(redrive(cloud, none, token)).rejects.toMatchObject({ code: 'ValidationException' })
    }
  })
})

describe('a client token', () => {
  test('makes two calls the same redrive, for 15 minutes, in every status of the run', async () => {
    const cloud = await open({ definition: waiting })
    const run = await cloud.start()
    await cloud.call('StopExecution', { executionArn: run })
    const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => redrive(cloud, run, 'token')))
    expect(others).toEqual(Array(9).fill(first))
    await cloud.call('StopExecution', { executionArn: run })
    await cloud.skip(14 * 60)
    expect(await redrive(cloud, run, 'token')).toEqual(first)
    expect(await cloud.describe(run)).toMatchObject({ status: 'ABORTED', redriveCount: 1 })
    await cloud.skip(60)
    expect(await redrive(cloud, run, 'token')).not.toEqual(first)
    expect(await cloud.describe(run)).toMatchObject({ status: 'RUNNING', redriveCount: 2 })
  })

  test('is kept as one of the last ten', async () => {
    const cloud = await open({ definition: { StartAt: 'No', States: { No: { Type: 'Fail' } } } })
    const run = await cloud.start()
    for (let index = 0; index <= 10; index++) await redrive(cloud, run, `token-${index}`)
    await redrive(cloud, run, 'token-1')
    expect(await cloud.describe(run)).toMatchObject({ redriveCount: 11 })
    await redrive(cloud, run, 'token-0')
    expect(await cloud.describe(run)).toMatchObject({ redriveCount: 12 })
  })
})

test('whenever the process is killed, each redriven run ends once, and its history has no gap', async () => {
  const definition = taskMachine({
    Parameters: { 'retries.$': '$$.State.RetryCount', 'redrives.$': '$$.Execution.RedriveCount' },
    Retry: [{ ErrorEquals: ['Sorry'], MaxAttempts: 1 }],
  })
  // Whether an attempt fails is written in the history alone, so that a killed process cannot take it along.
  const invoke: Invoke = (arn, payload) => {
    const { retries, redrives } = JSON.parse(payload)
    return (redrives === 0 ? throws('Refused') : retries === 0 ? throws('Sorry') : answers('sent'))(arn, payload)
  }
  const attempt = (end: string) => ['LambdaFunctionScheduled', 'LambdaFunctionStarted', `LambdaFunction${end}`]
  const before = ['ExecutionStarted', 'TaskStateEntered', ...attempt('Failed'), 'ExecutionFailed']
  const after = ['ExecutionRedriven', ...attempt('Failed'), ...attempt('Succeeded')]
  const whole = [...before, ...after, 'TaskStateExited', 'ExecutionSucceeded']
  const names = Array.from({ length: 8 }, (_, index) => `run-${index}`)
  await fc.assert(
    fc.asyncProperty(fc.nat(60), async (killAfterTurns) => {
      const first = await openStates({ definition, invoke })
      const runs = await Promise.all(names.map((name) => first.start(name)))
      await first.states.settled()
      const acknowledged = new Set<string>()
      const redrives = runs.map((run) => redrive(first, run).then(() => acknowledged.add(run)))
      for (let turn = 0; turn < killAfterTurns; turn++) await new Promise(setImmediate)
      // What a killed process leaves behind is what its files hold at that moment.
      const sure = [...acknowledged]
      const remains = await newFolder()
      cpSync(first.folder, remains, { recursive: true })
      await Promise.all(redrives)
      await first.close()
      const second = await openStates({ definition, invoke, folder: remains })
      await second.states.settled()
      await second.skip(60)
      for (const run of runs) {
        const { status } = await second.describe(run)
        if (sure.includes(run)) expect(status).toBe('SUCCEEDED')
        expect(await second.types(run)).toEqual(status === 'FAILED' ? before : whole)
      }
      await second.close()
    }),
    { numRuns: 15 },
  )
})
