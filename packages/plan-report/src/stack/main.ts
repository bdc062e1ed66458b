import { run } from './run.ts'

process.exitCode = run(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  error: (text) => console.error(text),
})
