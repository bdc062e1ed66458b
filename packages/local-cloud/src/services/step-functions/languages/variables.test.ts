import fc from 'fast-check'
import { abortRun, redriveRun } from '../interpreter/interpreter.ts'
import { returned, simulate, startOfTime } from '../test/simulate.ts'
import type { Json, JsonObject } from '../values/json.ts'
import { readPath } from '../values/json-path.ts'

const exits = (events: { type: string; [details: string]: unknown }[]) =>
  events.flatMap(({ stateExitedEventDetails: details }) => (details ? [details as JsonObject] : []))

// The cases are LocalStack's templates in tests/aws/services/stepfunctions/templates/assign, as AWS was recorded to run them.

test('Assign reads the result, and paths and functions read the variables from the next state on', () => {
  const { run, events } = simulate(
    {
      StartAt: 'State0',
      States: {
        State0: {
          Type: 'Pass',
          Result: { riddle: 'What?' },
          Assign: { answer: 42, 'inputData.$': '$', 'all.$': "States.Format('{}', $.riddle)", fixed: '$.no.such.path' },
          ResultPath: '$.enigma.mystery',
          Next: 'State1',
        },
        State1: {
          Type: 'Pass',
          Parameters: { 'a.$': '$answer', 'b.$': '$inputData.riddle', 'c.$': '$$.State.Name', 'd.$': '$' },
          Assign: { 'old.$': '$answer', answer: 18 },
          End: true,
        },
      },
    },
    { input: { functionName: 'f' } },
  )
  expect(exits(events)[0]).toEqual({
    name: 'State0',
    output: '{"functionName":"f","enigma":{"mystery":{"riddle":"What?"}}}',
    outputDetails: { truncated: false },
    assignedVariables: { answer: '42', inputData: '{"riddle":"What?"}', all: '"What?"', fixed: '"$.no.such.path"' },
    assignedVariablesDetails: { truncated: false },
  })
  expect(exits(events)[1]).toMatchObject({ assignedVariables: { old: '42', answer: '18' } })
  expect(JSON.parse(run.output ?? '')).toMatchObject({ a: 42, b: 'What?', c: 'State1' })
})

test('a state reads the values from before, in its other fields too', () => {
  const { run, events } = simulate({
    StartAt: 'State0',
    States: {
      State0: { Type: 'Pass', Result: { q: 1 }, Assign: { 'question.$': '$.q', answer: 42 }, Next: 'State1' },
      State1: {
        Type: 'Pass',
        InputPath: '$answer',
        ResultPath: '$.theAnswer',
        OutputPath: '$answer',
        Assign: { answer: 'other' },
        End: true,
      },
    },
  })
  expect(run.output).toBe('42')
  expect(exits(events)[1]).toMatchObject({ assignedVariables: { answer: '"other"' } })
})

test('an Assign of nothing adds nothing to the event', () => {
  const { events } = simulate({ StartAt: 'A', States: { A: { Type: 'Pass', Assign: {}, End: true } } })
  expect(exits(events)).toEqual([{ name: 'A', output: '{}', outputDetails: { truncated: false } }])
})

test('a task reads variables in all its paths, and Assign reads its whole result', () => {
  const requests: unknown[] = []
  const { run } = simulate(
    {
      StartAt: 'Pass',
      States: {
        Pass: {
          Type: 'Pass',
          Assign: { 'name.$': '$.FunctionName', data: { foo: 'oof' }, timeout: 300 },
          Next: 'Task',
        },
        Task: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          TimeoutSecondsPath: '$timeout',
          Parameters: { 'Payload.$': '$data', 'FunctionName.$': '$name' },
          ResultSelector: { 'only.$': '$.StatusCode' },
          Assign: { 'result.$': '$.Payload' },
          Next: 'End',
        },
        End: { Type: 'Pass', Parameters: { 'result.$': '$result', 'output.$': '$' }, End: true },
      },
    },
    {
      input: { FunctionName: 'f' },
      answer: (request) => {
        requests.push(request)
        return returned('Hello')
      },
    },
  )
  expect(requests).toMatchObject([{ payload: '{"foo":"oof"}', timeoutSeconds: 300 }])
  expect(run.output).toBe('{"result":"Hello","output":{"only":200}}')
})

