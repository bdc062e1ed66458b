import { returned, simulate, taskMachine } from '../test/simulate.ts'
import type { Json } from '../values/json.ts'

// The histories here are AWS's, as LocalStack's tests (tests/aws/services/stepfunctions) and Floci's (pull request 3167)
// recorded them. Where branches run at the same time, AWS's order varies from run to run, but what each event follows from
// does not.

type Recorded = [type: string, previousEventId: number]
const previous = ({ events }: { events: { type: string; previousEventId: number }[] }): Recorded[] =>
  events.map(({ type, previousEventId }) => [type, previousEventId])
const only = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } })
const fail = only('Boom', { Type: 'Fail', Error: 'MyError', Cause: 'my cause' })
const pass = (name: string, more: object = {}) => only(name, { Type: 'Pass', End: true, ...more })
const task = taskMachine()
const wait = only('Long', { Type: 'Wait', Seconds: 20, End: true })
const parallel = (branches: object[], more: object = {}, states: object = {}) => ({
  StartAt: 'P',
  States: { P: { Type: 'Parallel', Branches: branches, ...('Next' in more ? {} : { End: true }), ...more }, ...states },
})
const map = (processor: object, more: object = {}, states: object = {}) => ({
  StartAt: 'M',
  States: {
    M: { Type: 'Map', ItemProcessor: processor, ...('Next' in more ? {} : { End: true }), ...more },
    ...states,
  },
})
const done = { Done: { Type: 'Pass', End: true } }
const throwsBoom = () => ({ error: 'Boom', cause: 'it failed' })

