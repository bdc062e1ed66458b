import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { run } from './run.ts'

surviveLostOutput()

// Writes the Terraform of every stage, or of the one that STAGE names. `npm run synth` runs it, and so does `cdktf`, with
// `--deploy`; it sets CDKTF_OUTDIR to the folder where it expects the result. Tests set SETTINGS to a module with their own.
const module = pathToFileURL(resolve(process.env.SETTINGS ?? fileURLToPath(new URL('settings.ts', import.meta.url))))
process.exitCode = await run({
  stage: process.env.STAGE,
  deploy: process.argv.includes('--deploy'),
  settings: async () => (await import(module.href)).settings,
  outdir: resolve(process.env.CDKTF_OUTDIR ?? fileURLToPath(new URL('../cdktf.out', import.meta.url))),
  cwd: process.cwd(),
  output: console,
})
