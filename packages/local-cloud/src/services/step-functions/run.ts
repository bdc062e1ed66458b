import { lastPart } from '@confirmation-reminder/contracts/arn'
import type { Json } from './json.ts'

/** An event of a run's history, as GetExecutionHistory returns it, but with its time in milliseconds since 1970. */
export interface HistoryEvent {
  /** 1 for the first event of the run, then without a gap. */
  id: number
  /** The event that led to this one. 0 if none did: at the beginning, and if the run was ended from outside. */
  previousEventId: number
  timestamp: number
  type: string
  /** `…EventDetails`, named after the type. */
  [details: string]: unknown
}

export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

/**
 * The state of a run that follows from its events: everything that is needed to describe and to continue it.
 * Written in one batch with the events, so that the two cannot disagree.
 */
export interface Run {
  executionArn: string
  name: string
  stateMachineArn: string
  roleArn: string
  /** The definition that the run began with; an update of the state machine does not change it. */
  definitionHash: string
  status: RunStatus
  startMs: number
  stopMs?: number
  /** JSON text, as the caller sent it. */
  input: string
  output?: string
  error?: string
  cause?: string
  traceHeader?: string
  lastEventId: number
  /** When the run times out. */
  deadlineMs: number
  /** The run's current position; absent when it has ended. */
  frame?: Frame
  /** Its position when it ended without success: a redrive continues from there. */
  lastFrame?: Frame
  /** How often it has been redriven; absent for never. */
  redriveCount?: number
  /** When it was last redriven. */
  redriveMs?: number
  /** The latest redrives that had a client token. */
  redriveTokens?: { token: string; redriveMs: number }[]
}

/**
 * A position in the machine. A run has one; a Parallel or Map state would have one for each of its branches,
 * so the previous event belongs to the frame and not to the run.
 */
export interface Frame {
  state: string
  /** The raw input of the state, as JSON text. */
  input: string
  enteredEventId: number
  enteredMs: number
  /** The last event of this branch. */
  previousEventId: number
  /** How often each retrier of the state has retried since the run entered the state. */
  retries: number[]
  phase: Phase
}

export type Phase =
  /** About to enter the state. */
  | { kind: 'ready' }
  /** In a Wait state. */
  | { kind: 'waiting'; untilMs: number }
  /** A task that is queued for its invocation; `repeated` if an earlier invocation was cut short. */
  | { kind: 'scheduled'; sinceMs: number; repeated?: true }
  /** A task that is being invoked. */
  | { kind: 'started'; sinceMs: number; timeoutMs?: number }
  /** A task that a Retry will invoke again. */
  | { kind: 'backingOff'; untilMs: number }

/** When the engine must wake the run, in milliseconds since 1970; 0 means at once, undefined never. */
export function dueMs({ frame, deadlineMs }: Run): number | undefined {
  if (!frame) return undefined
  return frame.phase.kind === 'ready' ? 0 : Math.min(phaseDueMs(frame.phase), deadlineMs)
}

/** How long AWS keeps a run that has ended, its history and its name: 90 days. */
const keptMs = 90 * 86_400_000

/** When a run that has ended is deleted, in milliseconds since 1970; undefined for an open run. */
export function expiryMs({ stopMs }: Run): number | undefined {
  return stopMs === undefined ? undefined : stopMs + keptMs
}

/** When the phase itself is over. */
export function phaseDueMs(phase: Phase): number {
  if (phase.kind === 'waiting' || phase.kind === 'backingOff') return phase.untilMs
  return (phase.kind === 'started' ? phase.timeoutMs : undefined) ?? Infinity
}

/** Whether a task has no result yet: after a restart it is invoked, perhaps for the second time. */
export function owesTask({ frame }: Run): boolean {
  return frame?.phase.kind === 'scheduled' || frame?.phase.kind === 'started'
}

/** The context object, `$$` in paths: the names and times of the run, the state and the machine. */
export function contextObject(run: Run, frame: Frame): Json {
  return {
    Execution: {
      Id: run.executionArn,
      Input: JSON.parse(run.input) as Json,
      Name: run.name,
      RoleArn: run.roleArn,
      StartTime: new Date(run.startMs).toISOString(),
      RedriveCount: run.redriveCount ?? 0,
      ...(run.redriveMs === undefined ? {} : { RedriveTime: new Date(run.redriveMs).toISOString() }),
    },
    State: {
      EnteredTime: new Date(frame.enteredMs).toISOString(),
      Name: frame.state,
      RetryCount: frame.retries.reduce((sum, count) => sum + count, 0),
    },
    StateMachine: { Id: run.stateMachineArn, Name: lastPart(run.stateMachineArn) },
  }
}
