import { UsageError } from '@confirmation-reminder/options/usage-error'
import { Refusal } from './refusal.ts'

/**
 * Gives the process the exit code of its command. An error of the command is printed.
 * @param describe the error in words
 * @param codeOf the exit code of an error
 */
export function exitWith(
  command: Promise<number>,
  describe: (error: unknown) => string,
  codeOf: (error: unknown) => number = exitCodeOf,
): void {
  command.then(
    (code) => {
      process.exitCode = code
    },
    (error: unknown) => {
      console.error(describe(error))
      process.exitCode = codeOf(error)
    },
  )
}

/** A refusal and an error of the command line bring their own exit codes; that of any other error is 1. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Refusal || error instanceof UsageError ? error.exitCode : 1
