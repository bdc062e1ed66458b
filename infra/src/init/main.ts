import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { exitWith } from '@confirmation-reminder/cli/terminal/exit-with'
import { signalOfInterruption } from '@confirmation-reminder/cli/terminal/interruption'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { init } from './init.ts'
import { help, readOptions } from './options.ts'
import { repositoryOf } from './questions.ts'
import { formatted } from './settings-file.ts'
import { styleOf } from './style.ts'
import { printTo, terminalOn } from './terminal.ts'

surviveLostOutput()

const root = fileURLToPath(new URL('../../..', import.meta.url))
const file = fileURLToPath(new URL('../settings.ts', import.meta.url))

/** The address of the remote `origin`, if the checkout has one. */
function origin(): string {
  try {
    return execFileSync('git', ['remote', 'get-url', 'origin'], { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  } catch {
    return ''
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    console.log(help)
    return 0
  }
  const signal = signalOfInterruption()
  const terminal = process.stdin.isTTY ? terminalOn(process.stdin, process.stdout, signal) : undefined
  try {
    return await init({
      ...{ options, file, terminal, signal },
      load: async (module) => (await import(pathToFileURL(module).href)).settings,
      format: (source) => formatted(source, root),
      document: readFileSync(join(root, 'docs', 'deploy.md'), 'utf8'),
      print: printTo(process.stdout),
      style: styleOf(process.stdout),
      repository: repositoryOf(origin()),
    })
  } finally {
    terminal?.close()
  }
}

exitWith(main(), (error) => (error as Error).message)
