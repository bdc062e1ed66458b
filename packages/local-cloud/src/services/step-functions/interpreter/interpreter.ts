import { type Callback, type TaskAnswer, type TaskRequest, taskRequest } from '../state-types/task.ts'
import type { Failure } from '../values/state-error.ts'
import { heartbeatFrom, Progress, readyAt, type Step, type World } from './progress.ts'
import { dueMs, type Frame, leaves, nextDueMs, phaseDueMs, type Run, taskOf } from './run.ts'

// The interpreter: pure functions from a run and what happened to it, to the events that follow and the run after them.

/** AWS's limit for the length of a run, one year. */
export const longestRunSeconds = 31_536_000

/** Starts a run and continues it until it waits for the clock or for a task. */
export function beginRun(
  run: Pick<
    Run,
    'executionArn' | 'name' | 'stateMachineArn' | 'roleArn' | 'definitionHash' | 'revisionMs' | 'input' | 'traceHeader'
  >,
  world: World,
): Step {
  const { StartAt } = world.definition
  const step = new Progress(
    {
      ...run,
      status: 'RUNNING',
      startMs: world.now,
      lastEventId: 0,
      deadlineMs: deadlineMs(world),
      frame: readyAt({}, StartAt, run.input, 0),
    },
    world,
  )
  // To AWS the first state does not follow from the start: its previous event is 0.
  step.recordAside('ExecutionStarted', { input: run.input, roleArn: run.roleArn })
  return step.go()
}

/** When a run that begins now, or is redriven now, times out. */
function deadlineMs({ definition: { TimeoutSeconds = longestRunSeconds }, now }: World): number {
  return now + Math.min(TimeoutSeconds, longestRunSeconds) * 1000
}

/**
 * RedriveExecution: continues in the state in which the run ended, with the input that it had. The retries of that state,
 * its timeout and the timeout of the machine start again, and so does a Wait for a number of seconds. Of a Parallel or Map
 * state, the branches that succeeded keep their outputs, and each other one continues in its own state.
 * @throws Error if the run succeeded, or is open
 */
export function redriveRun({ lastFrame, stopMs, error, cause, ...run }: Run, world: World): Step {
  if (!lastFrame) throw new Error(`The run ${run.executionArn} has no frame from which it could be redriven.`)
  const redriveCount = (run.redriveCount ?? 0) + 1
  const redriven = { status: 'RUNNING', redriveCount, redriveMs: world.now, deadlineMs: deadlineMs(world) } as const
  const step = new Progress({ ...run, ...redriven, frame: lastFrame }, world)
  return step.go(() => step.recordAside('ExecutionRedriven', { redriveCount }, run.lastEventId))
}

/** Continues a run that is ready: a step ends after many states that did not wait for the clock or for a task. */
export function continueRun(run: Run, world: World): Step {
  return new Progress(run, world).go()
}

/** The clock has reached what the run waited for: its wait, its backoff, its task's timeout, or its own timeout. */
export function wakeRun(run: Run, world: World): Step | undefined {
  if (dueMs(run) === 0) return continueRun(run, world)
  const due = nextDueMs(run.frame)
  if (Math.min(due, run.deadlineMs) > world.now) return undefined
  const step = new Progress(run, world)
  if (run.deadlineMs < due) {
    return step.go(() => step.end('TIMED_OUT', { error: 'States.Timeout' }, 0))
  }
  // When the clock was moved, or no process could wake the run, the delay must not use up the time that the run has left.
  step.run.deadlineMs += world.now - due
  return step.go(() => {
    for (let next = due; next <= world.now; next = nextDueMs(step.run.frame)) {
      step.goTo(({ phase }) => phaseDueMs(phase) === next)
      const { kind } = step.frame.phase
      if (kind === 'waiting') step.leaveWait()
      if (kind === 'backingOff') step.evaluate()
      if (kind === 'started' || kind === 'submitted') step.taskTimedOut()
      step.advance()
    }
  })
}