describe('Parallel', () => {
  test('starts each branch from its own start, and exits from the last event of a branch', () => {
    const branch = (name: string) => ({
      StartAt: `${name}1`,
      States: { [`${name}1`]: { Type: 'Pass', Next: `${name}2` }, [`${name}2`]: { Type: 'Pass', End: true } },
    })
    const { run, ...history } = simulate(parallel([branch('A'), branch('B')], { Next: 'Done' }, done), {
      input: { x: 'a' },
    })
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['PassStateEntered', 3],
      ['PassStateExited', 4],
      ['PassStateEntered', 5],
      ['PassStateExited', 6],
      ['PassStateEntered', 3],
      ['PassStateExited', 8],
      ['PassStateEntered', 9],
      ['PassStateExited', 10],
      ['ParallelStateSucceeded', 11],
      ['ParallelStateExited', 11],
      ['PassStateEntered', 13],
      ['PassStateExited', 14],
      ['ExecutionSucceeded', 15],
    ])
    expect(history.events[2]).toEqual({
      id: 3,
      previousEventId: 2,
      timestamp: expect.any(Number),
      type: 'ParallelStateStarted',
    })
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: '[{"x":"a"},{"x":"a"}]' })
  })

  test('gives the outputs in the order of the branches, whichever ends first', () => {
    const slow = {
      StartAt: 'Slow',
      States: { Slow: { Type: 'Wait', Seconds: 1, Next: 'Out' }, Out: { Type: 'Pass', Result: 'slow', End: true } },
    }
    expect(simulate(parallel([slow, pass('Fast', { Result: 'fast' })])).run.output).toBe('["slow","fast"]')
  })

  test('takes InputPath, Parameters, ResultSelector, ResultPath and OutputPath', () => {
    const more = {
      InputPath: '$.in',
      Parameters: { 'a.$': '$.a' },
      ResultSelector: { 'first.$': '$[0].a' },
      ResultPath: '$.result',
      OutputPath: '$.result',
    }
    expect(simulate(parallel([pass('A'), pass('B')], more), { input: { in: { a: 1 } } }).run.output).toBe('{"first":1}')
  })

  test('a state in a branch exits and follows as outside', () => {
    const nested = only('L2', { Type: 'Parallel', Branches: [pass('Inner')], End: true })
    expect(previous(simulate(parallel([nested])))).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['ParallelStateEntered', 3],
      ['ParallelStateStarted', 4],
      ['PassStateEntered', 5],
      ['PassStateExited', 6],
      ['ParallelStateSucceeded', 7],
      ['ParallelStateExited', 7],
      ['ParallelStateSucceeded', 9],
      ['ParallelStateExited', 9],
      ['ExecutionSucceeded', 11],
    ])
  })

  test('a Fail state in a branch fails the state with its error', () => {
    const { run, ...history } = simulate(parallel([fail]))
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['FailStateEntered', 3],
      ['ParallelStateFailed', 4],
      ['ExecutionFailed', 5],
    ])
    expect(run).toMatchObject({ status: 'FAILED', error: 'MyError', cause: 'my cause' })
  })

  test('a caught failure exits with the error output', () => {
    const { run, ...history } = simulate(
      parallel([fail], { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], Next: 'Done' }, done),
    )
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['FailStateEntered', 3],
      ['ParallelStateFailed', 4],
      ['ParallelStateExited', 5],
      ['PassStateEntered', 6],
      ['PassStateExited', 7],
      ['ExecutionSucceeded', 8],
    ])
    expect(run.output).toBe('{"Error":"MyError","Cause":"my cause"}')
  })

  test('a retry starts all branches again, and only the last attempt fails the state', () => {
    const history = simulate(parallel([fail], { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }] }))
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['FailStateEntered', 3],
      ['ParallelStateStarted', 4],
      ['FailStateEntered', 5],
      ['ParallelStateStarted', 6],
      ['FailStateEntered', 7],
      ['ParallelStateFailed', 8],
      ['ExecutionFailed', 9],
    ])
  })

  test('States.Runtime in a branch fails the run, and is not caught', () => {
    const { run, ...history } = simulate(
      parallel(
        [pass('Fast', { Parameters: { 'm.$': '$.nope' } })],
        { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], Next: 'Done' },
        done,
      ),
      { input: { x: 'a' } },
    )
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['PassStateEntered', 3],
      ['ExecutionFailed', 4],
    ])
    const where = "An error occurred while executing the state 'Fast' (entered at the event id #4)."
    expect(run).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining(where) })
  })

  test('its own failure after the branches follows from their success', () => {
    const { run, ...history } = simulate(parallel([pass('Ok')], { ResultSelector: { 'm.$': '$.nope' } }))
    expect(previous(history).slice(3)).toEqual([
      ['PassStateEntered', 3],
      ['PassStateExited', 4],
      ['ParallelStateSucceeded', 5],
      ['ExecutionFailed', 6],
    ])
    expect(run.cause).toContain("the state 'P' (entered at the event id #2)")
  })

  test('a task that fails its branch is recorded as aborted', () => {
    const history = simulate(
      parallel([task], { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], Next: 'Done' }, done),
      { answer: throwsBoom },
    )
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['TaskStateEntered', 3],
      ['LambdaFunctionScheduled', 4],
      ['LambdaFunctionStarted', 5],
      ['LambdaFunctionFailed', 6],
      ['TaskStateAborted', 7],
      ['ParallelStateFailed', 7],
      ['ParallelStateExited', 9],
      ['PassStateEntered', 10],
      ['PassStateExited', 11],
      ['ExecutionSucceeded', 12],
    ])
  })

  test('a failure aborts the states of the other branches, which then follow from it', () => {
    const pausing = {
      StartAt: 'Pause',
      States: { Pause: { Type: 'Wait', Seconds: 1, Next: 'Boom' }, ...fail.States },
    }
    const history = simulate(parallel([wait, task, pass('Quick'), pausing]), { answer: () => undefined })
    const failure = history.types.indexOf('FailStateEntered') + 1
    expect(previous(history).slice(failure)).toEqual([
      ['WaitStateAborted', failure],
      ['TaskStateAborted', failure],
      ['ParallelStateFailed', failure],
      ['ExecutionFailed', failure + 3],
    ])
  })

  test('States.DataLimitExceeded of the outputs together is the error of the state', () => {
    const half = 'x'.repeat(140_000)
    const { run, types } = simulate(parallel([pass('A'), pass('B')]), { input: half })
    expect(run).toMatchObject({ error: 'States.DataLimitExceeded', cause: expect.stringContaining("'P'") })
    expect(types.slice(-2)).toEqual(['ParallelStateFailed', 'ExecutionFailed'])
  })
})

