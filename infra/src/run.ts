import { join, relative } from 'node:path'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { bundleCode } from './code.ts'
import type { Settings } from './settings.ts'
import { checkedStages, synthesise } from './synthesise.ts'

export interface Run {
  /** The variable STAGE: one stage, or nothing for all. */
  stage: string | undefined
  /** Reads the settings of every stage. */
  settings(): Promise<Record<Stage, Settings>>
  /** The folder for the result. */
  outdir: string
  /** Printed paths are relative to this folder. */
  cwd: string
  output: Pick<Console, 'log' | 'error'>
}

/**
 * Writes the Terraform of the stages and prints where it is, a line for each; or prints why that failed.
 * @returns the exit code
 */
export async function run({ stage, settings, outdir, cwd, output }: Run): Promise<number> {
  try {
    const stages = checkedStages(stage, await settings())
    const code = await bundleCode(join(outdir, 'bundles'))
    for (const [id, file] of synthesise(stages, code, outdir)) output.log(`${id}: ${relative(cwd, file)}`)
    return 0
  } catch (error) {
    output.error((error as Error).message)
    return 1
  }
}
