import { createHash } from 'node:crypto'
import { cpSync } from 'node:fs'
import fc from 'fast-check'
import type { Invoke } from '../../../core/service.ts'
import { openStore } from '../../../core/store.ts'
import { answers, machineArn, newFolder, openStates, removeFolders, throws } from '../test/open-states.ts'
import { taskMachine } from '../test/simulate.ts'

afterAll(removeFolders)

const day = 86_400
const never: Invoke = () => new Promise(() => {})
const retrying = taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], IntervalSeconds: 100 }], TimeoutSeconds: 30 })

test('a wait continues after a restart, and fires at once if it fell due meanwhile', async () => {
  const definition = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: day, End: true } } }
  const before = await openStates({ definition })
  const run = await before.start()
  await before.close()
  const between = await openStates({ definition, folder: before.folder, offsetMs: (day - 60) * 1000 })
  await between.states.settled()
  expect(await between.describe(run)).toMatchObject({ status: 'RUNNING' })
  await between.close()
  const after = await openStates({ definition, folder: before.folder, offsetMs: day * 1000 })
  await after.states.settled()
  expect(await after.describe(run)).toMatchObject({ status: 'SUCCEEDED' })
  await after.close()
})

test('a task in flight is invoked again, as the same attempt, with its whole timeout', async () => {
  const definition = { ...retrying, TimeoutSeconds: 60 }
  const before = await openStates({ definition, invoke: never })
  const run = await before.start()
  while ((await before.types(run)).at(-1) !== 'LambdaFunctionStarted') await new Promise(setImmediate)
  await before.close()
  const after = await openStates({ definition, invoke: answers('done'), folder: before.folder, offsetMs: day * 1000 })
  await after.states.settled()
  expect(await after.describe(run)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await after.types(run)).toEqual([
    ...['ExecutionStarted', 'TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted'],
    ...['LambdaFunctionSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
  ])
  await after.close()
})

test('a backoff continues after a restart', async () => {
  const before = await openStates({ definition: retrying, invoke: throws('Sorry') })
  const run = await before.start()
  await before.states.settled()
  await before.close()
  const after = await openStates({ definition: retrying, invoke: answers('done'), folder: before.folder })
  await after.states.settled()
  expect(await after.describe(run)).toMatchObject({ status: 'RUNNING' })
  await after.skip(100)
  expect(await after.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' })
  await after.close()
})

test('a run that has ended does not change', async () => {
  const before = await openStates({ definition: taskMachine(), invoke: answers('once') })
  const run = await before.start('one')
  await before.states.settled()
  const ended = await before.describe(run)
  await before.close()
  const after = await openStates({ definition: taskMachine(), invoke: answers('twice'), folder: before.folder })
  await after.states.settled()
  expect(await after.describe(run)).toEqual(ended)
  await expect(after.start('one')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' })
  await after.close()
})

test('runs that were written before there were branches continue', async () => {
  const definition = taskMachine({ Retry: [{ ErrorEquals: ['Sorry'] }], TimeoutSeconds: 30 })
  const text = JSON.stringify(definition)
  const definitionHash = createHash('sha256').update(text).digest('hex')
  const folder = await newFolder()
  const store = await openStore(folder)
  const states = store.sublevel<string, unknown>('states', { valueEncoding: 'json' })
  const startMs = Date.now() - 1000
  const written = (name: string, phase: object, previousEventId: number, retries: number[]) => {
    const executionArn = `${machineArn.replace('stateMachine', 'execution')}:${name}`
    const roleArn = 'arn:aws:iam::123456789012:role/reminder'
    const frame = { state: 'Work', input: '{}', enteredEventId: 2, enteredMs: startMs, previousEventId, retries, phase }
    const place = { executionArn, name, stateMachineArn: machineArn, roleArn, definitionHash }
    const run = { ...place, status: 'RUNNING', startMs, input: '{}', lastEventId: previousEventId }
    return { executionArn, run: { ...run, deadlineMs: startMs + 86_400_000, frame } }
  }
  const invoked = written('invoked', { kind: 'started', sinceMs: startMs, timeoutMs: startMs + 30_000 }, 4, [])
  const failed = written('failed', { kind: 'backingOff', untilMs: startMs + 500 }, 5, [1])
  await states.batch([
    { type: 'put', key: `definition/${definitionHash}`, value: text },
    { type: 'put', key: `run/${invoked.executionArn}`, value: invoked.run },
    { type: 'put', key: `task/${invoked.executionArn}`, value: 0 },
    { type: 'put', key: `run/${failed.executionArn}`, value: failed.run },
    { type: 'put', key: `due/${String(startMs + 500).padStart(15, '0')}/${failed.executionArn}`, value: 0 },
  ])
  await store.close()
  const cloud = await openStates({ definition, invoke: answers('done'), folder })
  await cloud.states.settled()
  for (const { executionArn } of [invoked, failed]) {
    expect(await cloud.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' })
  }
  expect(await cloud.types(invoked.executionArn)).toEqual([
    ...['LambdaFunctionSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
  ])
  await cloud.close()
})

test('whenever the process is killed, every run ends once, and its history is the same as without a kill', async () => {
  const work = taskMachine(
    { Parameters: { 'retries.$': '$$.State.RetryCount' }, Retry: [{ ErrorEquals: ['Sorry'] }], Next: 'Choose' },
    {
      Wait: { Type: 'Wait', Seconds: day, Next: 'Work' },
      Choose: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    },
  )
  const definition = { ...work, StartAt: 'Wait' }
  // Whether an attempt fails is written in the history alone, so that a killed process cannot take it along.
  const failsFirst: Invoke = (arn, payload) => {
    const { retries } = JSON.parse(payload)
    return (retries === 0 ? throws('Sorry') : answers(null))(arn, payload)
  }
  const names = Array.from({ length: 8 }, (_, index) => `run-${index}`)
  const expected = [
    ...['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'TaskStateEntered'],
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed'],
    ...['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded', 'TaskStateExited'],
    ...['ChoiceStateEntered', 'ChoiceStateExited', 'SucceedStateEntered', 'SucceedStateExited', 'ExecutionSucceeded'],
  ]
  await fc.assert(
    fc.asyncProperty(fc.nat(60), async (killAfterTurns) => {
      const first = await openStates({ definition, invoke: failsFirst })
      const runs = await Promise.all(names.map((name) => first.start(name)))
      first.clock.moveTo(day * 1000)
      for (let turn = 0; turn < killAfterTurns; turn++) await new Promise(setImmediate)
      // What a killed process leaves behind is what its files hold at that moment.
      const remains = await newFolder()
      cpSync(first.folder, remains, { recursive: true })
      await first.close()
      const second = await openStates({ definition, invoke: failsFirst, folder: remains, offsetMs: 2 * day * 1000 })
      await second.skip(day)
      // The backoff of those that were woken just now.
      await second.skip(60)
      for (const run of runs) {
        expect(await second.types(run)).toEqual(expected)
        expect(await second.describe(run)).toMatchObject({ status: 'SUCCEEDED' })
      }
      await second.close()
    }),
    { numRuns: 15 },
  )
})

test('whenever the process is killed, an answer with a token that was taken counts, and no other token is closed', async () => {
  const definition = taskMachine({
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'ask', Payload: { 'run.$': '$$.Execution.Id', 'token.$': '$$.Task.Token' } },
  })
  const names = Array.from({ length: 8 }, (_, index) => `run-${index}`)
  const expected = ['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded']
  await fc.assert(
    fc.asyncProperty(fc.nat(40), async (killAfterTurns) => {
      const tokens = new Map<string, string>()
      const ask: Invoke = async (arn, payload, roleArn) => {
        const { run, token } = JSON.parse(payload) as { run: string; token: string }
        tokens.set(run, token)
        // So that some are killed while the function runs.
        for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
        return answers('asked')(arn, payload, roleArn)
      }
      const first = await openStates({ definition, invoke: ask })
      const runs = await Promise.all(names.map((name) => first.start(name)))
      const taken = new Set<string>()
      const sending: Promise<unknown>[] = []
      for (let turn = 0; turn < killAfterTurns; turn++) {
        await new Promise(setImmediate)
        const run = runs[turn % runs.length] ?? ''
        const taskToken = tokens.get(run)
        if (taskToken === undefined || turn < 8) continue
        const output = JSON.stringify(run)
        const sent = first.call('SendTaskSuccess', { taskToken, output }).then(
          () => taken.add(run),
          () => undefined,
        )
        sending.push(sent)
      }
      const takenBefore = [...taken]
      const remains = await newFolder()
      cpSync(first.folder, remains, { recursive: true })
      await Promise.all(sending)
      await first.close()
      const second = await openStates({ definition, invoke: ask, folder: remains })
      await second.states.settled()
      for (const run of takenBefore) {
        expect(await second.describe(run)).toMatchObject({ status: 'SUCCEEDED', output: JSON.stringify(run) })
      }
      for (const run of runs) {
        const { status } = await second.describe(run)
        const taskToken = tokens.get(run)
        if (status === 'RUNNING') await second.call('SendTaskSuccess', { taskToken, output: JSON.stringify(run) })
        const types = (await second.types(run)).filter((type) => type !== 'TaskSubmitted')
        expect(types).toEqual([...expected, 'TaskStateExited', 'ExecutionSucceeded'])
      }
      await second.close()
    }),
    { numRuns: 15 },
  )
})
