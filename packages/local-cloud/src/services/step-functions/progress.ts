import { parseArn } from '@confirmation-reminder/contracts/arn'
import { enterChoice } from './choice.ts'
import type { Definition, State } from './definition.ts'
import { enterFail } from './fail.ts'
import { type Outcome, placeResult, type StateScope, stateOutput } from './input-output-processing.ts'
import type { Json } from './json.ts'
import { enterPass } from './pass.ts'
import { covers, nextAttempt } from './retry.ts'
import { contextObject, type Frame, type HistoryEvent, type Phase, type Run, type RunStatus } from './run.ts'
import { StateError } from './state-error.ts'
import { enterSucceed } from './succeed.ts'
import {
  type Catcher,
  lambdaInvoke,
  type TaskAnswer,
  type TaskState,
  taskEvent,
  taskRequest,
  taskResult,
} from './task.ts'
import { enterWait, leaveWait } from './wait.ts'

/** AWS's limit for the input and output of states, tasks and runs, in bytes of UTF-8. */
export const dataLimitBytes = 262_144
/** AWS's limit for the history; the last event is reserved for the end of the run. */
export const historyLimit = 25_000
/** A run that does not wait is written after this many events, and then continues. */
const eventsPerStep = 500

/** Everything except the run that a decision may depend on. */
export interface World {
  definition: Definition
  /** The time, in milliseconds since 1970. */
  now: number
  /** A number from 0 to 1, for jitter. */
  random: () => number
}

/** A decision: the events to append, and the run as they leave it. */
export interface Step {
  run: Run
  events: HistoryEvent[]
}

export const inputDetails = { truncated: false }
const outputDetails = inputDetails

export function readyAt(state: string, input: string, previousEventId: number): Frame {
  return { state, input, enteredEventId: 0, enteredMs: 0, previousEventId, retries: [], phase: { kind: 'ready' } }
}

/** The same position at the state's entry: no retries used, and the entry as the previous event. */
function readyAgain(frame: Frame): Frame {
  const previousEventId = frame.enteredEventId || frame.previousEventId
  return { ...frame, previousEventId, retries: [], phase: { kind: 'ready' } }
}

class HistoryFull extends Error {}

/** A step while it is being built. */
export class Progress implements Step {
  readonly events: HistoryEvent[] = []
  run: Run

  constructor(
    run: Run,
    private readonly world: World,
  ) {
    // As deep as a step changes it.
    this.run = { ...run, ...(run.frame && { frame: { ...run.frame } }) }
  }

  get frame(): Frame {
    if (!this.run.frame) throw new Error(`The run ${this.run.executionArn} has ended and cannot change any more.`)
    return this.run.frame
  }

  get state(): State {
    const state = this.world.definition.States[this.frame.state]
    if (!state) throw new Error(`The run ${this.run.executionArn} is in a state that its definition does not have.`)
    return state
  }

  set phase(phase: Phase) {
    this.frame.phase = phase
  }

  /** Does the work, and fails the run if its history is full. */
  go(work: () => void): Step {
    try {
      work()
    } catch (error) {
      if (!(error instanceof HistoryFull)) throw error
      this.end('FAILED', 'ExecutionFailed', {
        error: 'States.Runtime',
        cause: `The execution reached the maximum number of history events (${historyLimit}).`,
      })
    }
    return { run: this.run, events: this.events }
  }

  record(type: string, details: Record<string, object>, previousEventId = this.frame.previousEventId): number {
    const id = this.run.lastEventId + 1
    const isEnd = 'stopMs' in this.run
    if (id >= historyLimit && !isEnd) throw new HistoryFull()
    this.events.push({ id, previousEventId, timestamp: this.world.now, type, ...details })
    this.run.lastEventId = id
    this.frame.previousEventId = id
    return id
  }

  end(
    status: RunStatus,
    type: string,
    { output, ...details }: { output?: string; error?: string; cause?: string },
    previousEventId = this.frame.previousEventId,
  ): void {
    const withOutput = output === undefined ? {} : { output }
    if (status !== 'SUCCEEDED') this.run.lastFrame = readyAgain(this.frame)
    Object.assign(this.run, withOutput, details, { status, stopMs: this.world.now })
    const member = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
    const truncation = output === undefined ? {} : { outputDetails }
    this.record(type, { [member]: { ...withOutput, ...truncation, ...details } }, previousEventId)
    delete this.run.frame
  }

  /** Enters one state after the other, until one waits for the clock or for a task. */
  advance(): void {
    while (this.run.frame?.phase.kind === 'ready' && this.events.length < eventsPerStep) {
      const { frame, state } = this
      const details = { name: frame.state, input: frame.input, inputDetails }
      frame.enteredEventId = this.record(`${state.Type}StateEntered`, { stateEnteredEventDetails: details })
      frame.enteredMs = this.world.now
      this.evaluate()
    }
  }

  /** Continues from the last frame. The state is not entered again, as its entry is in the history. */
  resume(lastFrame: Frame): void {
    this.run.frame = { ...lastFrame }
    if (lastFrame.enteredEventId > 0) this.evaluate()
    this.advance()
  }

  /** What the state's paths and templates may read. */
  scope(): StateScope {
    const { run, frame } = this
    let context: Json | undefined
    return {
      data: JSON.parse(frame.input) as Json,
      context: () => (context ??= contextObject(run, frame)),
      now: this.world.now,
    }
  }

  evaluate(): void {
    this.attempt((state) => enter(state, this.scope()))
  }

  leaveWait(): void {
    this.attempt((state) => (state.Type === 'Wait' ? leaveWait(state, this.scope()) : unexpected(state)))
  }