/**
 * The process that invoked the run's tasks is gone, and it is unknown whether their functions ran. AWS, when it loses a
 * worker, repeats the same attempt, and so does this engine: it uses no Retry and adds no event, and the function may
 * receive the same event twice. The run's deadline moves by the time until now, and the tasks' timeouts start again.
 */
export function resumeTasks(run: Run, world: World): Step | undefined {
  const step = new Progress(run, world)
  let stoppedMs = -Infinity
  for (const [task] of leaves(step.run.frame)) {
    const { phase } = task
    if (phase.kind !== 'scheduled' && phase.kind !== 'started') continue
    stoppedMs = Math.max(stoppedMs, phase.sinceMs)
    const { timeoutMs, heartbeat, ...kept } = phase
    task.phase = { ...kept, kind: 'scheduled', sinceMs: world.now }
    if (phase.kind === 'started') task.phase.repeated = true
  }
  if (stoppedMs === -Infinity) return undefined
  step.run.deadlineMs += Math.max(0, world.now - stoppedMs)
  return step
}

/**
 * Starts a task of a run: the step that records it, and the request that is to be sent to Lambda.
 * @param scheduled the last event of the task, by which a run knows its tasks apart; `attempt` is the one after the step
 */
export function startTask(
  run: Run,
  scheduled: number,
  world: World,
): { step: Step; request: TaskRequest; attempt: number } | undefined {
  const step = new Progress(run, world)
  if (!step.goTo(isTask('scheduled', scheduled))) return undefined
  const { state, frame } = step
  const { phase } = frame
  if (state.Type !== 'Task' || phase.kind !== 'scheduled') return undefined
  const request = taskRequest(state, step.scope(), run.stateMachineArn, phase.input)
  const { timeoutSeconds, heartbeatSeconds = 0 } = request
  // A number from the data may be so large that only infinity is larger. No run is as long.
  const inMs = (seconds: number) => Math.min(seconds, 2 * longestRunSeconds) * 1000
  step.go(() => {
    if (!phase.repeated) step.recordTask('Started')
    frame.phase = {
      ...{ ...phase, kind: 'started', sinceMs: world.now },
      ...(timeoutSeconds !== undefined && { timeoutMs: world.now + inMs(timeoutSeconds) }),
      ...(heartbeatSeconds > 0 && { heartbeat: heartbeatFrom(world.now, inMs(heartbeatSeconds)) }),
    }
  })
  return { step, request, attempt: frame.previousEventId }
}

/** Lambda has answered. Nothing follows if the attempt has timed out, or its run or branch was stopped. */
export function endTask(run: Run, attempt: number, answer: TaskAnswer, world: World): Step | undefined {
  return change(run, world, isTask('started', attempt), (step) => step.taskEnded(answer))
}

/** Changes the first position that is wanted. Undefined if there is none. */
function change(run: Run, world: World, wanted: (leaf: Frame) => boolean, work: (step: Progress) => void) {
  const step = new Progress(run, world)
  return step.goTo(wanted) ? step.go(() => work(step)) : undefined
}

function isTask(kind: 'scheduled' | 'started', attempt: number) {
  return ({ phase, previousEventId }: Frame) => phase.kind === kind && previousEventId === attempt
}

/** A call with a task's token. Undefined if no task waits for an answer with this nonce in its token. */
export function callBackTask(run: Run, nonce: string, callback: Callback, world: World): Step | undefined {
  return change(run, world, isAwaited(nonce, world), (step) => step.taskCalledBack(callback))
}

/** Whether a task waits with this nonce. One whose time is over does not, even if it has not been woken yet. */
function isAwaited(nonce: string, { now }: World) {
  return ({ phase }: Frame) => taskOf(phase)?.nonce === nonce && phaseDueMs(phase) > now
}

/** StopExecution. */
export function abortRun(run: Run, failure: Failure, world: World): Step {
  const step = new Progress(run, world)
  return step.go(() => step.end('ABORTED', failure, 0))
}
