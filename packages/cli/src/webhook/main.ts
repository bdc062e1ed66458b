import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { hideNodeWarning } from '../stage/node-warning.ts'
import { signalOfInterruption } from '../terminal/interruption.ts'
import { run } from './run.ts'

surviveLostOutput()
hideNodeWarning()

const { env: environment, stdin } = process

run(process.argv.slice(2), { environment, stdin, output: console, signalOfInterruption }).then((code) => {
  process.exitCode = code
})
