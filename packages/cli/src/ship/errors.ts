import { describeError } from '../stage/describe-error.ts'
import { exitCodeOf as ownCodeOf } from '../terminal/exit-with.ts'
import { Refusal } from '../terminal/refusal.ts'

/** The exit codes of the command; 2 is a UsageError, and 1 any other error. */
export const exitCodes = { rolledBack: 3, busy: 4, notGivenBack: 5, interrupted: 130 } as const

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
export const exitCodeOf = (error: unknown): number => (isConflict(error) ? exitCodes.busy : ownCodeOf(error))

/** Whether AWS refused a change because another one is in progress. */
export const isConflict = (error: unknown) => error instanceof Error && error.name === 'ResourceConflictException'

const denied = 'These credentials may not ship this function: use the role of its team (docs/shipping.md).'

/** The error in one sentence, for the user of the command. */
export const messageOf = (error: unknown, ifDenied = denied): string => describeError(error, ifDenied)
