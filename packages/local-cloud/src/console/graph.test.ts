import type { HistoryEvent as ConsoleEvent } from '@confirmation-reminder/console/api'
import { allStates, type Machine } from '@confirmation-reminder/console/graph/machine'
import { machinePicture } from '@confirmation-reminder/console/graph/machine-picture'
import { edgeKey, type KnownWait, runStates, type StateInRun } from '@confirmation-reminder/console/graph/run-states'
import { statesOfEvents } from '@confirmation-reminder/console/graph/visits'
import fc from 'fast-check'
import { checkDefinition } from '../services/step-functions/definition/definition.ts'
import { abortRun, redriveRun } from '../services/step-functions/interpreter/interpreter.ts'
import type { World } from '../services/step-functions/interpreter/progress.ts'
import { type HistoryEvent, leaves, type Run } from '../services/step-functions/interpreter/run.ts'
import { returned, simulate, startOfTime, taskMachine } from '../services/step-functions/test/simulate.ts'
import type { Json } from '../services/step-functions/values/json.ts'

// The console colours a graph by histories as the interpreter writes them.

type Options = Parameters<typeof simulate>[1]

/** An event as the console gets it. */
function shown({ id, previousEventId, timestamp, type, ...more }: HistoryEvent): ConsoleEvent {
  const [details = {}] = Object.values(more)
  return {
    id,
    previousEventId,
    at: new Date(timestamp).toISOString(),
    type,
    details: details as ConsoleEvent['details'],
  }
}

const colour = (definition: object, events: HistoryEvent[], waits: KnownWait[] = []) =>
  runStates(definition as Machine, events.map(shown), waits)

/** The states of a run, after the first events that are enough. */
function statesOf(
  definition: object,
  { until = () => false, ...options }: Options & { until?: (type: string) => boolean } = {},
) {
  const { events } = simulate(definition, options)
  const end = events.findIndex(({ type }) => until(type)) + 1
  return colour(definition, end > 0 ? events.slice(0, end) : events)
}

const statuses = ({ states }: { states: Map<string, StateInRun> }) =>
  Object.fromEntries([...states.values()].map(({ name, status }) => [name, status]))

const everything = [{ ErrorEquals: ['States.ALL'] }]
const boom = () => ({ error: 'Boom', cause: 'it failed' })
const first = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 86_400, Next: 'Work' }, ...taskMachine().States },
}
/** The edges that were taken, as `from -> to`, with `!` for those of errors. */
function way(definition: object, { taken }: { taken: Set<string> }): string[] {
  return machinePicture(definition as Machine)
    .edges.filter((edge) => taken.has(edgeKey(edge)))
    .map(({ from = 'start', to = 'end', isCatch }) => `${from} ${isCatch ? '-!' : '->'} ${to}`)
}

test('a run that succeeded', () => {
  const run = statesOf(first)
  expect(statuses(run)).toEqual({ Wait: 'succeeded', Work: 'succeeded' })
  expect(way(first, run)).toEqual(['start -> Wait', 'Wait -> Work', 'Work -> end'])
  expect(run.states.get('Wait')).toMatchObject({
    attempts: 1,
    enteredMs: startOfTime,
    leftMs: startOfTime + 86_400_000,
    next: ['Work'],
  })
  expect(run.states.get('Work')?.next).toEqual([undefined])
})

test('a run that waits, until when', () => {
  const run = statesOf(first, { until: (type) => type === 'WaitStateEntered' })
  expect(statuses(run)).toEqual({ Wait: 'waiting', Work: 'notStarted' })
  expect(run.states.get('Wait')?.waiting).toEqual({ for: 'time', untilMs: startOfTime + 86_400_000 })
  expect(run.states.get('Work')).toMatchObject({ attempts: 0, enteredMs: undefined, next: [] })
  expect(way(first, run)).toEqual(['start -> Wait'])
})

test('a wait whose end only the run knows', () => {
  const definition = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', TimestampPath: '$.until', End: true } } }
  const { events } = simulate(definition, { input: { until: '2026-11-24T00:00:00Z' } })
  const of = (waits?: KnownWait[]) => colour(definition, events.slice(0, 2), waits).states.get('Wait')?.waiting?.untilMs
  expect(of()).toBeUndefined()
  expect(of([{ state: 'Wait', untilMs: 5 }])).toBe(5)
})

