/** Why a state fails. A Fail state and SendTaskFailure may leave out both. */
export interface Failure {
  error?: string | undefined
  cause?: string | undefined
}

/** An error inside a run, in the States Language's own terms: Retry and Catch may answer it, or the run fails with it. */
export class StateError extends Error {
  constructor(
    /** The error name, such as `States.Timeout` or what a function threw. */
    readonly error: string,
    override readonly cause: string | undefined,
    /** For an expression in JSONata that failed: its field, such as `Output/total`. */
    readonly location?: string,
  ) {
    super(`${error}: ${cause ?? ''}`)
  }
}

/** The error that no Retry and no Catch answers: the definition and the data do not fit each other. */
export function runtimeError(cause: string): StateError {
  return new StateError('States.Runtime', cause)
}
