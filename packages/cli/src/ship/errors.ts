import { UsageError } from '@confirmation-reminder/options/usage-error'
import { describeError } from '../stage/describe-error.ts'
import { Refusal } from '../terminal/refusal.ts'

/** The exit codes of the command; 2 is a UsageError. */
export const exitCodes = { failed: 1, rolledBack: 3, busy: 4, notGivenBack: 5, interrupted: 130 } as const

/**
 * Another user is changing the same function. A change of `live` that ends with it must not be repeated or undone: `live` is
 * theirs now.
 */
export class Busy extends Refusal {
  constructor(message: string) {
    super(message, exitCodes.busy)
  }
}

/** The exit code that says what the error means for the function. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Refusal || error instanceof UsageError) return error.exitCode
  return isConflict(error) ? exitCodes.busy : exitCodes.failed
}

/** Whether AWS refused a change because another one is in progress. */
export const isConflict = (error: unknown) => error instanceof Error && error.name === 'ResourceConflictException'

const denied = 'These credentials may not ship this function: use the role of its team (docs/shipping.md).'

/** The error in one sentence, for the user of the command. */
export const messageOf = (error: unknown, ifDenied = denied): string => describeError(error, ifDenied)
