export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

/** What a list shows of a run of a state machine. Times are in milliseconds since 1970. */
export interface RunSummary {
  arn: string
  name: string
  machineArn: string
  definitionHash: string
  status: RunStatus
  startMs: number
  stopMs?: number
  /** The state that it is in, or ended in without success; of states inside branches, the one around them all. */
  state?: string
  /** Until when it waits, for a Wait state or for a retry. */
  wakesMs?: number
  /** JSON text. */
  output?: string
  error?: string
  redriveCount: number
}

/** A state of a run that waits, for its end or for a retry. Inside of branches there may be several, also of the same name. */
export interface RunWait {
  state: string
  /** Milliseconds since 1970. */
  untilMs: number
}