test('a rule of a Choice and a catcher assign instead of their state', () => {
  const choose = (input: Json) =>
    simulate(
      {
        StartAt: 'Check',
        States: {
          Check: {
            Type: 'Choice',
            Choices: [
              { Variable: '$.v', IsPresent: false, Assign: { status: 'UNKNOWN' }, Next: 'Final' },
              { Variable: '$.v', NumericEquals: 42, Assign: { status: 'CORRECT' }, Next: 'Final' },
            ],
            Assign: { status: 'INCORRECT', 'guess.$': '$.v' },
            Default: 'Final',
          },
          Final: { Type: 'Pass', Parameters: { 'result.$': '$status' }, End: true },
        },
      },
      { input },
    ).run.output
  expect([choose({}), choose({ v: 42 }), choose({ v: 1 })]).toEqual([
    '{"result":"UNKNOWN"}',
    '{"result":"CORRECT"}',
    '{"result":"INCORRECT"}',
  ])
  const { run } = simulate(
    {
      StartAt: 'Task',
      States: {
        Task: {
          Type: 'Task',
          Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
          Assign: { result: 'SUCCESS' },
          Catch: [
            { ErrorEquals: ['States.ALL'], Assign: { 'result.$': '$.Error' }, ResultPath: null, Next: 'Fallback' },
          ],
          End: true,
        },
        Fallback: { Type: 'Fail', ErrorPath: '$result', CausePath: "States.Format('was {}', $result)" },
      },
    },
    { answer: () => ({ error: 'Sorry', cause: '' }) },
  )
  expect(run).toMatchObject({ error: 'Sorry', cause: 'was Sorry' })
})

test('conditions compare variables', () => {
  const { run } = simulate(
    {
      StartAt: 'Setup',
      States: {
        Setup: { Type: 'Pass', Assign: { guess: 'a', answer: 'b' }, Next: 'Check' },
        Check: {
          Type: 'Choice',
          Choices: [{ Variable: '$guess', StringEqualsPath: '$answer', Next: 'Correct' }],
          Default: 'Wrong',
        },
        Wrong: { Type: 'Pass', Assign: { 'guess.$': '$answer' }, Next: 'Check' },
        Correct: { Type: 'Wait', SecondsPath: '$.s', Assign: { n: 1 }, Next: 'Done' },
        Done: { Type: 'Succeed', OutputPath: '$n' },
      },
    },
    { input: { s: 5 } },
  )
  expect(run).toMatchObject({ output: '1', stopMs: startOfTime + 5000 })
})

test('branches have the variables of their state, and what they assign is not seen outside', () => {
  const { run } = simulate({
    StartAt: 'Setup',
    States: {
      Setup: { Type: 'Pass', Assign: { bias: 4 }, Result: [1, 2], Next: 'Each' },
      Each: {
        Type: 'Map',
        ItemSelector: { 'n.$': 'States.MathAdd($$.Map.Item.Value, $bias)' },
        ItemProcessor: {
          StartAt: 'Keep',
          States: {
            Keep: { Type: 'Pass', Assign: { 'kept.$': '$.n' }, Next: 'Add' },
            Add: {
              Type: 'Pass',
              Parameters: { 'sum.$': 'States.MathAdd($kept, $bias)' },
              OutputPath: '$.sum',
              End: true,
            },
          },
        },
        Assign: { 'sums.$': '$' },
        Next: 'Both',
      },
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'One',
            States: { One: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $sums[0] %}', End: true } },
          },
          { StartAt: 'Two', States: { Two: { Type: 'Pass', OutputPath: '$sums[1]', End: true } } },
        ],
        Next: 'Seen',
      },
      Seen: {
        Type: 'Pass',
        QueryLanguage: 'JSONata',
        Output: '{% [$states.input, $exists($kept), $bias] %}',
        End: true,
      },
    },
  })
  expect(run.output).toBe('[9,10,false,4]')
})

