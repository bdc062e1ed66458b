import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import synthesise, { stackOf } from '../synthesise.ts'
import { explained } from './explained.ts'
import { grantedIn } from './granted.ts'
import { help, readOptions } from './options.ts'
import { faultsIn, reportOn, usedBy, usesIn } from './used.ts'

surviveLostOutput()

const root = fileURLToPath(new URL('../..', import.meta.url))
const jest = join(root, 'node_modules/jest/bin/jest.js')

async function main(): Promise<void> {
  const { journeys, help: asked } = readOptions(process.argv.slice(2))
  if (asked) return console.log(help)

  const folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-permissions-'))
  try {
    // Their output goes where errors go: the report is this command's output.
    const child = spawn(process.execPath, [jest, ...journeys], {
      cwd: root,
      env: { ...process.env, PERMISSION_USAGE: folder },
      stdio: ['ignore', 2, 2],
    })
    const [code] = await once(child, 'close')
    await synthesise()
    const uses = usesIn(folder)
    const used = usedBy(grantedIn(stackOf('dev')), uses)
    console.log(reportOn(used))
    console.log('By none, explained:')
    for (const { actions, roles, because, source } of explained) {
      console.log(`  ${actions.join(', ')}\n    Roles: ${roles.join(', ')}\n    ${because}\n    Source: ${source}`)
    }
    const faults = faultsIn(used, uses)
    if (code !== 0) faults.push('A journey failed, so that uses may be missing.')
    for (const fault of faults) console.error(fault)
    if (faults.length > 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exit(error instanceof UsageError ? error.exitCode : 1)
})
