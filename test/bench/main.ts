import { cpus, totalmem } from 'node:os'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { bundlePrograms } from '../programs.ts'
import { synthesiseStacks } from '../synthesise.ts'
import type { Figure } from './figure.ts'
import { measureLoop } from './loop.ts'
import { help, type Options, type Row, readOptions } from './options.ts'
import { measurePolls } from './polls.ts'
import { measureRuns } from './runs.ts'
import { measureStart } from './start.ts'
import { measureWaiting } from './waiting.ts'
import { measureWork } from './work.ts'

surviveLostOutput()
// On Node 20 the AWS SDK prints that later releases need a newer one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const measures: Record<Row, (options: Options) => AsyncIterable<Figure>> = {
  start: measureStart,
  loop: measureLoop,
  work: measureWork,
  polls: measurePolls,
  runs: measureRuns,
  waiting: measureWaiting,
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(help)
  if (process.platform !== 'linux') throw new Error('It reads what processes use from /proc, which only Linux has.')

  const [cpu] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  console.log(
    `Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run bench -- ${process.argv.slice(2).join(' ')}\`: ` +
      `${cpus().length} processors (${cpu?.model.trim()}), ${memory}, Node ${process.versions.node}.\n`,
  )
  console.log('| what | measured |\n|---|---|')
  await bundlePrograms()
  await synthesiseStacks()
  for (const row of options.rows) {
    for await (const { what, measured } of measures[row](options)) console.log(`| ${what} | ${measured} |`)
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = error instanceof UsageError ? error.exitCode : 3
})
