import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { stackName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { programOf } from '@confirmation-reminder/programs/program'
import { isStackUnchanged } from '@confirmation-reminder/programs/stack-record'
import { root } from '@confirmation-reminder/programs/unchanged'

const infra = join(root, 'infra')

/**
 * Synthesises a stage as `npm run synth` would, in a process of its own: what runs locally is infra's result, not its code. What
 * infra made before is taken, while nothing has changed that it was made from.
 * @returns the folder of the stage's `cdk.tf.json`
 * @throws Error with infra's error output.
 */
export async function synthesise(stage: Stage, outdir = join(infra, 'cdktf.out')): Promise<string> {
  const folder = join(outdir, 'stacks', stackName(stage))
  // Its content is that of infra's sources, and the record of the stack has its content.
  const program = await programOf('infra/src/main.ts')
  if (!process.env.SETTINGS && isStackUnchanged(folder)) return folder
  const child = spawn(process.execPath, [program], {
    cwd: infra,
    env: { ...process.env, STAGE: stage, CDKTF_OUTDIR: outdir },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [[code], errors] = await Promise.all([once(child, 'close'), text(child.stderr)])
  if (code !== 0)
    throw new Error(errors.trim() || `The stage ${stage} cannot be synthesised: infra ended with ${code}.`)
  return folder
}
