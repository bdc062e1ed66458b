import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stackName } from '@confirmation-reminder/contracts/names'

const infra = fileURLToPath(new URL('../infra', import.meta.url))

/** The folder of a stage's synthesised Terraform. */
export const stackOf = (stage: 'dev' | 'prod') => join(infra, 'cdktf.out', 'stacks', stackName(stage))

/** Synthesises every stage once before any test runs: what the journeys run is what Terraform would deploy. */
export default function synthesise(asked?: Asked): void {
  if (asked && !needsStacks(asked.testPathPatterns.patterns)) return
  execFileSync(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: infra,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/**
 * Whether the tests that were asked for may run a stack. Those of other rooms do not: the team of one function needs no
 * other function built, and a sibling that cannot be is no obstacle.
 */
export function needsStacks(patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => !/^(functions|packages|infra)\//.test(pattern))
}

/** What Jest says of the tests that it was asked for. */
interface Asked {
  testPathPatterns: { patterns: string[] }
}
