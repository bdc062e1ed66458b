/** The exit codes of the command; 2 is a UsageError. */
export const exitCodes = { failed: 1, rolledBack: 3, busy: 4, notGivenBack: 5, interrupted: 130 } as const

/** Ends the command with a message for its user. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes] = exitCodes.failed,
  ) {
    super(message)
  }
}

/** Another user is shipping the same function. */
export class Busy extends Refusal {
  constructor(message: string) {
    super(message, exitCodes.busy)
  }
}