test('a task that is retried, and then succeeds', () => {
  const definition = taskMachine({ Retry: everything })
  const answer: Options = { answer: (_, attempt) => (attempt < 2 ? boom() : returned(1)) }
  const between = statesOf(definition, { ...answer, until: (type) => type === 'LambdaFunctionFailed' })
  expect(between.states.get('Work')).toMatchObject({
    status: 'waiting',
    waiting: { for: 'retry' },
    attempts: 1,
    error: 'Boom',
  })
  const after = statesOf(definition, answer)
  expect(after.states.get('Work')).toMatchObject({ status: 'succeeded', attempts: 3, error: undefined })
})

test('a task that waits for an answer with its token', () => {
  const definition = taskMachine({
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'work', Payload: { 'token.$': '$$.Task.Token' } },
    TimeoutSeconds: 60,
  })
  const run = statesOf(definition, { until: (type) => type === 'TaskSubmitted' })
  expect(run.states.get('Work')).toMatchObject({ status: 'waiting', waiting: { for: 'answer' }, attempts: 1 })
  const after = statesOf(definition)
  expect(after.states.get('Work')).toMatchObject({ status: 'timedOut', error: 'States.Timeout' })
})

test('a run that failed', () => {
  const run = statesOf(first, { answer: boom })
  expect(statuses(run)).toEqual({ Wait: 'succeeded', Work: 'failed' })
  expect(run.states.get('Work')).toMatchObject({ error: 'Boom', leftMs: undefined, next: [] })
  expect(way(first, run)).toEqual(['start -> Wait', 'Wait -> Work'])
})

test('an error that is caught leads along the edge of its catcher, even to where the task leads without one', () => {
  const definition = taskMachine(
    { Next: 'Done', Catch: [{ ErrorEquals: ['Boom'], Next: 'Done' }] },
    { Done: { Type: 'Succeed' } },
  )
  const caught = statesOf(definition, { answer: boom })
  expect(statuses(caught)).toEqual({ Work: 'caught', Done: 'succeeded' })
  expect(caught.states.get('Work')).toMatchObject({ error: 'Boom', next: ['Done'] })
  expect(way(definition, caught)).toEqual(['start -> Work', 'Work -! Done', 'Done -> end'])
  expect(way(definition, statesOf(definition))).toEqual(['start -> Work', 'Work -> Done', 'Done -> end'])
})

