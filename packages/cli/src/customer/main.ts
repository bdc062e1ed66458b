import { run } from './run.ts'

run(process.argv.slice(2), process.env, console).then((code) => {
  process.exitCode = code
})
