import { lastPart } from '@confirmation-reminder/contracts/arn'
import type { RunStatus } from '../../../core/run-summary.ts'
import { taskToken } from '../../../core/task-token.ts'
import type { Json, JsonObject } from '../values/json.ts'

/** An event of a run's history. GetExecutionHistory adds whether its data are whole, and has its time in seconds. */
export interface HistoryEvent {
  /** 1 for the first event of the run, then without a gap. */
  id: number
  /** The event that led to this one. 0 if none did: at the beginning, and if the run was ended from outside. */
  previousEventId: number
  /** In milliseconds since 1970. */
  timestamp: number
  type: string
  /** `…EventDetails`, named after the type. */
  [details: string]: unknown
}

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
  /** The state machine's last update before the run began; absent in runs of older data folders. */
  revisionMs?: number
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
 * A position in the machine. A run has one. While it is in a Parallel or Map state, there is one more for each branch
 * that runs, so the previous event belongs to the frame and not to the run.
 */
export interface Frame {
  state: string
  /** In a branch: which one of the Parallel state, or the index of the Map state's item. */
  branch?: number
  /** In the iteration of a Map state: its item. */
  item?: Json
  /** The raw input of the state, as JSON text. */
  input: string
  /** The variables that the states before have assigned; absent for none. */
  variables?: JsonObject | undefined
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
  /** In a Wait state, or in a state that a Retry will enter again. */
  | { kind: 'waiting' | 'backingOff'; untilMs: number }
  | TaskPhase
  | Branching

/** A task is queued for its invocation, then invoked; when its function has returned, it may wait for an answer with its token. */
export interface TaskPhase {
  kind: 'scheduled' | 'started' | 'submitted'
  sinceMs: number
  /** An earlier invocation was cut short. */
  repeated?: true
  /** What the task's token holds: see `taskToken`. */
  nonce?: string
  /**
   * What the history records, until the function has returned: a second evaluation could differ, by the time or a random
   * number. Absent in records of older versions.
   */
  input?: string
  /** When the task times out, once it has started. */
  timeoutMs?: number
  heartbeat?: { everyMs: number; untilMs: number }
}

/** A Parallel or Map state whose branches run. After a failure that ended the run: what a redrive continues. */
export interface Branching {
  kind: 'branching'
  /** The positions of the branches that run. */
  running: Frame[]
  /** An element for each branch that has started: its output, or null until it has ended. */
  outputs: Json[]
  /** The size of the outputs as one array, in bytes of UTF-8. Outputs over AWS's limit are not kept. */
  outputBytes: number
  /** Of a Map state: the items whose iterations have not started. */
  items?: Json[]
  /** Of a Map state: how many iterations may run at the same time. */
  atOnce?: number
}

/** Each position that has no branches of its own, followed by the positions around it, the innermost first. */
export function* leaves(frame: Frame | undefined, around: Frame[] = []): Generator<[Frame, ...Frame[]]> {
  if (frame?.phase.kind === 'branching') {
    for (const branch of frame.phase.running) yield* leaves(branch, [frame, ...around])
  } else if (frame) yield [frame, ...around]
}

/** When the engine must wake the run, in milliseconds since 1970; 0 means at once, undefined never. */
export function dueMs({ frame, deadlineMs }: Run): number | undefined {
  if (!frame) return undefined
  for (const [{ phase }] of leaves(frame)) if (phase.kind === 'ready') return 0
  return Math.min(nextDueMs(frame), deadlineMs)
}

/** When the first wait, backoff or timeout of a task is over. */
export function nextDueMs(frame: Frame | undefined): number {
  let next = Infinity
  for (const [{ phase }] of leaves(frame)) next = Math.min(next, phaseDueMs(phase))
  return next
}

/** How long AWS keeps a run that has ended, its history and its name: 90 days. */
const keptMs = 90 * 86_400_000

/** When a run that has ended is deleted, in milliseconds since 1970; undefined for an open run. */
export function expiryMs({ stopMs }: Run): number | undefined {
  return stopMs === undefined ? undefined : stopMs + keptMs
}

/** When the phase itself is over. */
export function phaseDueMs(phase: Phase): number {
  if ('untilMs' in phase) return phase.untilMs
  const { timeoutMs = Infinity, heartbeat } = taskOf(phase) ?? {}
  return Math.min(timeoutMs, heartbeat?.untilMs ?? Infinity)
}

/** The phase, if it is one of a task. */
export function taskOf(phase: Phase): TaskPhase | undefined {
  return 'sinceMs' in phase ? phase : undefined
}

/** Whether a task has no result yet: after a restart it is invoked, perhaps for the second time. */
export function owesTask({ frame }: Run): boolean {
  for (const [{ phase }] of leaves(frame)) if (phase.kind === 'scheduled' || phase.kind === 'started') return true
  return false
}

/** The types of states that can have a Retry: to the others, AWS gives no `$$.State.RetryCount`. */
const retryable = ['Task', 'Parallel', 'Map']

/** The item of an iteration, as the context object has it. */
export interface Item {
  Index: number
  Value: Json
}

/** The context object, `$$` in paths: the names and times of the run, the state and the machine, and the item. */
export function contextObject(run: Run, frame: Frame, stateType: string, item: Item | undefined): Json {
  const nonce = taskOf(frame.phase)?.nonce
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
      ...(retryable.includes(stateType) && { RetryCount: frame.retries.reduce((sum, count) => sum + count, 0) }),
    },
    StateMachine: { Id: run.stateMachineArn, Name: lastPart(run.stateMachineArn) },
    ...(item && { Map: { Item: { ...item } } }),
    ...(nonce !== undefined && { Task: { Token: taskToken(run.executionArn, nonce) } }),
  }
}
