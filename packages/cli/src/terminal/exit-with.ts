import { UsageError } from '@confirmation-reminder/options/usage-error'

/**
 * Gives the process the exit code of its command. An error of the command is printed, and its code is 1; one of the command line
 * brings its own.
 * @param describe the error in words
 */
export function exitWith(command: Promise<number>, describe: (error: unknown) => string): void {
  command.then(
    (code) => {
      process.exitCode = code
    },
    (error: unknown) => {
      console.error(describe(error))
      process.exitCode = error instanceof UsageError ? error.exitCode : 1
    },
  )
}
