import { dirname, join, relative } from 'node:path'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { recordStack } from '@confirmation-reminder/programs/stack-record'
import { root } from '@confirmation-reminder/programs/unchanged'
import { examplesOf } from './check-settings.ts'
import { bundleCode, inputsOf } from './code.ts'
import type { Settings } from './settings.ts'
import { checkedStages, synthesise } from './synthesise.ts'

export interface Run {
  /** The variable STAGE: one stage, or nothing for all. */
  stage: string | undefined
  /** Whether the result is to be deployed. Then examples are refused; otherwise they are named, and only the local cloud runs it. */
  deploy: boolean
  /** Reads the settings of every stage. */
  settings(): Promise<Record<Stage, Settings>>
  /** The folder for the result. */
  outdir: string
  /** The bundle that this runs in. Without one, `npm start` synthesises again. */
  program?: string | undefined
  /** Printed paths are relative to this folder. */
  cwd: string
  output: Pick<Console, 'log' | 'error'>
}

/**
 * Writes the Terraform of the stages and prints where it is, a line for each; or prints why that failed.
 * @returns the exit code
 */
export async function run({ stage, deploy, settings, outdir, program, cwd, output }: Run): Promise<number> {
  const sinceMs = Date.now()
  try {
    const stages = checkedStages(stage, await settings())
    const examples = stages.flatMap(([name, checked]) => examplesOf(name, checked)).join('\n')
    if (deploy && examples) throw new Error(`These examples cannot be deployed. In infra/src/settings.ts:\n${examples}`)
    const code = await bundleCode(join(outdir, 'bundles'))
    for (const [id, file] of synthesise(stages, code, outdir)) {
      output.log(`${id}: ${relative(cwd, file)}`)
      if (program) recordStack(dirname(file), { inputs: [relative(root, program), ...inputsOf(code)], sinceMs })
    }
    if (examples) {
      output.error(
        `With these examples it runs locally, and cannot be deployed. In infra/src/settings.ts:\n${examples}`,
      )
    }
    return 0
  } catch (error) {
    output.error((error as Error).message)
    return 1
  }
}
