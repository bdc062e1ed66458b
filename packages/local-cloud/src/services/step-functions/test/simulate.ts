import { shownEvent } from '../actions/history-event.ts'
import type { Definition } from '../definition/definition.ts'
import { beginRun, continueRun, endTask, startTask, wakeRun } from '../interpreter/interpreter.ts'
import type { Step, World } from '../interpreter/progress.ts'
import { dueMs, type HistoryEvent, leaves, type Run } from '../interpreter/run.ts'
import type { TaskAnswer, TaskRequest } from '../state-types/task.ts'
import type { Json } from '../values/json.ts'

/** When every simulated run starts. */
export const startOfTime = Date.parse('2026-11-23T12:00:00.000Z')

/** What a function returns in a simulation. */
export function returned(result: Json): TaskAnswer {
  return { result, executedVersion: '$LATEST', requestId: 'request' }
}

/**
 * Runs a definition through the interpreter alone, in no time: for tests. Waits, backoffs and timeouts pass at once;
 * a task without an answer never ends.
 */
export function simulate(
  definition: object,
  {
    input = {},
    answer = () => returned(null),
    random = () => 1,
    pick = () => 0,
    after = (run) => run,
  }: {
    input?: Json
    answer?: (request: TaskRequest, attempt: number) => TaskAnswer | undefined
    random?: () => number
    /** Which of so many tasks, of those that wait for an answer and then of those that are queued, is the next one. */
    pick?: (count: number) => number
    /** The run with which it continues after a step: as another process would read it, for instance. */
    after?: (run: Run, world: World) => Run
  } = {},
): { run: Run; events: HistoryEvent[]; types: string[] } {
  const world: World = {
    definition: definition as Definition,
    now: startOfTime,
    random,
    nonce: () => `nonce-${attempt}`,
  }
  const events: HistoryEvent[] = []
  let attempt = 0
  const keep = (step: Step | undefined): Run => {
    if (!step) throw new Error('The run is stuck.')
    events.push(...step.events.map((event) => shownEvent(event, true)))
    return after(step.run, world)
  }
  const inFlight: { attempt: number; given: TaskAnswer }[] = []
  const machine = 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine'
  let run = keep(
    beginRun(
      {
        executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:machine:run',
        name: 'run',
        stateMachineArn: machine,
        roleArn: 'arn:aws:iam::123456789012:role/machine',
        definitionHash: 'hash',
        input: JSON.stringify(input),
      },
      world,
    ),
  )
  while (run.frame) {
    const scheduled = [...leaves(run.frame)].flatMap(([leaf]) => (leaf.phase.kind === 'scheduled' ? [leaf] : []))
    const tasks = inFlight.length + scheduled.length
    const next = tasks === 0 ? 0 : pick(tasks)
    if (dueMs(run) === 0) {
      run = keep(continueRun(run, world))
    } else if (next < inFlight.length) {
      const [ended] = inFlight.splice(next, 1)
      const step = ended && endTask(run, ended.attempt, ended.given, world)
      if (step) run = keep(step)
    } else if (tasks > 0) {
      const started = startTask(run, scheduled[next - inFlight.length]?.previousEventId ?? 0, world)
      run = keep(started?.step)
      const given = started && answer(started.request, attempt)
      attempt += 1
      if (started && given) inFlight.unshift({ attempt: started.attempt, given })
    } else {
      world.now = dueMs(run) ?? world.now
      run = keep(wakeRun(run, world))
    }
  }
  return { run, events, types: events.map(({ type }) => type) }
}

/** A machine of one task, for tests. */
export function taskMachine(task: object = {}, more: object = {}) {
  const resource = 'arn:aws:lambda:eu-central-1:123456789012:function:work'
  return {
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: resource, ...('Next' in task ? {} : { End: true }), ...task }, ...more },
  }
}
