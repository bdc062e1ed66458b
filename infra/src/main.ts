import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { App } from 'cdktf'
import { checkSettings } from './check-settings.ts'
import { bundleCode } from './code.ts'
import { requestedStages } from './requested-stages.ts'
import { settings } from './settings.ts'
import { ReminderStack } from './stack.ts'

// The Terraform of every stage, or of the one that STAGE names. Run by `npm run synth` and by `cdktf`.
try {
  const checked = requestedStages(process.env.STAGE).map(
    (stage) => [stage, checkSettings(stage, settings[stage])] as const,
  )
  // cdktf says where it expects the result.
  const outdir = process.env.CDKTF_OUTDIR ?? fileURLToPath(new URL('../cdktf.out', import.meta.url))
  const code = await bundleCode(join(outdir, 'bundles'))
  const app = new App({ outdir })
  const stacks = checked.map(([stage, settings]) => new ReminderStack(app, stage, settings, code))
  app.synth()
  for (const { node } of stacks) {
    console.log(`${node.id} is in ${relative(process.cwd(), join(outdir, 'stacks', node.id, 'cdk.tf.json'))}`)
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