test('a result that does not fit is caught too, though the task itself succeeded', () => {
  const definition = taskMachine(
    { ResultPath: '$.text.inside', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rescue' }], Next: 'Done' },
    { Done: { Type: 'Succeed' }, Rescue: { Type: 'Pass', End: true } },
  )
  const run = statesOf(definition, { input: { text: 'text' } })
  expect(statuses(run)).toEqual({ Work: 'caught', Done: 'notStarted', Rescue: 'succeeded' })
})

test('a Fail state leads to the end', () => {
  const definition = { StartAt: 'Boom', States: { Boom: { Type: 'Fail', Error: 'Sorry' } } }
  const run = statesOf(definition)
  expect(run.states.get('Boom')).toMatchObject({ status: 'failed', error: 'Sorry', next: [undefined] })
  expect(way(definition, run)).toEqual(['start -> Boom', 'Boom -> end'])
})

test('a loop counts, and its latest visit decides', () => {
  const definition = {
    StartAt: 'Again',
    States: {
      Again: {
        Type: 'Pass',
        QueryLanguage: 'JSONata',
        Output: '{% $states.input - 1 %}',
        Next: 'Enough',
      },
      Enough: {
        Type: 'Choice',
        Choices: [
          { Variable: '$', NumericEquals: 0, Next: 'Boom' },
          { Variable: '$', NumericGreaterThan: 0, Next: 'Again' },
        ],
      },
      Boom: { Type: 'Fail' },
    },
  }
  const run = statesOf(definition, { input: 3 })
  expect([...run.states.values()].map(({ attempts }) => attempts)).toEqual([3, 3, 1])
  expect(run.states.get('Enough')?.next).toEqual(['Boom'])
  expect(way(definition, run).sort()).toEqual(
    ['start -> Again', 'Again -> Enough', 'Enough -> Again', 'Enough -> Boom', 'Boom -> end'].sort(),
  )
})

describe('Parallel', () => {
  const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: { End: true, ...state } } })
  const parallel = (branches: object[], more: object = {}, states: object = {}) => ({
    StartAt: 'Both',
    States: {
      Both: { Type: 'Parallel', Branches: branches, ...('Next' in more ? {} : { End: true }), ...more },
      ...states,
    },
  })
  const work = taskMachine().States.Work
  const wait = { Type: 'Wait', Seconds: 60 }

  test('branches that run', () => {
    const definition = parallel([branch('Long', wait), branch('Work', work), branch('Quick', { Type: 'Pass' })])
    const { events } = simulate(definition)
    const run = colour(
      definition,
      events.slice(0, events.findIndex(({ type }) => type === 'LambdaFunctionStarted') + 1),
    )
    expect(statuses(run)).toEqual({ Both: 'inProgress', Long: 'waiting', Work: 'inProgress', Quick: 'succeeded' })
    expect(way(definition, run)).toEqual([
      'start -> Both',
      'start -> Long',
      'start -> Work',
      'start -> Quick',
      'Quick -> end',
    ])
  })

  test('a branch that fails aborts the others, and its error is caught', () => {
    const catching = { Catch: [{ ErrorEquals: ['Boom'], Next: 'Done' }], Next: 'Done' }
    const definition = parallel([branch('Long', wait), branch('Work', work)], catching, { Done: { Type: 'Succeed' } })
    const run = statesOf(definition, { answer: boom })
    expect(statuses(run)).toEqual({ Both: 'caught', Long: 'aborted', Work: 'failed', Done: 'succeeded' })
    expect(run.states.get('Both')).toMatchObject({ error: 'Boom', next: ['Done'] })
  })

  test('an attempt that is over does not count', () => {
    const definition = parallel(
      [
        branch('Long', wait),
        {
          StartAt: 'Work',
          States: { Work: { ...work, End: undefined, Next: 'Then' }, Then: { Type: 'Pass', End: true } },
        },
      ],
      {
        Retry: everything,
      },
    )
    const { events } = simulate(definition, {
      answer: (_, attempt) => (attempt < 1 ? boom() : undefined),
      pick: () => 0,
    })
    const failed = events.findIndex(({ type }) => type === 'TaskStateAborted') + 1
    const pending = colour(definition, events.slice(0, failed))
    expect(statuses(pending)).toEqual({ Both: 'waiting', Long: 'aborted', Work: 'failed', Then: 'notStarted' })
    expect(pending.states.get('Both')?.waiting).toEqual({ for: 'retry', untilMs: undefined })
    const second = events.findIndex(({ type, id }) => type === 'LambdaFunctionStarted' && id > failed) + 1
    const again = colour(definition, events.slice(0, second))
    expect(statuses(again)).toEqual({ Both: 'inProgress', Long: 'waiting', Work: 'inProgress', Then: 'notStarted' })
    expect([...again.states.values()].map(({ attempts }) => attempts)).toEqual([2, 2, 2, 0])
  })
})