describe('Map', () => {
  test('runs at most as many iterations at the same time as MaxConcurrency says', () => {
    const { run, ...history } = simulate(map(pass('I'), { MaxConcurrency: 1 }), { input: [1, 2] })
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['PassStateEntered', 4],
      ['PassStateExited', 5],
      ['MapIterationSucceeded', 6],
      // To AWS the next iteration follows from the state before, and not from the end of its iteration.
      ['MapIterationStarted', 6],
      ['PassStateEntered', 8],
      ['PassStateExited', 9],
      ['MapIterationSucceeded', 10],
      ['MapStateSucceeded', 11],
      ['MapStateExited', 11],
      ['ExecutionSucceeded', 13],
    ])
    expect(history.events[2]).toMatchObject({ mapStateStartedEventDetails: { length: 2 } })
    expect(history.events[7]).toMatchObject({ mapIterationStartedEventDetails: { name: 'M', index: 1 } })
    expect(history.events[10]).toMatchObject({ mapIterationSucceededEventDetails: { name: 'M', index: 1 } })
    expect(run.output).toBe('[1,2]')
  })

  test('without MaxConcurrency, runs all iterations at the same time, up to 40', () => {
    const { types, ...history } = simulate(map(wait), { input: Array.from({ length: 100 }, (_, index) => index) })
    expect(types.indexOf('WaitStateExited')).toBe(3 + 40 + 40)
    expect(types.filter((type) => type === 'MapIterationSucceeded')).toHaveLength(100)
    const started = previous(history).filter(([type]) => type === 'MapIterationStarted')
    expect(started.slice(0, 40).every(([, id]) => id === 3)).toBe(true)
  })

  test('without items, exits from its start', () => {
    const { run, ...history } = simulate(map(pass('I')), { input: [] })
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapStateSucceeded', 3],
      ['MapStateExited', 3],
      ['ExecutionSucceeded', 5],
    ])
    expect(run.output).toBe('[]')
  })

  test.each<[string, object]>([
    ['ItemSelector', { ItemSelector: { 'n.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'by.$': '$.by' } }],
    ['Parameters', { Parameters: { 'n.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'by.$': '$.by' } }],
  ])('%s gives each iteration its input', (_, more) => {
    const machine = map(pass('I'), { ItemsPath: '$.items', InputPath: '$.detail', ResultPath: '$.out', ...more })
    const { run } = simulate(machine, { input: { detail: { by: 'UQS', items: ['A', 'B'] } } })
    expect(JSON.parse(run.output ?? '').out).toEqual([
      { n: 0, v: 'A', by: 'UQS' },
      { n: 1, v: 'B', by: 'UQS' },
    ])
  })

  test('Iterator is the former name of ItemProcessor', () => {
    const { ItemProcessor, ...state } = map(pass('I')).States.M as Record<string, unknown>
    expect(simulate(only('M', { ...state, Iterator: ItemProcessor }), { input: ['a'] }).run.output).toBe('["a"]')
  })

  test('Items that the definition has are there for each run', () => {
    const machine = { QueryLanguage: 'JSONata', ...map(pass('I'), { Items: ['a', 'b'] }) }
    for (let run = 0; run < 2; run++) expect(simulate(machine).run.output).toBe('["a","b"]')
  })

  test('the states of an iteration see the item of the innermost Map, and their own name', () => {
    const inner = pass('I', { Parameters: { 'item.$': '$$.Map.Item', 'state.$': '$$.State.Name' } })
    const middle = only('Both', {
      Type: 'Parallel',
      Branches: [
        pass('Outer', { Parameters: { 'item.$': '$$.Map.Item' } }),
        only('M2', { Type: 'Map', ItemProcessor: inner, End: true }),
      ],
      End: true,
    })
    const { run } = simulate(map(middle), { input: [['a']] })
    expect(JSON.parse(run.output ?? '')).toEqual([
      [{ item: { Index: 0, Value: ['a'] } }, [{ item: { Index: 0, Value: 'a' }, state: 'I' }]],
    ])
  })

  test('an iteration that fails, fails the state, and a retry starts all again', () => {
    const { run, ...history } = simulate(map(fail, { Retry: [{ ErrorEquals: ['MyError'], MaxAttempts: 1 }] }), {
      input: [1],
    })
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['FailStateEntered', 4],
      ['MapIterationFailed', 5],
      ['MapStateStarted', 5],
      ['MapIterationStarted', 7],
      ['FailStateEntered', 8],
      ['MapIterationFailed', 9],
      ['MapStateFailed', 9],
      ['ExecutionFailed', 11],
    ])
    expect(history.events[5]).toMatchObject({ mapIterationFailedEventDetails: { name: 'M', index: 0 } })
    expect(run).toMatchObject({ error: 'MyError', cause: 'my cause' })
  })

  test('a Fail state without an error fails the run without one', () => {
    const { run, events } = simulate(map(only('Boom', { Type: 'Fail' })), { input: [1] })
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionFailed', executionFailedEventDetails: {} })
    expect(run).not.toHaveProperty('error')
  })

  test('a failure aborts the other iterations and their states, which then follow from it', () => {
    const processor = {
      StartAt: 'Route',
      States: {
        Route: {
          Type: 'Choice',
          Choices: [
            { Variable: '$', StringEquals: 'fail', Next: 'Pause' },
            { Variable: '$', StringEquals: 'done', Next: 'Done' },
          ],
          Default: 'Long',
        },
        Pause: { Type: 'Wait', Seconds: 1, Next: 'Boom' },
        ...{ ...fail.States, ...wait.States, ...done },
      },
    }
    const history = simulate(map(processor), { input: ['wait', 'done', 'fail', 'wait'] })
    const failure = history.types.indexOf('FailStateEntered') + 1
    expect(previous(history).slice(failure)).toEqual([
      ['MapIterationAborted', failure],
      ['WaitStateAborted', failure],
      ['MapIterationFailed', failure],
      ['MapIterationAborted', failure],
      ['WaitStateAborted', failure],
      ['MapStateFailed', failure],
      ['ExecutionFailed', failure + 6],
    ])
    expect(history.events[failure + 3]).toMatchObject({ mapIterationAbortedEventDetails: { name: 'M', index: 3 } })
  })

  // The order in LocalStack's test_service_lambda_map_timeout.
  test('the iteration whose task fails comes in its place, with its task', () => {
    const history = simulate(map(task), { input: [1, 2, 3], answer: throwsBoom })
    const failure = history.types.indexOf('LambdaFunctionFailed') + 1
    expect(previous(history).slice(failure)).toEqual([
      ['MapIterationFailed', failure],
      ['TaskStateAborted', failure],
      ['MapIterationAborted', failure],
      ['TaskStateAborted', failure],
      ['MapIterationAborted', failure],
      ['TaskStateAborted', failure],
      ['MapStateFailed', failure],
      ['ExecutionFailed', failure + 7],
    ])
  })

  test('States.Runtime in an iteration fails the run at once', () => {
    const history = simulate(map(pass('Fast', { Parameters: { 'm.$': '$.nope' } }), { MaxConcurrency: 1 }), {
      input: [1, 2],
    })
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['PassStateEntered', 4],
      ['ExecutionFailed', 5],
    ])
  })

  test.each<[string, object, Json, string]>([
    ['items that are none', { ItemsPath: '$.a' }, {}, "Invalid path '$.a'"],
    ['items that are no list', { ItemsPath: '$.a' }, { a: 1 }, 'Reference path "$.a" must point to array.'],
    [
      'a concurrency that is no number',
      { ItemsPath: '$.a', MaxConcurrencyPath: '$.most' },
      { a: [1], most: 'NoNumber' },
      'The MaxConcurrencyPath field refers to value "NoNumber" which is not a valid integer: $.most',
    ],
    [
      'a concurrency that is not there',
      { ItemsPath: '$.a', MaxConcurrencyPath: '$.most' },
      { a: [1] },
      "Invalid path '$.most' : No results for path: $['most']",
    ],
    [
      'a concurrency below zero',
      { ItemsPath: '$.a', MaxConcurrencyPath: '$.most' },
      { a: [1], most: -1 },
      'The MaxConcurrencyPath field refers to value "-1" which is not a valid integer: $.most',
    ],
    ['an ItemSelector without a value', { ItemSelector: { 'b.$': '$.b' }, ItemsPath: '$.a' }, { a: [1] }, "'b.$'"],
  ])('the run fails because of %s', (_, more, input, cause) => {
    const { run } = simulate(map(pass('I'), more), { input })
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining(cause) })
    expect(run.cause).toContain("An error occurred while executing the state 'M' (entered at the event id #2). ")
  })

  // LocalStack's map_state_reference_in_max_concurrency_path has a text.
  test('MaxConcurrencyPath is a number or its text, and 0 means no limit', () => {
    const more = { ItemsPath: '$.a', MaxConcurrencyPath: '$.most' }
    const input = (most: Json) => ({ input: { a: [1, 2, 3], most } })
    const first = (most: Json) => simulate(map(wait, more), input(most)).types.indexOf('WaitStateExited')
    expect([0, 1, '1', 2].map(first)).toEqual([9, 5, 5, 7])
  })

  test('a history that is full fails the run', () => {
    const { run, types } = simulate(map(pass('I')), { input: Array.from({ length: 7000 }, () => 0) })
    expect(types).toHaveLength(25_000)
    expect(run).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining('25000') })
  })

  test('outputs that are too large together are not kept, and fail the state', () => {
    const big = pass('I', { Result: 'x'.repeat(3000) })
    const { run } = simulate(map(big), { input: Array.from({ length: 100 }, () => 0) })
    expect(run.error).toBe('States.DataLimitExceeded')
    expect(JSON.stringify(run).length).toBeLessThan(10_000)
  })
})

