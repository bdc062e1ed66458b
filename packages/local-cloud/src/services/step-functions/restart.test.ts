import { cpSync } from 'node:fs'
import fc from 'fast-check'
import type { Invoke } from '../../core/service.ts'
import { answers, newFolder, openStates, removeFolders, throws } from './test/open-states.ts'
import { taskMachine } from './test/simulate.ts'

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
