/** What the command's exit codes mean. */
export const exitCodes = { failed: 1, rolledBack: 3, busy: 4, notGivenBack: 5, interrupted: 130 } as const

/** Why the command ends without having done what it was asked for, in sentences for people. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes] = exitCodes.failed,
  ) {
    super(message)
  }
}

/** Somebody else ships the same function. */
export class Busy extends Refusal {
  constructor(message: string) {
    super(message, exitCodes.busy)
  }
}
