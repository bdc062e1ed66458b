import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stackName } from '@confirmation-reminder/contracts/names'

const infra = fileURLToPath(new URL('../infra', import.meta.url))

/** The folder of a stage's synthesised Terraform. */
export const stackOf = (stage: 'dev' | 'prod') => join(infra, 'cdktf.out', 'stacks', stackName(stage))

/** Synthesises every stage once before any test runs: what the journeys run is what Terraform would deploy. */
export default function synthesise(): void {
  execFileSync(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: infra,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/**
 * Whether the tests that were asked for may run a stack. Tests in other folders do not.
 */
export function needsStacks(patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => !/^(functions|packages|infra)\//.test(pattern))
}
