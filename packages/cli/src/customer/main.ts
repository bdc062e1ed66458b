import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { run } from './run.ts'

surviveLostOutput()

run(process.argv.slice(2), process.env, console).then((code) => {
  process.exitCode = code
})