describe('Map', () => {
  const map = (processor: object, more: object = {}) => ({
    StartAt: 'Each',
    States: { Each: { Type: 'Map', ItemProcessor: processor, End: true, ...more } },
  })

  test('counts its iterations, and what became of the states in them', () => {
    const definition = map(
      {
        StartAt: 'Kind',
        States: {
          Kind: { Type: 'Choice', Choices: [{ Variable: '$', StringEquals: 'wait', Next: 'Long' }], Default: 'Quick' },
          Long: { Type: 'Wait', Seconds: 60, End: true },
          Quick: { Type: 'Pass', End: true },
        },
      },
      { MaxConcurrency: 3 },
    )
    const { events } = simulate(definition, { input: ['wait', 'quick', 'wait', 'wait', 'quick'] })
    const run = colour(
      definition,
      events.slice(
        0,
        events.findIndex(({ type }) => type === 'WaitStateExited'),
      ),
    )
    expect(statuses(run)).toEqual({ Each: 'inProgress', Kind: 'succeeded', Long: 'waiting', Quick: 'succeeded' })
    expect(run.states.get('Each')?.iterations).toEqual({ succeeded: 1, inProgress: 3, notStarted: 1 })
    expect(run.states.get('Kind')?.iterations).toEqual({ succeeded: 4 })
    expect(run.states.get('Long')?.iterations).toEqual({ waiting: 3 })
    expect(run.states.get('Kind')).toMatchObject({ attempts: 1, next: ['Long', 'Quick'] })
    const after = colour(definition, events)
    expect(after.states.get('Each')?.iterations).toEqual({ succeeded: 5 })
  })

  test('an iteration that fails aborts the others', () => {
    const definition = map(taskMachine())
    const run = statesOf(definition, { input: [1, 2, 3], answer: boom })
    expect(statuses(run)).toEqual({ Each: 'failed', Work: 'failed' })
    expect(run.states.get('Each')).toMatchObject({ error: 'Boom', iterations: { failed: 1, aborted: 2 } })
    expect(run.states.get('Work')?.iterations).toEqual({ failed: 1, aborted: 2 })
  })

  test('a runtime error ends all iterations, though the history does not say so', () => {
    const definition = map({
      StartAt: 'Read',
      States: { Read: { Type: 'Pass', Parameters: { 'a.$': '$.a' }, End: true } },
    })
    const run = statesOf(definition, { input: [{ a: 1 }, {}, { a: 1 }] })
    expect(statuses(run)).toEqual({ Each: 'failed', Read: 'failed' })
    expect(run.states.get('Each')).toMatchObject({
      error: 'States.Runtime',
      iterations: { succeeded: 1, failed: 1, aborted: 1 },
    })
  })

  test('a history without its beginning is still coloured', () => {
    const definition = map(taskMachine())
    const { events } = simulate(definition, { input: [1, 2, 3] })
    const latest = events.slice(events.findIndex(({ type }) => type === 'LambdaFunctionStarted'))
    const run = colour(definition, latest)
    expect(statuses(run)).toEqual({ Each: 'succeeded', Work: 'succeeded' })
  })
})

/** A run goes on after a redrive, until it waits for a task. */
function redriven(definition: object, options: Options & { stop?: boolean }) {
  const { run, events } = simulate(definition, options)
  const world: World = {
    ...{
      definition: definition as World['definition'],
      now: startOfTime + 999_000,
      random: () => 1,
      nonce: () => 'nonce',
    },
  }
  const step = redriveRun(run, world)
  return colour(definition, [...events, ...step.events])
}

describe('a redrive', () => {
  test('of a task: its latest attempt counts', () => {
    const run = redriven(first, { answer: boom })
    expect(statuses(run)).toEqual({ Wait: 'succeeded', Work: 'inProgress' })
    expect(run.states.get('Work')).toMatchObject({ attempts: 2, error: undefined })
  })

  test('of a wait, which begins again', () => {
    const wait = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } }
    const started: Run[] = []
    const after = (run: Run) => {
      started.push(run)
      return run
    }
    const { events } = simulate(wait, { after })
    const world: World = {
      definition: wait as World['definition'],
      now: startOfTime + 10_000,
      random: () => 1,
      nonce: () => '',
    }
    const [waiting] = started
    if (!waiting) throw new Error('The run did not begin.')
    const stopped = abortRun(waiting, {}, world)
    const history = [...events.slice(0, 2), ...stopped.events]
    expect(statuses(colour(wait, history))).toEqual({ Wait: 'aborted' })
    const again = redriveRun(stopped.run, { ...world, now: startOfTime + 20_000 })
    expect(colour(wait, [...history, ...again.events]).states.get('Wait')).toMatchObject({
      status: 'waiting',
      waiting: { for: 'time', untilMs: startOfTime + 80_000 },
      attempts: 2,
    })
  })

  test('of a Map state: what succeeded stays, the others go on', () => {
    const definition = { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: taskMachine(), End: true } } }
    let answered = 0
    const run = redriven(definition, { input: [1, 2, 3], answer: () => (answered++ === 0 ? returned(1) : boom()) })
    expect(statuses(run)).toEqual({ Each: 'inProgress', Work: 'inProgress' })
    expect(run.states.get('Each')?.iterations).toEqual({ succeeded: 1, inProgress: 2 })
    expect(run.states.get('Work')?.iterations).toEqual({ succeeded: 1, inProgress: 2 })
  })
})

