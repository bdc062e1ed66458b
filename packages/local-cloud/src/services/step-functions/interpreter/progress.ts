import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { RunStatus } from '../../../core/run-summary.ts'
import { allStates, type Definition, type State } from '../definition/definition.ts'
import {
  type Catcher,
  dataLimitBytes,
  type Exit,
  exit,
  passThrough,
  type StateScope,
  stateOutput,
} from '../languages/input-output-processing.ts'
import { languageOf, languages } from '../languages/languages.ts'
import { covers, heartbeatTimeout, isTimeout, nextAttempt, shownError } from '../languages/retry.ts'
import { choiceExit } from '../state-types/choice.ts'
import { failureOf } from '../state-types/fail.ts'
import { itemProcessor, iterationInput, mapWork } from '../state-types/map.ts'
import { parallelWork, type Work } from '../state-types/parallel.ts'
import { passExit } from '../state-types/pass.ts'
import {
  type Callback,
  isIntegration,
  type TaskAnswer,
  type TaskState,
  taskCause,
  taskRequest,
  taskResult,
  waitsForToken,
} from '../state-types/task.ts'
import { endOfWait } from '../state-types/wait.ts'
import { defined, type Json, type JsonObject } from '../values/json.ts'
import { remember } from '../values/remember.ts'
import { type Failure, StateError } from '../values/state-error.ts'
import {
  type Branching,
  contextObject,
  type Frame,
  type HistoryEvent,
  type Item,
  leaves,
  phaseDueMs,
  type Run,
  type TaskPhase,
  taskOf,
} from './run.ts'

/** AWS's limit for the history; the last event is reserved for the end of the run. */
export const historyLimit = 25_000
/** A run that does not wait is written after this many events, and then continues. */
const eventsPerStep = 500

/** Everything except the run that a decision may depend on. */
export interface World {
  definition: Definition
  /** The time, in milliseconds since 1970. */
  now: number
  /** A number from 0 to 1, for jitter and for what states compute. */
  random: () => number
  /** A text that no one can guess, for a task's token. */
  nonce: () => string
}

/** A decision: the events to append, and the run as they leave it. */
export interface Step {
  run: Run
  events: HistoryEvent[]
}

/** A position about to enter a state, with the branch, the item and the variables of this one. */
export function readyAt(
  { branch, item, variables }: Pick<Frame, 'branch' | 'item' | 'variables'>,
  state: string,
  input: string,
  previousEventId: number,
): Frame {
  const phase = { kind: 'ready' } as const
  const frame: Frame = { state, input, enteredEventId: 0, enteredMs: 0, previousEventId, retries: [], phase }
  if (branch !== undefined) frame.branch = branch
  if (item !== undefined) frame.item = item
  if (variables) frame.variables = variables
  return frame
}

