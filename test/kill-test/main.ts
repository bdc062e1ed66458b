import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { bundlePrograms } from '../programs.ts'
import { isWell } from './audit.ts'
import { deploymentsIn } from './deployments.ts'
import { everyFault } from './faults.ts'
import { killTest } from './kill-test.ts'
import { help, type Options, readOptions } from './options.ts'
import { progressBar } from './progress-bar.ts'
import { report } from './report.ts'

// Long enough that something happens between two kills: a start takes up to three of these seconds.
const killEverySeconds = [5, 15] as const

// Its own, so that a run of Jest at the same time does not change it.
const outdir = fileURLToPath(new URL('cdktf.out', import.meta.url))

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (!options.help) return run(options)
  console.log(help)
  return 0
}

async function run({ stage, registrations, seed, outages }: Options): Promise<number> {
  const [deployments] = await Promise.all([deploymentsIn(outdir), bundlePrograms()])
  const bar = progressBar(process.stderr)
  const result = await killTest({
    registrations,
    seed,
    ...deployments[stage],
    faults: everyFault(),
    outages,
    killEverySeconds,
    progress: bar.show,
  })
  bar.end()
  console.log(report(result))
  const log = join(tmpdir(), `kill-test-${stage}-${seed}.log`)
  writeFileSync(log, result.output)
  const well = isWell(result.verdict)
  console.log(
    `\n${well ? 'Nothing is wrong.' : 'The audit has found errors.'} The log of the local cloud is in ${log}.`,
  )
  return well ? 0 : 1
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error)
    process.exitCode = error instanceof UsageError ? error.exitCode : 1
  },
)
