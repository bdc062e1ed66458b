/** An event of a run's history, as GetExecutionHistory tells it, but with its time in milliseconds since 1970. */
export interface HistoryEvent {
  /** 1 for the first event of the run, then without a gap. */
  id: number
  /** The event that led to this one. 0 where none did: at the beginning, and where the run was ended from outside. */
  previousEventId: number
  timestamp: number
  type: string
  /** `…EventDetails`, named after the type. */
  [details: string]: unknown
}

export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

/**
 * What the events of a run amount to: everything that is needed to answer for it and to go on with it.
 * Written in one batch with the events, so that the two can never disagree.
 */
export interface Run {
  executionArn: string
  name: string
  stateMachineArn: string
  roleArn: string
  /** The definition that it began with, whatever becomes of the state machine. */
  definitionHash: string
  status: RunStatus
  startMs: number
  stopMs?: number
  /** JSON text, as it was given. */
  input: string
  output?: string
  error?: string
  cause?: string
  traceHeader?: string
  lastEventId: number
  /** When the run times out. */
  deadlineMs: number
  /** Where the run stands; absent when it has ended. */
  frame?: Frame
  /** Where it stood when it ended without success: a redrive goes on from there. */
  lastFrame?: Frame
  /** How often it has been redriven; absent for never. */
  redriveCount?: number
  /** When it was last redriven. */
  redriveMs?: number
  /** The latest redrives that brought a client token. */
  redriveTokens?: { token: string; redriveMs: number }[]
}

/**
 * A position in the machine. A run has one; a Parallel or Map state would hold one of these for each of its branches,
 * which is why the event that came before is the frame's and not the run's.
 */
export interface Frame {
  state: string
  /** The raw input of the state, as JSON text. */
  input: string
  enteredEventId: number
  enteredMs: number
  /** The last event of this branch. */
  previousEventId: number
  /** How often each retrier of the state has repeated in this visit. */
  retries: number[]
  phase: Phase
}

export type Phase =
  /** About to enter the state. */
  | { kind: 'ready' }
  /** In a Wait state. */
  | { kind: 'waiting'; untilMs: number }
  /** A task that waits for its turn to be invoked; `repeated` if it had been before, and was cut short. */
  | { kind: 'scheduled'; sinceMs: number; repeated?: true }
  /** A task that is being invoked. */
  | { kind: 'started'; sinceMs: number; timeoutMs?: number }
  /** A task that a Retry repeats later. */
  | { kind: 'backingOff'; untilMs: number }

/** When the clock must look at the run again, in milliseconds since 1970; 0 means at once, undefined never. */
export function dueMs({ frame, deadlineMs }: Run): number | undefined {
  if (!frame) return undefined
  return frame.phase.kind === 'ready' ? 0 : Math.min(phaseDueMs(frame.phase), deadlineMs)
}

/** How long AWS keeps a run that has ended, its history and its name: 90 days. */
const keptMs = 90 * 86_400_000

/** When a run that has ended is forgotten, in milliseconds since 1970. An open one is never. */
export function expiryMs({ stopMs }: Run): number | undefined {
  return stopMs === undefined ? undefined : stopMs + keptMs
}

/** When the phase itself is over. */
export function phaseDueMs(phase: Phase): number {
  if (phase.kind === 'waiting' || phase.kind === 'backingOff') return phase.untilMs
  return (phase.kind === 'started' ? phase.timeoutMs : undefined) ?? Infinity
}

/** Whether a task is owed a result: after a restart it is invoked, perhaps for the second time. */
export function owesTask({ frame }: Run): boolean {
  return frame?.phase.kind === 'scheduled' || frame?.phase.kind === 'started'
}