/** The types of the events that belong to a state. */
function eventsOf(definition: object, events: HistoryEvent[], state: string): string[] {
  const states = statesOfEvents(events.map(shown), allStates(definition as Machine))
  return events.filter(({ id }) => states.get(id)?.includes(state)).map(({ type }) => type)
}

describe('the events of a state', () => {
  test('are those from its entry to its exit, with its attempts', () => {
    const { events } = simulate(first, { answer: boom })
    expect(eventsOf(first, events, 'Wait')).toEqual(['WaitStateEntered', 'WaitStateExited'])
    expect(eventsOf(first, events, 'Work')).toEqual([
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
    ])
    expect(eventsOf(first, events, 'none')).toEqual([])
  })

  test('of a Map state include those of what is inside', () => {
    const definition = { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: taskMachine(), End: true } } }
    const { events } = simulate(definition, { input: [1, 2] })
    const ofRun = events.filter(({ type }) => type.startsWith('Execution'))
    expect(eventsOf(definition, events, 'Each')).toHaveLength(events.length - ofRun.length)
    expect(eventsOf(definition, events, 'Work').filter((type) => type === 'TaskStateEntered')).toHaveLength(2)
    expect(eventsOf(definition, events, 'Work').filter((type) => type.startsWith('Map'))).toEqual([])
  })

  test('are known of every event but those of the run', () => {
    fc.assert(
      fc.property(kinds.map(machineOf), (definition) => {
        const input: Json = [0, 1, 2, 3].map((length) => Array.from({ length }, (_, index) => `item ${index}`))
        const { events } = simulate(definition, { input, answer: boom })
        const states = statesOfEvents(events.map(shown), allStates(definition as Machine))
        for (const { id, type } of events) {
          expect([type, states.has(id)]).toEqual([type, !type.startsWith('Execution')])
        }
        for (const { id, type, stateEnteredEventDetails: entered } of events) {
          if (type.endsWith('StateEntered')) expect(states.get(id)?.[0]).toBe(Object(entered).name)
        }
      }),
      { numRuns: 100 },
    )
  }, 60_000)
})

/** A state without its name: names are unique in the machine, and given at the end. */
type Kind =
  | { type: 'pass' | 'fail' | 'wait' | 'runtime' }
  | { type: 'task'; failures: number; retries: number; caught: boolean }
  | { type: 'parallel' | 'map'; groups: Kind[][]; retries: number; caught: boolean }

const { kinds } = fc.letrec<{ kinds: Kind[]; kind: Kind }>((tie) => {
  const rules = { retries: fc.nat(2), caught: fc.boolean() }
  const groups = fc.array(tie('kinds'), { minLength: 1, maxLength: 3 })
  return {
    kinds: fc.array(tie('kind'), { minLength: 1, maxLength: 3 }),
    kind: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('pass', 'pass', 'wait', 'wait', 'fail', 'runtime') }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('task'), failures: fc.nat(3), ...rules }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('parallel', 'map'), groups, ...rules }) },
    ) as fc.Arbitrary<Kind>,
  }
})

function machineOf(kinds: Kind[]) {
  let names = 0
  const group = (kinds: Kind[]): { StartAt: string; States: Record<string, object> } => {
    const end = kinds.findIndex(({ type }) => type === 'fail') + 1
    const reached = kinds.slice(0, end || kinds.length)
    const own = reached.map(({ type }) => `${type}${names++}`)
    const rescue = `rescue${names++}`
    const isCaught = reached.some((kind) => 'caught' in kind && kind.caught)
    const States = reached.map((kind, index): [string, object] => {
      const following = index === reached.length - 1 ? { End: true } : { Next: own[index + 1] }
      return [own[index] ?? '', { ...state(kind, own[index] ?? '', rescue), ...(kind.type !== 'fail' && following) }]
    })
    const more: [string, object][] = isCaught ? [[rescue, { Type: 'Pass', End: true }]] : []
    return { StartAt: own[0] ?? '', States: Object.fromEntries([...States, ...more]) }
  }
  const state = (kind: Kind, name: string, rescue: string): object => {
    if (kind.type === 'pass') return { Type: 'Pass' }
    if (kind.type === 'wait') return { Type: 'Wait', Seconds: 1 + (name.length % 3) }
    if (kind.type === 'fail') return { Type: 'Fail', Error: name }
    if (!('retries' in kind)) return { Type: 'Pass', Parameters: { 'a.$': '$$.nope' } }
    const rules = {
      ...(kind.retries > 0 && { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: kind.retries }] }),
      ...(kind.caught && { Catch: [{ ErrorEquals: ['States.ALL'], Next: rescue }] }),
    }
    if (kind.type === 'task') {
      const Parameters = { failures: kind.failures, 'retries.$': '$$.State.RetryCount' }
      return { Type: 'Task', Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:work', Parameters, ...rules }
    }
    const groups = kind.groups.map(group)
    if (kind.type === 'parallel') return { Type: 'Parallel', Branches: groups, ...rules }
    const ItemsPath = `$$.Execution.Input[${groups.length}]`
    return { Type: 'Map', ItemsPath, MaxConcurrency: 2, ItemProcessor: groups[0], ...rules }
  }
  return group(kinds)
}

