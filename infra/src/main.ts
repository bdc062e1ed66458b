import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleCode } from './code.ts'
import { settings } from './settings.ts'
import { checkedStages, synthesise } from './synthesise.ts'

// Writes the Terraform of every stage, or of the one that STAGE names. `npm run synth` runs it, and so does `cdktf`,
// which says in CDKTF_OUTDIR where it expects the result.
const outdir = resolve(process.env.CDKTF_OUTDIR ?? fileURLToPath(new URL('../cdktf.out', import.meta.url)))
try {
  const stages = checkedStages(process.env.STAGE, settings)
  const code = await bundleCode(join(outdir, 'bundles'))
  for (const [id, file] of synthesise(stages, code, outdir)) console.log(`${id}: ${relative(process.cwd(), file)}`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
