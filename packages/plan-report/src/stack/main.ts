import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { run } from './run.ts'

surviveLostOutput(2)

process.exitCode = run(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  error: (text) => console.error(text),
})
