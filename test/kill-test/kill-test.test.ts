import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploymentsIn } from './deployments.ts'
import { everyFault } from './faults.ts'
import { killTest } from './kill-test.ts'
import { report } from './report.ts'
import { nothing, wrongs } from './wrongs.ts'

// Two minutes on an idle machine, and many times that beside other work.
const limitMs = 3_600_000

const folder = mkdtempSync(join(tmpdir(), 'kill-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let deployments: Awaited<ReturnType<typeof deploymentsIn>>
beforeAll(async () => {
  deployments = await deploymentsIn(folder)
}, limitMs)

// Not the throttled table: each of its refusals costs a function seconds of retries. The published test has it.
test.each([
  ['dev', 200, ['lambda', 'feedback']],
  ['prod', 45, ['ses', 'paused']],
] as const)(
  'under every fault, outage and repeated kills, no mail of %s is lost, doubled or unwanted',
  async (stage, registrations, outages) => {
    const settings = { registrations, seed: 1, outages, ...deployments[stage] }
    const result = await killTest({ ...settings, faults: everyFault(), killEverySeconds: [4, 8] })
    expect({ ...wrongs(result), report: report(result) }).toEqual({ ...nothing, report: expect.any(String) })
    expect(result.kills).toBeGreaterThan(1)
    const injected = result.phases.flatMap(({ rules }) => rules).reduce((sum, rule) => sum + rule.injected, 0)
    expect(injected).toBeGreaterThan(100)
  },
  limitMs,
)
