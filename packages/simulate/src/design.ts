/** How a registration waits for its reminder. */
export interface Design {
  /** From registration to reminder. */
  waitSeconds: number
  /** Over how long the waits themselves are spread: each registration waits for so much longer, by its own share. */
  jitterSeconds: number
  /** Over how long reminders are spread when they fall due, as `spreadSeconds` of a stage does: by one more wait of each run. */
  spreadSeconds: number
  /** Whether a confirmation ends the wait. Otherwise the run wakes, and finds nothing to do. */
  endsAtConfirmation: boolean
  /** The state transitions that are billed when the wait begins, and for each attempt to remind. */
  transitionsAtStart: number
  transitionsPerAttempt: number
  /** The same when the wait ends, where the run begins only then. */
  transitionsAtWake: number
}

/** What Terraform deploys with the article's plan: the start of the run, its wait, and a task after a day. */
export const deployed: Design = {
  waitSeconds: 86_400,
  jitterSeconds: 0,
  spreadSeconds: 0,
  endsAtConfirmation: false,
  transitionsAtStart: 2,
  transitionsPerAttempt: 1,
  transitionsAtWake: 0,
}
