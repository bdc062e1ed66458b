import { run } from './run.ts'

// A reader of only the beginning, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? process.exitCode : 2))

process.exitCode = run(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  error: (text) => console.error(text),
})
