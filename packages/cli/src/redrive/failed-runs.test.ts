import { stateMachineOf } from '../stage/state-machine.ts'
import { failedRuns, type ListedRun } from './failed-runs.ts'
import { failedRun, stateMachineArn, stepFunctions } from './test/step-functions.ts'

const since = Date.parse('2026-11-27T06:00:00Z')

async function allOf(pages: AsyncGenerator<ListedRun[]>): Promise<ListedRun[]> {
  const runs: ListedRun[] = []
  for await (const page of pages) runs.push(...page)
  return runs
}

test('all pages of all statuses are read, and only runs that ended since the moment are listed', async () => {
  const runs = (['FAILED', 'TIMED_OUT', 'ABORTED', 'SUCCEEDED', 'RUNNING'] as const).flatMap((status) =>
    Array.from({ length: 25 }, (_, n) =>
      failedRun({ executionArn: `${status}-${n}`, status, stopDate: new Date(since + (n - 5) * 1000) }),
    ),
  )
  const listed = await allOf(failedRuns(stepFunctions(runs, { pageSize: 10 }).client, stateMachineArn, since))
  const expected = runs.filter(({ status, stopDate }) => !/SUCCEEDED|RUNNING/.test(status) && Number(stopDate) >= since)
  expect(listed).toEqual(
    expected.map(({ executionArn, stopDate }) => ({ executionArn, redriveCount: 0, stoppedMs: Number(stopDate) })),
  )
  expect(listed).toHaveLength(60)
})

test('the state machine must belong to the stage', async () => {
  const { client } = stepFunctions([], { stage: 'prod' })
  expect(await stateMachineOf(client, 'prod')).toBe(stateMachineArn)
  await expect(stateMachineOf(client, 'dev')).rejects.toThrow('is not the state machine of dev: check --stage')
})
