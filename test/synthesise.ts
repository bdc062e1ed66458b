import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stackName } from '@confirmation-reminder/contracts/names'

const infra = fileURLToPath(new URL('../infra', import.meta.url))

/** Where tests synthesise. Not infra/cdktf.out: that is what `npm start` runs, maybe at the same time. */
const ofTests = fileURLToPath(new URL('cdktf.out', import.meta.url))

/** The folder of a stage's synthesised Terraform, with the settings of the tests. */
export const stackOf = (stage: 'dev' | 'prod', outdir = ofTests) => join(outdir, 'stacks', stackName(stage))

/**
 * Synthesises every stage with the settings of the tests: what the journeys run is what Terraform would deploy.
 * @param settings a module in infra with other settings
 * @param changes for the module changed-settings.ts: by stage, what differs from the settings of the tests
 * @throws Error if that fails; its reason is on stderr
 */
export default async function synthesise(
  outdir = ofTests,
  settings = 'src/test/settings.ts',
  changes: Partial<Record<'dev' | 'prod', object>> = {},
): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: infra,
    env: {
      ...process.env,
      ...{ STAGE: '', SETTINGS: settings, SETTINGS_CHANGES: JSON.stringify(changes), CDKTF_OUTDIR: outdir },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The stacks of the tests cannot be synthesised: exit code ${code}.`)
}

/**
 * Whether the tests that were asked for may run a stack. Tests in other folders do not.
 */
export function needsStacks(patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => !/^(functions|packages|infra)\//.test(pattern))
}