/** The member of an event that has its details: one for the entries, and one for the exits, of all types of states. */
const memberOf = remember((type) => {
  const name = type.replace(/^[A-Z][a-z]+(?=State(Entered|Exited)$)/, '')
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`
})

/**
 * The same position at the state's entry: no retries used, and the entry as the previous event. A Parallel or Map state
 * keeps the outputs of its branches, and the others are at their entries, unless it failed after all had ended.
 */
function readyAgain(frame: Frame): Frame {
  const { phase } = frame
  if (phase.kind === 'branching' && phase.running.length > 0) {
    return { ...frame, retries: [], phase: { ...phase, running: phase.running.map(readyAgain) } }
  }
  const previousEventId = frame.enteredEventId || frame.previousEventId
  return { ...frame, previousEventId, retries: [], phase: { kind: 'ready' } }
}

/** A copy, as deep as a step changes it. */
function copyOf(frame: Frame): Frame {
  const { phase } = frame
  if (phase.kind !== 'branching') return { ...frame }
  const { running, outputs, items } = phase
  const copies = { running: running.map(copyOf), outputs: [...outputs], ...(items && { items: [...items] }) }
  return { ...frame, phase: { ...phase, ...copies } }
}

export function heartbeatFrom(now: number, everyMs: number) {
  return { everyMs, untilMs: now + everyMs }
}

const endEvents = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
}

class HistoryFull extends Error {}

/** A step while it is being built. */
export class Progress implements Step {
  readonly events: HistoryEvent[] = []
  run: Run
  /** The position that the step changes now. */
  frame: Frame
  /** The positions around it, the innermost first: none outside of branches. */
  private around: Frame[] = []

  constructor(
    run: Run,
    private readonly world: World,
  ) {
    if (!run.frame) throw new Error(`The run ${run.executionArn} has ended and cannot change any more.`)
    this.frame = copyOf(run.frame)
    this.run = { ...run, frame: this.frame }
  }

  /** Changes the first position that is wanted from now on. False if there is none. */
  goTo(wanted: (leaf: Frame) => boolean): boolean {
    for (const [leaf, ...around] of leaves(this.run.frame)) {
      if (!wanted(leaf)) continue
      this.frame = leaf
      this.around = around
      return true
    }
    return false
  }

  get state(): State {
    return this.stateOf(this.frame)
  }

  private stateOf(frame: Frame): State {
    const state = allStates(this.world.definition).get(frame.state)
    if (!state) throw new Error(`The run ${this.run.executionArn} is in a state that its definition does not have.`)
    return state
  }

  /** Does the work and advances the run, or fails it if its history is full. */
  go(work?: () => void): Step {
    try {
      work?.()
      this.advance()
    } catch (error) {
      if (!(error instanceof HistoryFull)) throw error
      const cause = `The execution reached the maximum number of history events (${historyLimit}).`
      this.end('FAILED', { error: 'States.Runtime', cause })
    }
    return { run: this.run, events: this.events }
  }

  /** Records an event from which the next event of the position follows. */
  record(type: string, details?: object, previousEventId = this.frame.previousEventId): number {
    this.frame.previousEventId = this.recordAside(type, details, previousEventId)
    return this.frame.previousEventId
  }

  /** Records an event from which, to AWS, the next event of the position does not follow. */
  recordAside(type: string, details?: object, previousEventId = this.frame.previousEventId): number {
    const id = this.run.lastEventId + 1
    const isEnd = 'stopMs' in this.run
    if (id >= historyLimit && !isEnd) throw new HistoryFull()
    this.events.push({
      id,
      previousEventId,
      timestamp: this.world.now,
      type,
      ...(details && { [memberOf(type)]: details }),
    })
    this.run.lastEventId = id
    return id
  }

  /** Ends the run. To AWS, what ends it from outside follows from nothing. */
  end(
    status: Exclude<RunStatus, 'RUNNING'>,
    details: { output: string } | Failure,
    previousEventId = this.aside() ?? this.frame.previousEventId,
  ): void {
    if (status !== 'SUCCEEDED' && this.run.frame) this.run.lastFrame = readyAgain(this.run.frame)
    Object.assign(this.run, defined(details), { status, stopMs: this.world.now })
    this.record(endEvents[status], details, previousEventId)
    delete this.run.frame
  }

  /** The success of branches, or a redrive, if nothing happened since then: only the run's failure follows from these. */
  private aside(): number | undefined {
    const last = this.events.at(-1)
    return last && /StateSucceeded$|^ExecutionRedriven$/.test(last.type) ? last.id : undefined
  }

  /** Enters one state after the other, until each position waits for the clock or for a task. */
  advance(): void {
    while (this.run.frame && this.events.length < eventsPerStep) {
      if (this.frame.phase.kind !== 'ready' && !this.goTo(({ phase }) => phase.kind === 'ready')) return
      const { frame, state } = this
      // After a redrive the state is not entered again, as its entry is in the history.
      if (frame.enteredEventId === 0) {
        const details = { name: frame.state, input: frame.input }
        frame.enteredEventId = this.record(`${state.Type}StateEntered`, details)
        frame.enteredMs = this.world.now
      }
      this.evaluate()
    }
  }

  /** What the state's paths and templates may read. */
  scope(item = this.item()): StateScope {
    const { run, frame } = this
    let context: Json | undefined
    return {
      data: JSON.parse(frame.input) as Json,
      context: () => (context ??= contextObject(run, frame, this.stateOf(frame).Type, item)),
      variables: frame.variables ?? {},
      now: this.world.now,
      random: this.world.random,
      language: languages[languageOf(this.state, languageOf(this.world.definition))],
    }
  }

  /** The item of the innermost iteration that the position is in. */
  private item(): Item | undefined {
    const iteration = [this.frame, ...this.around].find(({ item }) => item !== undefined)
    return iteration?.item === undefined ? undefined : { Index: iteration.branch ?? 0, Value: iteration.item }
  }

  /** Does what a state of this type does on its entry, and again for each retry. */
  evaluate(): void {
    // The type of the state chooses the entry that takes it.
    this.attempt(() => entries[this.state.Type](this, this.state as never, this.scope()))
  }

  leaveWait(): void {
    this.attempt(() => this.exit(passThrough(this.state, this.scope())))
  }

  taskEnded(answer: TaskAnswer): void {
    const task = this.task()
    if ('error' in answer) {
      this.taskFailed({ ...answer, cause: taskCause(task, answer.cause) })
      return
    }
    const result = taskResult(task, answer, this.world.now)
    const output = JSON.stringify(result)
    const { phase } = this.frame
    if (Buffer.byteLength(output) > dataLimitBytes) {
      this.taskFailed(tooLarge(isIntegration(task) ? 'lambda' : task.Resource))
    } else if (waitsForToken(task) && phase.kind === 'started') {
      this.recordTask('Submitted', { output })
      const { input, ...waiting } = phase
      this.frame.phase = { ...waiting, kind: 'submitted' }
    } else this.taskSucceeded(task, output, result)
  }

  /** A client has answered with the task's token. The function may still run; what it returns then means nothing. */
  taskCalledBack(callback: Callback): void {
    const task = this.task()
    const phase = taskOf(this.frame.phase)
    // AWS does not record a heartbeat.
    if (callback === 'heartbeat') {
      if (phase?.heartbeat)
        this.frame.phase = { ...phase, heartbeat: heartbeatFrom(this.world.now, phase.heartbeat.everyMs) }
    } else if ('output' in callback) this.taskSucceeded(task, callback.output, JSON.parse(callback.output) as Json)
    else this.taskFailed(callback)
  }

  taskTimedOut(): void {
    this.recordTask('TimedOut', { error: 'States.Timeout' })
    const { phase } = this.frame
    const isSilent = taskOf(phase)?.heartbeat?.untilMs === phaseDueMs(phase)
    this.failed({ error: isSilent ? heartbeatTimeout : 'States.Timeout' })
  }

  private taskSucceeded(task: TaskState, output: string, result: Json): void {
    this.recordTask('Succeeded', { output })
    this.attempt(() => this.exit(stateOutput(task, result, this.scope())))
  }

  private taskFailed({ error, cause }: Failure): void {
    this.recordTask('Failed', { error, cause })
    this.failed({ error, cause })
  }

  /**
   * Records an event of the task: a function as the resource has its own types of events; an integration has the general
   * types, and each event names the integration.
   */
  recordTask(what: string, details?: object): void {
    const task = this.task()
    const resource = task.Resource.slice('arn:aws:states:::lambda:'.length)
    if (isIntegration(task)) this.record(`Task${what}`, { resourceType: 'lambda', resource, ...details })
    // AWS gives LambdaFunctionStarted no details at all.
    else this.record(`LambdaFunction${what}`, details)
  }

  private task(): TaskState {
    return this.state.Type === 'Task' ? this.state : unexpected(this.state)
  }

  /** Applies a state's rules, or handles the error that they throw. */
  private attempt(rules: () => void): void {
    try {
      rules()
    } catch (error) {
      if (!(error instanceof StateError)) throw error
      this.failed(this.explain(error))
    }
  }

  /** What an error in the state's own fields is called. An expression that failed has an event of its own. */
  private explain({ error, cause, location }: StateError): Failure {
    // AWS was seen to name neither the state nor its entry in these.
    if (['States.DataLimitExceeded', 'States.ReferencePathConflict'].includes(error)) return { error, cause }
    const { state, enteredEventId, previousEventId } = this.frame
    const explained = `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${cause}`
    if (error === 'States.QueryEvaluationError') {
      // AWS was recorded to let it follow from what the state's entry follows from, except in a Wait.
      const entry = this.events.find(({ id }) => id === enteredEventId && id === previousEventId)
      const follows = this.state.Type === 'Wait' ? undefined : entry?.previousEventId
      this.record('EvaluationFailed', { state, error, cause: explained, location }, follows)
    }
    return { error, cause: explained }
  }

  /** Waits until a time, in milliseconds since 1970. A time that has passed ends the wait at once. */
  wait(untilMs: number): void {
    this.frame.phase = { kind: 'waiting', untilMs }
    if (untilMs <= this.world.now) this.leaveWait()
  }

  /** Starts the branches of a Parallel state, or the iterations of a Map state. */
  startBranches({ items, atOnce }: Work): void {
    const { Type } = this.state
    const started = this.record(`${Type}StateStarted`, Type === 'Map' ? { length: items.length } : undefined)
    this.frame.phase = { kind: 'branching', running: [], outputs: [], outputBytes: 1, items: [...items], atOnce }
    this.startNextBranches(started)
  }

  /** Starts as many branches as may run now. If all have ended, their outputs are the result of the state. */
  private startNextBranches(previousEventId: number): void {
    const { state } = this
    const { state: name, variables } = this.frame
    const { running, outputs, outputBytes, items = [], atOnce = 0 } = this.branching()
    while (items[0] !== undefined && running.length < atOnce) {
      const [item] = items
      const branch = outputs.length
      if (state.Type === 'Map') {
        const input = iterationInput(state, item, () => this.scope({ Index: branch, Value: item }))
        const started = this.recordAside('MapIterationStarted', { name, index: branch }, previousEventId)
        running.push(readyAt({ branch, item, variables }, itemProcessor(state).StartAt, JSON.stringify(input), started))
      } else if (state.Type === 'Parallel') {
        const { StartAt = '' } = state.Branches[branch] ?? {}
        running.push(readyAt({ branch, variables }, StartAt, JSON.stringify(item), previousEventId))
      }
      items.shift()
      outputs.push(null)
    }
    if (running.length > 0) return
    if (outputBytes > dataLimitBytes) throw tooLarge(name)
    this.recordAside(`${state.Type}StateSucceeded`)
    this.exit(stateOutput(state, outputs, this.scope()))
  }

  private branchEnded(output: string): void {
    const ended = this.frame
    const { branch: index = 0, previousEventId } = ended
    const { running, outputs } = this.leaveBranch()
    const { frame, state } = this
    const phase = this.branching()
    if (state.Type === 'Map') {
      frame.previousEventId = this.recordAside('MapIterationSucceeded', { name: frame.state, index })
    }
    running.splice(running.indexOf(ended), 1)
    phase.outputBytes += Buffer.byteLength(output) + 1
    if (phase.outputBytes <= dataLimitBytes) outputs[index] = JSON.parse(output) as Json
    else outputs.fill(null)
    this.attempt(() => this.startNextBranches(previousEventId))
  }

  /** Changes the Parallel or Map state around the branch from now on. To AWS it follows from what led it there. */
  private leaveBranch(): Branching {
    const { previousEventId } = this.frame
    const [outer, ...around] = this.around
    if (!outer) throw new Error('This position is in no branch.')
    outer.previousEventId = previousEventId
    this.frame = outer
    this.around = around
    return this.branching()
  }

  private branching(): Branching {
    return this.frame.phase.kind === 'branching' ? this.frame.phase : unexpected(this.state)
  }

  /** Records how the branches ended when one failed, in their order. To AWS all of that follows from the failure. */
  private abort({ running }: Branching, frame: Frame, failed?: Frame): void {
    const { state: name, previousEventId } = frame
    const isMap = this.stateOf(frame).Type === 'Map'
    for (const branch of running) {
      const iteration = branch === failed ? 'MapIterationFailed' : 'MapIterationAborted'
      if (isMap) this.recordAside(iteration, { name, index: branch.branch }, previousEventId)
      const { Type } = this.stateOf(branch)
      if (branch.phase.kind === 'ready' || (branch === failed && Type !== 'Task')) continue
      this.recordAside(`${Type}StateAborted`, undefined, previousEventId)
      if (branch.phase.kind === 'branching') this.abort(branch.phase, { ...branch, previousEventId })
    }
  }

  /** Queues a task for its invocation. */
  schedule(task: TaskState, scope: StateScope): void {
    // First, because the parameters may name the token.
    const phase: TaskPhase = { kind: 'scheduled', sinceMs: this.world.now }
    if (waitsForToken(task)) phase.nonce = this.world.nonce()
    this.frame.phase = phase
    const { input, timeoutSeconds, heartbeatSeconds } = taskRequest(task, scope, this.run.stateMachineArn)
    if (Buffer.byteLength(input) > dataLimitBytes) throw tooLarge(this.frame.state)
    phase.input = input
    const { region } = parseArn(this.run.stateMachineArn)
    const integration = isIntegration(task)
    this.recordTask('Scheduled', {
      ...(integration ? { region, parameters: input } : { resource: task.Resource, input }),
      timeoutInSeconds: timeoutSeconds,
      ...(integration && { heartbeatInSeconds: heartbeatSeconds }),
    })
  }

  /** Leaves the state: to the next one, or to the end of the branch or of the run. */
  exit({ output: value, next, assigned }: Exit): void {
    const { frame, state } = this
    const output = JSON.stringify(value)
    if (Buffer.byteLength(output) > dataLimitBytes) throw tooLarge(frame.state)
    const exited = this.record(`${state.Type}StateExited`, {
      ...{ name: frame.state, output },
      ...(assigned && { assignedVariables: texts(assigned) }),
    })
    const after = assigned ? { ...frame, variables: { ...frame.variables, ...assigned } } : frame
    if (next !== undefined) this.move(readyAt(after, next, output, exited))
    else if (this.around.length > 0) this.branchEnded(output)
    else this.end('SUCCEEDED', { output })
  }

  private move(to: Frame): void {
    const phase = this.around[0]?.phase
    if (phase?.kind !== 'branching') this.run.frame = to
    else phase.running[phase.running.indexOf(this.frame)] = to
    this.frame = to
  }

  /** Fails the branch, or the run. `States.Runtime` fails the run wherever it occurs. */
  fail({ error, cause }: Failure): void {
    const failed = this.frame
    if (this.around.length > 0 && error !== 'States.Runtime') {
      this.leaveBranch()
      this.failed({ error, cause }, failed)
    } else {
      this.end('FAILED', { error: shownError(error), cause })
    }
  }

  /**
   * Handles an error in the state: retries, catches, or fails the branch or the run, as the definition says.
   * @param branch the position of the branch whose failure it is
   */
  private failed(failure: Failure, branch?: Frame): void {
    const { error } = failure
    const { frame, state } = this
    const { phase, previousEventId } = frame
    const { Type, Retry: retriers = [], Catch: catchers = [] } = state
    const isRuntime = error === 'States.Runtime'
    if (phase.kind === 'branching' && !isRuntime) this.abort(phase, frame, branch)
    const again = nextAttempt(retriers, frame.retries, error, this.world.random)
    if (again) {
      frame.retries = retriers.map((_, index) => (frame.retries[index] ?? 0) + (index === again.retrier ? 1 : 0))
      frame.phase = { kind: 'backingOff', untilMs: this.world.now + again.delayMs }
      return
    }
    if ((Type === 'Parallel' || Type === 'Map') && !isRuntime)
      this.record(`${Type}StateFailed`, undefined, previousEventId)
    const catcher = catchers.find(({ ErrorEquals }) => covers(ErrorEquals, error))
    if (catcher) this.caught(catcher, catchers.indexOf(catcher), failure)
    else this.fail(failure)
  }

  private caught(catcher: Catcher, index: number, { error, cause }: Failure): void {
    // Paths may read both: a timeout has an empty cause, and what SendTaskFailure left out is null.
    const errorOutput = { Error: shownError(error) ?? null, Cause: cause ?? (isTimeout(error) ? '' : null) }
    try {
      this.exit(exit(catcher, errorOutput, { ...this.scope(), states: { errorOutput } }, `Catch[${index}]/`))
    } catch (misfit) {
      // An error in a catcher is not caught by the same state.
      if (!(misfit instanceof StateError)) throw misfit
      this.fail(this.explain(misfit))
    }
  }
}

/** What the entry of a state does, by its type. */
const entries: {
  [Type in State['Type']]: (step: Progress, state: Extract<State, { Type: Type }>, scope: StateScope) => void
} = {
  Task: (step, state, scope) => step.schedule(state, scope),
  Parallel: (step, state, scope) => step.startBranches(parallelWork(state, scope)),
  Map: (step, state, scope) => step.startBranches(mapWork(scope.language.literals(state, scope), scope)),
  Wait: (step, state, scope) => step.wait(endOfWait(scope.language.literals(state, scope), scope)),
  Choice: (step, state, scope) => step.exit(choiceExit(state, scope)),
  Pass: (step, state, scope) => step.exit(passExit(state, scope)),
  Succeed: (step, state, scope) => step.exit(passThrough(state, scope)),
  Fail: (step, state, scope) => step.fail(failureOf(scope.language.literals(state, scope), scope)),
}

function unexpected(state: State): never {
  throw new Error(`A state of type ${state.Type} cannot be in this phase.`)
}

function tooLarge(stateOrTask: string): StateError {
  const cause = `The state/task '${stateOrTask}' returned a result with a size exceeding the maximum number of bytes service limit.`
  return new StateError('States.DataLimitExceeded', cause)
}

function texts(values: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]))
}
