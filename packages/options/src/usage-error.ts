/** A command line that cannot be run. The message says in one line what to change. */
export class UsageError extends Error {
  /** The exit code of the command. */
  readonly exitCode = 2
}