/** Where a run stands, as its own record has it: how many times each state goes on, and how. */
function positions(run: Run): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const seen = new Set<object>()
  for (const frames of leaves(run.frame)) {
    for (const frame of frames) {
      if (frame.enteredEventId === 0 || seen.has(frame)) continue
      seen.add(frame)
      const { kind } = frame.phase
      const how = kind === 'waiting' ? 'waiting' : kind === 'backingOff' ? 'retrying' : 'working'
      found.set(frame.state, [...(found.get(frame.state) ?? []), how])
    }
  }
  return found
}

function checkPositions(definition: ReturnType<typeof machineOf>, run: Run, events: HistoryEvent[]): void {
  const found = colour(definition, events)
  const expected = positions(run)
  for (const [name, { status, iterations, waiting }] of found.states) {
    const at = expected.get(name) ?? []
    const goesOn = status === 'inProgress' || status === 'waiting'
    expect([name, goesOn]).toEqual([name, at.length > 0])
    const isRepeated = iterations !== undefined && definition.States[name] === undefined
    if (isRepeated && !name.startsWith('map')) {
      expect([name, (iterations.inProgress ?? 0) + (iterations.waiting ?? 0)]).toEqual([name, at.length])
    }
    if (at.includes('working')) expect([name, status]).toEqual([name, 'inProgress'])
    else if (at.length > 0) {
      expect([name, status]).toEqual([name, 'waiting'])
      expect([name, at]).toEqual([name, expect.arrayContaining([waiting?.for === 'time' ? 'waiting' : 'retrying'])])
    }
  }
}

test('after every step of any run, and after a redrive, the states that go on are those in which the run is', () => {
  const input: Json = [0, 1, 2, 3].map((length) => Array.from({ length }, (_, index) => `item ${index}`))
  const answer = ({ payload }: { payload: string }) => {
    const { failures, retries } = JSON.parse(payload)
    return retries < failures ? boom() : returned(1)
  }
  const order = fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(kinds.map(machineOf), order, (definition, numbers) => {
      checkDefinition(JSON.stringify(definition), 'it')
      const steps: Run[] = []
      let index = 0
      const pick = (count: number) => (numbers[index++ % numbers.length] ?? 0) % count
      const after = (run: Run) => {
        steps.push(structuredClone(run))
        return run
      }
      const { events, run: ended } = simulate(definition, { input, answer, pick, after })
      for (const run of steps) checkPositions(definition, run, events.slice(0, run.lastEventId))
      const last = colour(definition, events)
      const failed = [...last.states.values()].filter(({ status }) => status === 'failed')
      if (ended.status === 'FAILED') expect(failed.length).toBeGreaterThan(0)
      if (ended.lastFrame) {
        const again = redriveRun(ended, {
          definition,
          now: startOfTime + 9e8,
          random: () => 1,
          nonce: () => '',
        } as World)
        checkPositions(definition, again.run, [...events, ...again.events])
      }
      const drawn = new Set(machinePicture(definition as Machine).edges.map(edgeKey))
      expect([...last.taken].filter((edge) => !drawn.has(edge))).toEqual([])
    }),
    { numRuns: 150 },
  )
}, 60_000)
