import type { Definition } from '../definition.ts'
import { beginRun, continueRun, endTask, startTask, wakeRun } from '../interpreter.ts'
import type { Json } from '../json.ts'
import type { Step, World } from '../progress.ts'
import { dueMs, type HistoryEvent, type Run } from '../run.ts'
import type { TaskAnswer, TaskRequest } from '../task.ts'

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
  }: {
    input?: Json
    answer?: (request: TaskRequest, attempt: number) => TaskAnswer | undefined
    random?: () => number
  } = {},
): { run: Run; events: HistoryEvent[]; types: string[] } {
  const world: World = { definition: definition as Definition, now: startOfTime, random }
  const events: HistoryEvent[] = []
  let attempt = 0
  const keep = (step: Step | undefined): Run => {
    if (!step) throw new Error('The run is stuck.')
    events.push(...step.events)
    return step.run
  }
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
    if (run.frame.phase.kind === 'ready') {
      run = keep(continueRun(run, world))
    } else if (run.frame.phase.kind === 'scheduled') {
      const started = startTask(run, world)
      run = keep(started?.step)
      const given = started && answer(started.request, attempt)
      attempt += 1
      if (given) run = keep(endTask(run, given, world))
    } else {
      world.now = dueMs(run) ?? world.now
      run = keep(wakeRun(run, world))
    }
  }
  return { run, events, types: events.map(({ type }) => type) }
}

/** A machine of one task, for tests. */
export function taskMachine(task: object = {}, more: object = {}): object {
  const resource = 'arn:aws:lambda:eu-central-1:123456789012:function:work'
  return {
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: resource, ...('Next' in task ? {} : { End: true }), ...task }, ...more },
  }
}
