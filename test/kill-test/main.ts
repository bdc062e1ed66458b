import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { bundlePrograms } from '../programs.ts'
import { isWell } from './audit.ts'
import { deploymentsIn } from './deployments.ts'
import { everyFault } from './faults.ts'
import type { Progress } from './kill-test.ts'
import { help, type Options, readOptions } from './options.ts'
import { progressBar } from './progress-bar.ts'
import { report } from './report.ts'
import { divide, sideBySide, together } from './side-by-side.ts'

surviveLostOutput()

// A customer leads to some twelve lines, one who meets an outage to four times as many.
const killEveryLines = [50, 350] as const

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (!options.help) return run(options)
  console.log(help)
  return 0
}

async function run({ stage, registrations, seed, outages }: Options): Promise<number> {
  // Its own, so that nothing that runs at the same time changes it.
  const folder = mkdtempSync(join(tmpdir(), 'kill-test-'))
  try {
    const [deployments] = await Promise.all([deploymentsIn(folder), bundlePrograms()])
    const bar = progressBar(process.stderr)
    const faults = everyFault()
    const progress = ({ answers, acts, kills }: Progress) =>
      bar.show(answers / acts, `${answers} of ${acts} acts answered, ${kills} kills`)
    const settings = { registrations, seed, outages, faults, killEveryLines, ...deployments[stage] }
    const result = together(await sideBySide(divide(settings), progress))
    bar.end()
    console.log(report(result))
    const logs = result.logs.map((log, n) => {
      const file = join(tmpdir(), `kill-test-${stage}-${seed}-${n + 1}.log`)
      writeFileSync(file, log)
      return file
    })
    const well = isWell(result.verdict)
    console.log(
      `\n${well ? 'Nothing is wrong.' : 'The audit has found errors.'} What the local clouds printed: ${logs.join(' ')}`,
    )
    return well ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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