describe('in JSONata', () => {
  const jsonata = (machine: object) => ({ QueryLanguage: 'JSONata', ...machine })
  const undef = pass('Undef', { Output: { v: '{% $states.input.missing %}' } })

  test('an iteration that cannot be evaluated fails the state', () => {
    const { run, ...history } = simulate(jsonata(map(undef, { Items: '{% $states.input %}', MaxConcurrency: 1 })), {
      input: [1, 2],
    })
    expect(previous(history)).toEqual([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapIterationStarted', 3],
      ['PassStateEntered', 4],
      ['EvaluationFailed', expect.any(Number)],
      ['MapIterationFailed', 6],
      ['MapStateFailed', 6],
      ['ExecutionFailed', 8],
    ])
    expect(run).toMatchObject({ error: 'States.QueryEvaluationError', cause: expect.stringContaining("'Undef'") })
  })

  test('a branch that cannot be evaluated is caught', () => {
    const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], Next: 'Done' }
    expect(previous(simulate(jsonata(parallel([undef], caught, done))))).toEqual([
      ['ExecutionStarted', 0],
      ['ParallelStateEntered', 0],
      ['ParallelStateStarted', 2],
      ['PassStateEntered', 3],
      ['EvaluationFailed', expect.any(Number)],
      ['ParallelStateFailed', 5],
      ['ParallelStateExited', 6],
      ['PassStateEntered', 7],
      ['PassStateExited', 8],
      ['ExecutionSucceeded', 9],
    ])
  })

  test('Items that cannot be evaluated fail the state before it starts', () => {
    const types = simulate(jsonata(map(pass('I'), { Items: '{% $states.input.missing %}' }))).types
    expect(types.slice(2)).toEqual(['EvaluationFailed', 'MapStateFailed', 'ExecutionFailed'])
  })

  test('an ItemSelector that cannot be evaluated aborts the iterations that have started', () => {
    const ItemSelector = { v: '{% $states.context.Map.Item.Value.v %}' }
    const { types } = simulate(jsonata(map(wait, { Items: '{% $states.input %}', ItemSelector })), {
      input: [{ v: 1 }, {}],
    })
    expect(types.slice(3)).toEqual([
      ...['MapIterationStarted', 'EvaluationFailed', 'MapIterationAborted', 'MapStateFailed', 'ExecutionFailed'],
    ])
  })
})

test('a task of a branch times out at its own time', () => {
  const slow = taskMachine({ TimeoutSeconds: 5 })
  const { run, ...history } = simulate(parallel([wait, slow]), { answer: () => undefined })
  expect(previous(history).slice(3)).toEqual([
    ['WaitStateEntered', 3],
    ['TaskStateEntered', 3],
    ['LambdaFunctionScheduled', 5],
    ['LambdaFunctionStarted', 6],
    ['LambdaFunctionTimedOut', 7],
    ['WaitStateAborted', 8],
    ['TaskStateAborted', 8],
    ['ParallelStateFailed', 8],
    ['ExecutionFailed', 11],
  ])
  expect(run).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
})

test('tasks of several branches are in flight at the same time, and each answer is for its own branch', () => {
  const branch = (name: string) => only(name, { ...taskMachine().States.Work, Parameters: { name } })
  const asked: unknown[] = []
  const { run } = simulate(parallel([branch('A'), branch('B')]), {
    answer: ({ payload }) => {
      asked.push(JSON.parse(payload))
      return returned(JSON.parse(payload).name)
    },
  })
  expect(asked).toEqual([{ name: 'A' }, { name: 'B' }])
  expect(run.output).toBe('["A","B"]')
})
