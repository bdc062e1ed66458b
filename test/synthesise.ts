import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { stackName } from '@confirmation-reminder/contracts/names'
import { keepByContent } from './kept.ts'
import { startOf } from './programs.ts'

const infra = fileURLToPath(new URL('../infra', import.meta.url))

/** Where tests synthesise. Not infra/cdktf.out: that is what `npm start` runs, maybe at the same time. */
const ofTests = fileURLToPath(new URL('cdktf.out', import.meta.url))

/** The folder that Jest's global setup synthesised into. Jest's workers inherit it. */
const variable = 'SYNTHESISED_STACKS'

/** Where the stacks are synthesised, with the settings of the tests. */
export const synthesised = () => process.env[variable] ?? ofTests

/** The folder of a stage's synthesised Terraform, with the settings of the tests. */
export const stackOf = (stage: 'dev' | 'prod', outdir = synthesised()) => join(outdir, 'stacks', stackName(stage))

/**
 * Synthesises every stage with the settings of the tests: what the journeys run is what Terraform would deploy.
 * @param settings a module in infra with other settings
 * @param changes for the module changed-settings.ts: by stage, what differs from the settings of the tests
 * @throws Error with its reason if that fails
 */
export default async function synthesise(
  outdir = ofTests,
  settings = 'src/test/settings.ts',
  changes: Partial<Record<'dev' | 'prod', object>> = {},
): Promise<void> {
  const child = spawn(process.execPath, startOf('infra'), {
    cwd: infra,
    env: {
      ...process.env,
      ...{ STAGE: '', SETTINGS: settings, SETTINGS_CHANGES: JSON.stringify(changes), CDKTF_OUTDIR: outdir },
    },
    // Its errors, and otherwise the names of all examples, which the settings of tests are.
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [[code], errors] = await Promise.all([once(child, 'close'), text(child.stderr)])
  if (code !== 0) throw new Error(`The stacks of the tests cannot be synthesised: exit code ${code}.\n${errors}`)
}

/** Synthesises for the tests that follow, in a folder that no other run of Jest in this checkout changes. */
export async function synthesiseStacks(): Promise<void> {
  mkdirSync(ofTests, { recursive: true })
  const partial = mkdtempSync(join(ofTests, 'partial-'))
  await synthesise(partial)
  process.env[variable] = keepByContent(partial)
}

/**
 * Whether the tests that were asked for may run a stack. Tests in other folders do not.
 */
export function needsStacks(patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => !/^(functions|packages|infra)\//.test(pattern))
}
