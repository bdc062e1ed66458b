import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundleCode } from './code.ts'
import type { settings as Committed } from './settings.ts'
import { checkedStages, synthesise } from './synthesise.ts'

// Writes the Terraform of every stage, or of the one that STAGE names. `npm run synth` runs it, and so does `cdktf`,
// which sets CDKTF_OUTDIR to the folder where it expects the result. Tests set SETTINGS to a module with their own.
const outdir = resolve(process.env.CDKTF_OUTDIR ?? fileURLToPath(new URL('../cdktf.out', import.meta.url)))
const module = pathToFileURL(resolve(process.env.SETTINGS ?? fileURLToPath(new URL('settings.ts', import.meta.url))))
try {
  const { settings } = (await import(module.href)) as { settings: typeof Committed }
  const stages = checkedStages(process.env.STAGE, settings)
  const code = await bundleCode(join(outdir, 'bundles'))
  for (const [id, file] of synthesise(stages, code, outdir)) console.log(`${id}: ${relative(process.cwd(), file)}`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
