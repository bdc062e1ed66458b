import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { stateMachineOf } from '../stage/state-machine.ts'
import { failedRuns } from './failed-runs.ts'
import { type Plan, redriveAll } from './redrive.ts'
import { type FakeRun, failedRun, stepFunctions } from './test/step-functions.ts'
import type { Verdict } from './verdict.ts'

const runsNamed = (...names: string[]) => names.map((executionArn) => failedRun({ executionArn }))
const listed = (runs: FakeRun[]) =>
  runs.map(({ executionArn, redriveCount }) => ({ executionArn, redriveCount, stoppedMs: 0 }))

/** What became of the runs. */
async function verdicts(plan: Pick<Plan, 'client' | 'runs'> & Partial<Plan>): Promise<Verdict[]> {
  const found: Verdict[] = []
  const all = { errors: [], perSecond: 1_000_000, dryRun: false, signal: new AbortController().signal, ...plan }
  for await (const { verdict } of redriveAll(all)) found.push(verdict)
  return found
}

test('a dry run changes nothing', async () => {
  const runs = runsNamed('one', 'two')
  const { client, called } = stepFunctions(runs)
  expect(await verdicts({ client, runs: listed(runs), dryRun: true })).toEqual(['redrive', 'redrive'])
  expect([...called]).toEqual(['DescribeExecution'])
})

test('a run that another command redrives in the same moment is not redriven', async () => {
  const runs = runsNamed('one')
  const { client } = stepFunctions(runs)
  const send = client.send.bind(client) as (command: object) => Promise<unknown>
  client.send = (async (command: object) => {
    const answer = await send(command)
    // Between this command's look and its redrive.
    for (const run of runs) run.status = 'RUNNING'
    return answer
  }) as unknown as typeof client.send
  expect(await verdicts({ client, runs: listed(runs) })).toEqual(['redrivenByAnother'])
})

test('an interruption ends it after the run that is being redriven', async () => {
  const controller = new AbortController()
  const runs = runsNamed('one', 'two', 'three')
  const { client } = stepFunctions(runs, {
    onRedrive: (run) => {
      run.status = 'RUNNING'
      if (run.executionArn === 'two') controller.abort()
    },
  })
  const plan = { client, runs: listed(runs), signal: controller.signal }
  expect(await verdicts(plan)).toEqual(['redrive', 'redrive'])
  expect(runs.map(({ redriveCount }) => redriveCount)).toEqual([1, 1, 0])
})

test('several commands at once redrive each failure once, in whichever order their calls take effect', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('fails again' as const, 'runs' as const, 'succeeds' as const), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.integer({ min: 2, max: 3 }),
      async (scheduler, fates, commands) => {
        const runs = fates.map((_, n) => failedRun({ executionArn: `run-${n}` }))
        const statuses = { 'fails again': 'FAILED', runs: 'RUNNING', succeeds: 'SUCCEEDED' } as const
        const { client } = stepFunctions(runs, {
          beforeCall: () => scheduler.schedule(Promise.resolve()),
          onRedrive: (run) => {
            run.status = statuses[fates[runs.indexOf(run)] ?? 'runs']
          },
        })
        const list = listed(runs)
        const all = Promise.all(Array.from({ length: commands }, () => verdicts({ client, runs: list })))
        await scheduler.waitFor(all)
        expect(runs.map(({ redriveCount }) => redriveCount)).toEqual(runs.map(() => 1))
      },
    ),
    { numRuns: 50 },
  )
})

test('the runbook lists the permissions that the command needs, and no others', async () => {
  const runs = runsNamed('one')
  const { client, called } = stepFunctions(runs)
  const pages = failedRuns(client, await stateMachineOf(client, 'prod'), 0)
  for await (const page of pages) await verdicts({ client, runs: page })
  const runbook = readFileSync(join(__dirname, '../../../../docs/runbook.md'), 'utf8')
  const [, section = ''] = /^## Redrive failed runs\n([\s\S]*?)^## /m.exec(runbook) ?? []
  const permissions = [...section.matchAll(/`states:(\w+)`/g)].map(([, action]) => action)
  expect(permissions.sort()).toEqual([...called].sort())
})
