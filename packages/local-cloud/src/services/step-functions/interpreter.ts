import { inputDetails, Progress, readyAt, type Step, type World } from './progress.ts'
import { dueMs, phaseDueMs, type Run } from './run.ts'
import { type TaskAnswer, type TaskRequest, taskEvent, taskRequest } from './task.ts'

// The interpreter: pure functions from a run and what happened to it, to the events that follow and the run after them.

/** AWS's limit for the length of a run, one year. */
export const longestRunSeconds = 31_536_000

/** Starts a run and continues it until it waits for the clock or for a task. */
export function beginRun(
  run: Pick<Run, 'executionArn' | 'name' | 'stateMachineArn' | 'roleArn' | 'definitionHash' | 'input' | 'traceHeader'>,
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
      frame: readyAt(StartAt, run.input, 0),
    },
    world,
  )
  step.record('ExecutionStarted', {
    executionStartedEventDetails: { input: run.input, inputDetails, roleArn: run.roleArn },
  })
  // To AWS the first state does not follow from the start: its previous event is 0.
  step.frame.previousEventId = 0
  return step.go(() => step.advance())
}

/** When a run that begins now, or is redriven now, times out. */
function deadlineMs({ definition: { TimeoutSeconds = longestRunSeconds }, now }: World): number {
  return now + Math.min(TimeoutSeconds, longestRunSeconds) * 1000
}

/**
 * RedriveExecution: continues in the state in which the run ended, with the input that it had. The retries of that state,
 * its timeout and the timeout of the machine start again, and so does a Wait for a number of seconds.
 * @throws Error if the run succeeded, or is open
 */
export function redriveRun({ lastFrame, ...run }: Run, world: World): Step {
  if (!lastFrame) throw new Error(`The run ${run.executionArn} has no frame from which it could be redriven.`)
  const redriveCount = (run.redriveCount ?? 0) + 1
  const redriven = { status: 'RUNNING', redriveCount, redriveMs: world.now, deadlineMs: deadlineMs(world) } as const
  const step = new Progress({ ...run, ...redriven, frame: lastFrame }, world)
  delete step.run.stopMs
  delete step.run.error
  delete step.run.cause
  return step.go(() => {
    step.record('ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount } }, run.lastEventId)
    step.resume(lastFrame)
  })
}

/** Continues a run that is ready: a step ends after many states that did not wait for the clock or for a task. */
export function continueRun(run: Run, world: World): Step {
  const step = new Progress(run, world)
  return step.go(() => step.advance())
}

/** The clock has reached what the run waited for: its wait, its backoff, its task's timeout, or its own timeout. */
export function wakeRun(run: Run, world: World): Step | undefined {
  const due = dueMs(run)
  if (due === undefined || due > world.now) return undefined
  const step = new Progress(run, world)
  const { phase } = step.frame
  if (phase.kind !== 'ready' && run.deadlineMs < phaseDueMs(phase)) {
    return step.go(() => step.end('TIMED_OUT', 'ExecutionTimedOut', { error: 'States.Timeout' }, 0))
  }
  // When the clock was moved, or no process could wake the run, the delay must not use up the time that the run has left.
  if (due > 0) step.run.deadlineMs += world.now - due
  return step.go(() => {
    if (phase.kind === 'waiting') step.leaveWait()
    if (phase.kind === 'backingOff') step.evaluate()
    if (phase.kind === 'started') step.taskTimedOut()
    step.advance()
  })
}

/**
 * The process that invoked the task is gone, and it is unknown whether the function ran. AWS, when it loses a worker,
 * repeats the same attempt, and so does this engine: it uses no Retry and adds no event, and the function may receive
 * the same event twice. The run's deadline moves by the time until now, and the task's timeout starts again.
 */
export function resumeTask(run: Run, world: World): Step | undefined {
  const step = new Progress(run, world)
  const { phase } = step.frame
  if (phase.kind !== 'scheduled' && phase.kind !== 'started') return undefined
  step.run.deadlineMs += Math.max(0, world.now - phase.sinceMs)
  const repeated = phase.kind === 'started' || phase.repeated === true
  step.phase = { kind: 'scheduled', sinceMs: world.now, ...(repeated ? { repeated } : {}) }
  return step
}

/** Starts the task of a run: the request that is to be sent to Lambda, and the step that records it. */
export function startTask(run: Run, world: World): { step: Step; request: TaskRequest } | undefined {
  const step = new Progress(run, world)
  const { phase } = step.frame
  const { state } = step
  if (state.Type !== 'Task' || phase.kind !== 'scheduled') return undefined
  const request = taskRequest(state, step.scope(), run.stateMachineArn)
  const { timeoutSeconds } = request
  const timeout = timeoutSeconds === undefined ? {} : { timeoutMs: world.now + timeoutSeconds * 1000 }
  return {
    request,
    step: step.go(() => {
      const { type, details } = taskEvent(state, 'Started')
      if (!phase.repeated) step.record(type, details)
      step.phase = { kind: 'started', sinceMs: world.now, ...timeout }
    }),
  }
}

/** Lambda has answered. */
export function endTask(run: Run, answer: TaskAnswer, world: World): Step {
  const step = new Progress(run, world)
  return step.go(() => {
    step.taskEnded(answer)
    step.advance()
  })
}

/** StopExecution. */
export function abortRun(run: Run, details: { error?: string; cause?: string }, world: World): Step {
  const step = new Progress(run, world)
  return step.go(() => step.end('ABORTED', 'ExecutionAborted', details, 0))
}
