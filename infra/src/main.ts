import { relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { programOf } from '@confirmation-reminder/programs/program'
import { root } from '@confirmation-reminder/programs/unchanged'
import { run } from './run.ts'

surviveLostOutput()

// Writes the Terraform of every stage, or of the one that STAGE names. `npm run synth` runs it, and so does `cdktf`, with
// `--deploy`; it sets CDKTF_OUTDIR to the folder where it expects the result. Tests set SETTINGS to a module with their own.
const { STAGE: stage, SETTINGS: own, CDKTF_OUTDIR: outdir } = process.env
const settingsOf = async (file: string) =>
  await import(pathToFileURL(await programOf(relative(root, resolve(file)))).href)
const program = process.argv[1]

run({
  stage,
  deploy: process.argv.includes('--deploy'),
  settings: async () => (own ? await settingsOf(own) : await import('./settings.ts')).settings,
  outdir: resolve(outdir ?? fileURLToPath(new URL('../cdktf.out', import.meta.url))),
  // It depends on more than the content of its bundle, if settings come from elsewhere.
  program: own || !program?.endsWith('.cjs') ? undefined : program,
  cwd: process.cwd(),
  output: console,
}).then((code) => {
  process.exitCode = code
})
