import { progressOn } from '@confirmation-reminder/cli/terminal/progress'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { tablesOf } from './document.ts'
import { filesOf, writeFiles } from './files.ts'
import { findingsOf } from './findings.ts'
import { help, readOptions } from './options.ts'

surviveLostOutput()

/** `npm run simulate`: prints the tables, or writes them into the documentation. Returns what it prints. */
function run(): string {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return help
  const progress = progressOn(process.stderr)
  const findings = findingsOf(options, progress.show)
  progress.end()
  if (!options.write) return Object.values(tablesOf(findings)).join('\n\n')
  const files = filesOf(findings)
  writeFiles(files)
  return Object.keys(files).join('\n')
}

try {
  console.log(run())
} catch (error) {
  console.error(`simulate: ${(error as Error).message}`)
  process.exitCode = error instanceof UsageError ? error.exitCode : 1
}
