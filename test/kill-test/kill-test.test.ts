import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploymentsIn } from './deployments.ts'
import { everyFault } from './faults.ts'
import type { Result } from './kill-test.ts'
import { report } from './report.ts'
import { sideBySide } from './side-by-side.ts'
import { nothing, wrongs } from './wrongs.ts'

// Six minutes on two processors that do little else, and many times that beside other work.
const limitMs = 3_600_000

const folder = mkdtempSync(join(tmpdir(), 'kill-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tests = [
  { stage: 'dev', registrations: 100, seed: 1, outages: ['lambda', 'feedback'] },
  { stage: 'dev', registrations: 100, seed: 2, outages: ['feedback', 'lambda'] },
  { stage: 'prod', registrations: 45, seed: 1, outages: ['ses', 'paused'] },
  { stage: 'dev', registrations: 12, seed: 1, outages: ['table'] },
] as const

let results: Result[]
beforeAll(async () => {
  const deployments = await deploymentsIn(folder)
  const under = { faults: everyFault(), killEveryLines: [50, 350] } as const
  results = await sideBySide(tests.map(({ stage, ...settings }) => ({ ...under, ...settings, ...deployments[stage] })))
}, limitMs)

test.each(tests.map(({ stage, outages }, n) => [outages.join(' and '), stage, n] as const))(
  'under every fault, repeated kills and outages of %s, no mail of %s is lost, doubled or unwanted',
  (_, __, n) => {
    const result = results[n] as Result
    expect({ ...wrongs(result), report: report(result) }).toEqual({ ...nothing, report: expect.any(String) })
    expect(result.kills).toBeGreaterThan(1)
    const injected = result.phases.flatMap(({ rules }) => rules).reduce((sum, rule) => sum + rule.injected, 0)
    expect(injected).toBeGreaterThan(100)
  },
)
