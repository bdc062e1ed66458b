import { describeError } from '../stage/describe-error.ts'
import { Refusal } from '../terminal/refusal.ts'

/** The exit codes of the command; 2 is a UsageError. */
export const exitCodes = { failed: 1, rolledBack: 3, busy: 4, notGivenBack: 5, interrupted: 130 } as const

/** Another user is shipping the same function. */
export class Busy extends Refusal {
  constructor(message: string) {
    super(message, exitCodes.busy)
  }
}

/** The error in one sentence, for the user of the command. */
export const messageOf = (error: unknown): string =>
  describeError(error, 'These credentials may not ship this function: use the role of its team (docs/shipping.md).')