  taskEnded(answer: TaskAnswer): void {
    const task = this.task()
    if ('error' in answer) {
      this.taskFailed(task, answer.error, answer.cause)
      return
    }
    const result = taskResult(task, answer)
    const output = JSON.stringify(result)
    if (Buffer.byteLength(output) > dataLimitBytes) {
      const named = task.Resource === lambdaInvoke ? 'lambda' : task.Resource
      this.taskFailed(task, 'States.DataLimitExceeded', tooLarge(named))
      return
    }
    const { type, details } = taskEvent(task, 'Succeeded', { output, outputDetails })
    this.record(type, details)
    this.attempt(() => stateOutput(task, result, this.scope()))
  }

  taskTimedOut(): void {
    const { type, details } = taskEvent(this.task(), 'TimedOut', { error: 'States.Timeout' })
    this.record(type, details)
    this.failed('States.Timeout', undefined)
  }

  private taskFailed(task: TaskState, error: string, cause: string): void {
    const { type, details } = taskEvent(task, 'Failed', { error, cause })
    this.record(type, details)
    this.failed(error, cause)
  }

  private task(): TaskState {
    return this.state.Type === 'Task' ? this.state : unexpected(this.state)
  }

  /** Applies a state's rules, and then their outcome or the error that they throw. */
  private attempt(rules: (state: State) => Outcome): void {
    try {
      this.follow(rules(this.state))
    } catch (error) {
      if (!(error instanceof StateError)) throw error
      const { state, enteredEventId } = this.frame
      const where = `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}).`
      const limit = error.error === 'States.DataLimitExceeded'
      this.failed(error.error, limit ? error.cause : `${where} ${error.cause}`)
    }
  }

  private follow(outcome: Outcome): void {
    switch (outcome.kind) {
      case 'task':
        this.schedule()
        break
      case 'wait':
        this.phase = { kind: 'waiting', untilMs: outcome.untilMs }
        if (outcome.untilMs <= this.world.now) this.leaveWait()
        break
      case 'exit':
        this.exit(JSON.stringify(outcome.output), outcome.next)
        break
      case 'fail':
        this.fail(outcome.error, outcome.cause)
    }
  }

  private schedule(): void {
    const task = this.task()
    const { input, timeoutSeconds } = taskRequest(task, this.scope(), this.run.stateMachineArn)
    if (Buffer.byteLength(input) > dataLimitBytes) {
      throw new StateError('States.DataLimitExceeded', tooLarge(this.frame.state))
    }
    const { region } = parseArn(this.run.stateMachineArn)
    const integration = task.Resource === lambdaInvoke
    const { type, details } = taskEvent(task, 'Scheduled', {
      ...(integration ? { region, parameters: input } : { resource: task.Resource, input, inputDetails }),
      ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    })
    this.record(type, details)
    this.phase = { kind: 'scheduled', sinceMs: this.world.now }
  }

  private exit(output: string, next: string | undefined): void {
    const { frame, state } = this
    if (Buffer.byteLength(output) > dataLimitBytes) {
      throw new StateError('States.DataLimitExceeded', tooLarge(frame.state))
    }
    const details = { name: frame.state, output, outputDetails }
    const exited = this.record(`${state.Type}StateExited`, { stateExitedEventDetails: details })
    if (next !== undefined) this.run.frame = readyAt(next, output, exited)
    else this.end('SUCCEEDED', 'ExecutionSucceeded', { output })
  }

  private fail(error: string | undefined, cause: string | undefined): void {
    const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
    this.end('FAILED', 'ExecutionFailed', details)
  }

  /** Handles an error in the state: retries, catches, or fails the run, as the definition says. */
  private failed(error: string, cause: string | undefined): void {
    const { frame, state } = this
    const { Retry: retriers = [], Catch: catchers = [] } = state.Type === 'Task' ? state : {}
    const again = nextAttempt(retriers, frame.retries, error, this.world.random)
    const catcher = catchers.find(({ ErrorEquals }) => covers(ErrorEquals, error))
    if (again) {
      frame.retries = retriers.map((_, index) => (frame.retries[index] ?? 0) + (index === again.retrier ? 1 : 0))
      this.phase = { kind: 'backingOff', untilMs: this.world.now + again.delayMs }
    } else if (catcher) {
      this.caught(catcher, { Error: error, ...(cause === undefined ? {} : { Cause: cause }) })
    } else {
      this.fail(error, cause)
    }
  }

  private caught(catcher: Catcher, errorOutput: Json): void {
    try {
      this.exit(JSON.stringify(placeResult(catcher.ResultPath, this.scope().data, errorOutput)), catcher.Next)
    } catch (misfit) {
      // An error in a catcher is not caught by the same state.
      if (!(misfit instanceof StateError)) throw misfit
      this.fail(misfit.error, misfit.cause)
    }
  }
}

function enter(state: State, scope: StateScope): Outcome {
  switch (state.Type) {
    case 'Task':
      return { kind: 'task' }
    case 'Wait':
      return enterWait(state, scope)
    case 'Choice':
      return enterChoice(state, scope)
    case 'Pass':
      return enterPass(state, scope)
    case 'Succeed':
      return enterSucceed(state, scope)
    case 'Fail':
      return enterFail(state, scope)
  }
}

function unexpected(state: State): never {
  throw new Error(`A state of type ${state.Type} cannot be in this phase.`)
}

function tooLarge(stateOrTask: string): string {
  return `The state/task '${stateOrTask}' returned a result with a size exceeding the maximum number of bytes service limit.`
}
