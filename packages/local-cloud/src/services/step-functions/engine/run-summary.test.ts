import type { Frame, Phase, Run } from '../interpreter/run.ts'
import { summaryOf, waitsOf } from './run-summary.ts'

const frame = (state: string, phase: Phase): Frame => ({
  ...{ state, input: '{}', enteredEventId: 1, enteredMs: 0, previousEventId: 1, retries: [], phase },
})
const run: Run = {
  ...{ executionArn: 'arn', name: 'n', stateMachineArn: 'm', roleArn: 'r', definitionHash: 'd', input: '{}' },
  ...{ status: 'RUNNING', startMs: 1, lastEventId: 2, deadlineMs: 99 },
}

test('a summary has the state, and when the first of its waits ends', () => {
  const waits = [frame('A', { kind: 'waiting', untilMs: 8 }), frame('B', { kind: 'backingOff', untilMs: 7 })]
  const running = [...waits, frame('C', { kind: 'started', sinceMs: 1, timeoutMs: 5 })]
  const branching: Phase = { kind: 'branching', running, outputs: [], outputBytes: 0 }
  expect(summaryOf({ ...run, frame: frame('All', branching) })).toMatchObject({ state: 'All', wakesMs: 7 })
  expect(waitsOf({ ...run, frame: frame('All', branching) })).toEqual([
    { state: 'A', untilMs: 8 },
    { state: 'B', untilMs: 7 },
  ])
  expect(summaryOf({ ...run, frame: frame('C', { kind: 'started', sinceMs: 1, timeoutMs: 5 }) })).toEqual({
    ...{ arn: 'arn', name: 'n', machineArn: 'm', definitionHash: 'd', status: 'RUNNING', startMs: 1 },
    ...{ redriveCount: 0, state: 'C' },
  })
})

test('of a run that ended, it has the state in which it failed, and what came of it', () => {
  const lastFrame = frame('C', { kind: 'ready' })
  expect(summaryOf({ ...run, status: 'FAILED', stopMs: 3, error: 'E', lastFrame })).toMatchObject({
    ...{ state: 'C', status: 'FAILED', stopMs: 3, error: 'E' },
  })
  expect(summaryOf({ ...run, status: 'SUCCEEDED', stopMs: 3, output: '1' })).toMatchObject({ output: '1' })
})
