import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { stackName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'

/**
 * Synthesises a stage as `npm run synth` would, in a process of its own: what runs locally is infra's result, not its code.
 * @param root the repository
 * @returns the folder of the stage's `cdk.tf.json`
 * @throws Error with infra's error output.
 */
export async function synthesise(root: string, stage: Stage): Promise<string> {
  const infra = join(root, 'infra')
  const outdir = join(infra, 'cdktf.out')
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: infra,
    env: { ...process.env, STAGE: stage, CDKTF_OUTDIR: outdir },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Error(output.trim() || `The stage ${stage} cannot be synthesised: infra ended with ${code}.`)
  return join(outdir, 'stacks', stackName(stage))
}