test('Map and Parallel in JSONata take expressions', () => {
  const { run } = simulate({
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: '{% $range(1, 3, 1) %}',
        MaxConcurrency: '{% 1 + 1 %}',
        ItemSelector: { n: '{% $states.context.Map.Item.Value * 10 %}' },
        ItemProcessor: {
          StartAt: 'Item',
          States: { Item: { Type: 'Pass', Output: '{% $states.input.n %}', End: true } },
        },
        Assign: { total: '{% $sum($states.result) %}' },
        Output: '{% $count($states.result) %}',
        Next: 'Both',
      },
      Both: {
        Type: 'Parallel',
        Arguments: { total: '{% $total %}' },
        Branches: [
          { StartAt: 'One', States: { One: { Type: 'Pass', Output: '{% $states.input.total %}', End: true } } },
        ],
        Output: '{% [$states.result, $states.input] %}',
        End: true,
      },
    },
  })
  expect(run.output).toBe('[60,3]')
  const items = (Items: Json) =>
    simulate({
      QueryLanguage: 'JSONata',
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items,
          ItemProcessor: { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } },
          End: true,
        },
      },
    }).run
  expect(items([1, '{% 2 %}']).output).toBe('[1,2]')
  expect(items('{% 1 %}').cause).toContain(
    "'1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
  )
})

test('what is too large is not assigned', () => {
  const assign = (Assign: object) => simulate({ StartAt: 'A', States: { A: { Type: 'Pass', Assign, End: true } } }).run
  expect(assign({ a: 'x'.repeat(200_000) }).status).toBe('SUCCEEDED')
  expect(assign({ a: 'x'.repeat(200_000), b: 'x'.repeat(70_000) })).toMatchObject({ error: 'States.DataLimitExceeded' })
  const states = Object.fromEntries(
    Array.from({ length: 60 }, (_, n): [string, object] => [
      `S${n}`,
      { Type: 'Pass', Assign: { [`v${n}`]: 'x'.repeat(200_000) }, ...(n < 59 ? { Next: `S${n + 1}` } : { End: true }) },
    ]),
  )
  expect(simulate({ StartAt: 'S0', States: states }).run).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
    cause: 'The variables of the execution exceed the maximum of 10485760 bytes.',
  })
})

test('a variable without a value, and a place without one, are named in the cause', () => {
  const cause = (state: object) =>
    simulate({ StartAt: 'A', States: { A: { Type: 'Pass', End: true, ...state } } }).run.cause
  const prefix = "An error occurred while executing the state 'A' (entered at the event id #2). "
  expect(cause({ Parameters: { 'v.$': '$nope.a' } })).toBe(
    `${prefix}The JSONPath '$nope.a' specified for the field 'v.$' could not be found in the input '{}'`,
  )
  expect(cause({ InputPath: '$.a' })).toBe(`${prefix}Invalid path '$.a' : No results for path: $['a']`)
  expect(cause({ InputPath: '$.a.b' })).toBe(`${prefix}Invalid path '$.a.b' : Missing property in path $['a']`)
  expect(cause({ OutputPath: "$$['a b'][0]" })).toBe(
    `${prefix}Invalid path '$$['a b'][0]' : Missing property in path $['a b']`,
  )
})

test('a redrive continues with the variables that the state had', () => {
  const definition = {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Assign: { v: 1 }, Next: 'B' },
      B: { Type: 'Task', Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:f', Next: 'C' },
      C: { Type: 'Pass', OutputPath: '$v', End: true },
    },
  }
  const { run } = simulate(definition, { answer: () => ({ error: 'Sorry', cause: '' }) })
  const world = { definition: definition as never, now: startOfTime, random: () => 1, nonce: () => 'nonce' }
  const { run: redriven } = redriveRun(run, world)
  expect(redriven.frame).toMatchObject({ state: 'B', variables: { v: 1 } })
  expect(abortRun(redriven, {}, world).run.status).toBe('ABORTED')
})

test('for all identifiers, a variable is read by its name, as a whole and by a place in it', () => {
  const start = fc.constantFrom('a', 'Z', 'é', '名', 'ǅ')
  const name = fc
    .tuple(start, fc.string({ unit: fc.constantFrom('a', '_', '9', 'é', '名'), maxLength: 20 }))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(name, fc.jsonValue(), (variable, value) => {
      const scope = { data: null, context: () => null, variables: { [variable]: { a: [value as Json] } } }
      expect(readPath(`$${variable}.a[0]`, scope)).toEqual(value)
      expect(readPath(`$${variable}`, scope)).toEqual({ a: [value] })
      expect(readPath(`$${variable}x`, scope)).toBeUndefined()
    }),
  )
  expect(readPath('$constructor', { data: null, context: () => null, variables: {} })).toBeUndefined()
})
