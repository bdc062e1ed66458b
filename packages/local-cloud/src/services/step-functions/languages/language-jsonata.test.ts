import fc from 'fast-check'
import { returned, simulate } from '../test/simulate.ts'
import type { Json } from '../values/json.ts'
import { evaluateJsonata } from '../values/jsonata-expression.ts'
import { TooLong, watched } from '../values/watchdog.ts'

const world = { now: Date.parse('2026-11-23T12:00:00.000Z'), random: () => 0.5 }
const value = (expression: string, states: Json = {}) => evaluateJsonata(expression, { states }, world)

const passing = (state: object, input: Json = {}, type = 'Pass') =>
  simulate(
    {
      QueryLanguage: 'JSONata',
      StartAt: 'State0',
      States: { State0: { Type: type, ...(type === 'Fail' || type === 'Succeed' ? {} : { End: true }), ...state } },
    },
    { input },
  )
const outputOf = (state: object, input?: Json) => {
  const { run } = passing(state, input)
  return run.status === 'SUCCEEDED' ? JSON.parse(run.output ?? '') : run.cause
}

test('texts between {% and %} are expressions at any depth, and all others are taken as they are', () => {
  expect(outputOf({ Output: '{% $states.input.a + 1 %}' }, { a: 1 })).toBe(2)
  expect(
    outputOf(
      { Output: { list: ['{%$states.input%}', 'Hello {% 1 %}', 5, null], 'name.$': '$.a', time: '{% $now() %}' } },
      { a: 1 },
    ),
  ).toEqual({ list: [{ a: 1 }, 'Hello {% 1 %}', 5, null], 'name.$': '$.a', time: '2026-11-23T12:00:00.000Z' })
  expect(outputOf({ Output: null })).toBeNull()
  expect(outputOf({ Output: '{% $states.input.a %}' }, { a: null })).toBeNull()
  expect(outputOf({}, { a: 1 })).toEqual({ a: 1 })
  expect(outputOf({ Output: '{% $states.context.State.Name %}' })).toBe('State0')
})

// The events as AWS was recorded to write them, in LocalStack's test_assign_reference_variables.
test.each([
  ['Output', { Output: '{% $doesNotExist %}' }],
  ['Output/result', { Output: { result: '{% $doesNotExist %}' } }],
  ['Output/a/b[1]', { Output: { a: { b: [1, '{% $doesNotExist %}'] } } }],
  ['Assign/result', { Assign: { result: '{% $doesNotExist %}' } }],
])('an expression in %s that returns nothing fails the state, with an event of its own', (location, state) => {
  const { run, events } = passing(state)
  const cause = `An error occurred while executing the state 'State0' (entered at the event id #2). The JSONata expression '$doesNotExist' specified for the field '${location}' returned nothing (undefined).`
  const error = 'States.QueryEvaluationError'
  expect(run).toMatchObject({ status: 'FAILED', error, cause })
  expect(events.slice(2)).toMatchObject([
    {
      id: 3,
      previousEventId: 0,
      type: 'EvaluationFailed',
      evaluationFailedEventDetails: { cause, error, location, state: 'State0' },
    },
    { id: 4, previousEventId: 3, type: 'ExecutionFailed', executionFailedEventDetails: { cause, error } },
  ])
})

test.each([
  [
    { Output: '{% $sum %}' },
    "The JSONata expression '$sum' specified for the field 'Output' returned an unsupported result type.",
  ],
  [{ Output: '{% /a/ %}' }, "'Output' returned an unsupported result type."],
  [
    { Output: '{% 1 + "a" %}' },
    `'Output' threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number`,
  ],
  [{ Output: "{% $eval('1') %}" }, 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
  // AWS names no fault of its own library. It was measured to do so for another function: floci-io/floci#2736.
  [
    { Output: '{% $formatNumber(1, "x") %}' },
    "specified for the field 'Output' threw an internal error during evaluation.",
  ],
  [{ Output: '{% 1 + %}' }, 'threw an error during evaluation. S0207: Unexpected end of expression'],
])('%j fails the run', (state, cause) => {
  expect(outputOf(state)).toContain(cause)
})

test('a field that needs a type refuses others', () => {
  const cause = (type: string, state: object) => passing(state, {}, type).run.cause
  const prefix =
    "An error occurred while executing the state 'State0' (entered at the event id #2). The JSONata expression"
  expect(cause('Wait', { Seconds: '{% "1" %}' })).toBe(
    `${prefix} '"1"' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: "1"`,
  )
  expect(cause('Wait', { Seconds: '{% 1.5 %}' })).toContain('is not a whole number from 0: 1.5')
  const task = { Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:f' }
  expect(cause('Task', { ...task, TimeoutSeconds: '{% 0 %}' })).toContain('is not a whole number from 1: 0')
  expect(cause('Fail', { Cause: '{% 5 %}' })).toContain(
    "'Cause' returned an unexpected result type. Expected 'string', but was 'number'",
  )
  expect(cause('Choice', { Choices: [{ Condition: '{% 1 %}', Next: 'State0' }] })).toContain(
    "'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
  )
})

test('waits, failures and the timeout of a task take expressions', () => {
  const { run } = passing({ Seconds: '{% $states.input.s %}', Output: '{% $states.input.s * 2 %}' }, { s: 60 }, 'Wait')
  expect(run).toMatchObject({ output: '120', stopMs: world.now + 60_000 })
  expect(passing({ Timestamp: '{% $fromMillis($millis() + 1000) %}' }, {}, 'Wait').run.stopMs).toBe(world.now + 1000)
  expect(passing({ Error: '{% "My" & "Error" %}', Cause: 'as it is' }, {}, 'Fail').run).toMatchObject({
    error: 'MyError',
    cause: 'as it is',
  })
  const task = { Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:f', TimeoutSeconds: '{% 1 + 1 %}' }
  expect(passing(task, {}, 'Task').events[2]).toMatchObject({
    lambdaFunctionScheduledEventDetails: { timeoutInSeconds: 2 },
  })
  expect(passing({ Output: '{% 1 %}' }, {}, 'Succeed').run.output).toBe('1')
})

test('a task has Arguments, and its Output and Assign read its result', () => {
  const { run, events } = simulate(
    {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          QueryLanguage: 'JSONata',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: 'f', Payload: { n: '{% $states.input.n %}' } },
          Assign: { was: '{% $states.input.n %}', is: '{% $states.result.Payload.n %}' },
          Output: '{% $states.result.StatusCode %}',
          Next: 'Then',
        },
        Then: { Type: 'Pass', Parameters: { 'was.$': '$was', 'is.$': '$is', 'status.$': '$' }, End: true },
      },
    },
    { input: { n: 1 }, answer: ({ payload }) => returned({ n: JSON.parse(payload).n + 1 }) },
  )
  expect(run.output).toBe('{"was":1,"is":2,"status":200}')
  expect(events.find(({ type }) => type === 'TaskScheduled')).toMatchObject({
    taskScheduledEventDetails: { parameters: '{"FunctionName":"f","Payload":{"n":1}}' },
  })
})

// As AWS was recorded in LocalStack's test_map_state_items_input_types: an event of its own, without a location.
test.each([1, 'string', true, { foo: 'bar' }, null])('a Map without Items fails on the input %j', (items) => {
  const { events } = simulate(
    {
      QueryLanguage: 'JSONata',
      StartAt: 'Start',
      States: {
        Start: { Type: 'Pass', Output: '{% $states.input.items %}', Next: 'Each' },
        Each: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
          End: true,
        },
      },
    },
    { input: { items } },
  )
  const error = 'States.QueryEvaluationError'
  const cause = `An error occurred while executing the state 'Each' (entered at the event id #4). Map state input must be an array but was: ${JSON.stringify(items)}`
  const [failed, ...then] = events.slice(4)
  expect(failed).toMatchObject({ id: 5, previousEventId: 3, type: 'EvaluationFailed' })
  expect(failed).toHaveProperty('evaluationFailedEventDetails', { cause, error, state: 'Each' })
  expect(then).toMatchObject([
    { id: 6, previousEventId: 5, type: 'MapStateFailed' },
    { id: 7, previousEventId: 6, type: 'ExecutionFailed', executionFailedEventDetails: { cause, error } },
  ])
})

test('a catcher reads the error, and Retry and Catch take errors of expressions', () => {
  const { run, types } = simulate({
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
        Arguments: '{% $nothing %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { caught: '{% $states.errorOutput.Error %}' },
            Output: { input: '{% $states.input %}' },
            Next: 'Then',
          },
        ],
        End: true,
      },
      Then: { Type: 'Pass', Output: '{% {"caught": $caught, "input": $states.input} %}', End: true },
    },
  })
  expect(run.output).toBe('{"caught":"States.QueryEvaluationError","input":{"input":{}}}')
  expect(types).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'EvaluationFailed',
    'EvaluationFailed',
    'TaskStateExited',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ])
})

test('an error in a catcher fails the run, with its own place', () => {
  const { run } = simulate({
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
        Arguments: '{% $nothing %}',
        Catch: [{ ErrorEquals: ['States.ALL'], Output: { v: '{% $none %}' }, Next: 'Work' }],
        End: true,
      },
    },
  })
  expect(run.cause).toContain("'$none' specified for the field 'Catch[0]/Output/v' returned nothing (undefined).")
})

test('a rule of a Choice has its own output and variables; the state has those of Default', () => {
  const choose = (input: Json) =>
    simulate(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Choose',
        States: {
          Choose: {
            Type: 'Choice',
            Choices: [
              {
                Condition: '{% $states.input.n > 1 %}',
                Assign: { chosen: 'rule' },
                Output: '{% $states.input.n %}',
                Next: 'Then',
              },
              { Condition: false, Next: 'Choose' },
            ],
            Assign: { chosen: 'default' },
            Output: 'none',
            Default: 'Then',
          },
          Then: { Type: 'Pass', Output: ['{% $chosen %}', '{% $states.input %}'], End: true },
        },
      },
      { input },
    ).run.output
  expect(choose({ n: 2 })).toBe('["rule",2]')
  expect(choose({ n: 1 })).toBe('["default","none"]')
})

// As measured on AWS by https://github.com/floci-io/floci, docs/services/step-functions.md and its tests.
test.each<[string, Json | undefined]>([
  ['$parse(\'{"a":1}\').a', 1],
  ['$parse()', undefined],
  ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
  ['$partition([1,2,3,4,5], 2.9)', [[1, 2], [3, 4], [5]]],
  ['$partition([1,2,3])', [[1, 2, 3]]],
  ['$partition([], 2)', undefined],
  ['$partition([1], 0)', undefined],
  ['$range(0, 10, 2)', [0, 2, 4, 6, 8, 10]],
  ['$range(5, 1, -1.5)', [5, 4, 3, 2, 1]],
  ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
  ['$range(3, 3, 1)', 3],
  ['$range(5, 1, 1)', undefined],
  ['$range(1, 5)', undefined],
  ['$count($range(1, 360145, 1))', 360_145],
  ["$hash('Hello', 'MD5')", '8b1a9953c4611296a827abf8c47804d7'],
  ["$hash('Hello')", undefined],
  ['$random(42)', 0.7275636800328681],
  ['$random(0.9)', 0.730967787376657],
  ['$random(7)', 0.7306990420600421],
  ['$random()', 0.5],
  ['$uuid()', '80808080-8080-4080-8080-808080808080'],
  ['$map([\'{"a":1}\', \'{"a":2}\'], $parse).a', [1, 2]],
  ['1/0', 'Infinity'],
  ['{"k": [0/0]}', { k: ['NaN'] }],
  ['$string(1e21)', '1e+21'],
  ['[1..873782] ~> $count()', 873_782],
  ['$sum($map([1..5000], function($v){$v * 2}))', 25_005_000],
  [`1${'+1'.repeat(99)}`, 100],
  [`${'('.repeat(99)}1${')'.repeat(99)}`, 1],
  ['($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(31))', 31],
])('%s is %j', (expression, result) => {
  expect(value(expression)).toEqual(result)
})

const memory = 'Expression evaluation memory limit exceeded'
const depth = 'Stack overflow error: Check for non-terminating recursive function'
test.each([
  ['$range(1, 360146, 1)', memory],
  ['$range(1, 1e15, 1)', memory],
  ['[1..900000] ~> $count()', memory],
  ['$pad("", 1e9)', memory],
  ['($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("x", 23)))', memory],
  ['($f := function($a, $n){ $n = 0 ? $a : $f([[$a, $a]], $n - 1) }; $f("x", 90))', memory],
  ['$join([1..10000].$string(), $pad("", 100000))', memory],
  [`1${'+1'.repeat(100)}`, depth],
  [`${'['.repeat(100)}1${']'.repeat(100)}`, depth],
  ['($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(32))', depth],
  ['$partition([1,2], -1)', 'D3137: Second argument must be zero or greater'],
  ["$hash('Hello', 'md5')", 'D3137'],
  ["$parse('1 2')", 'D3137: Invalid JSON'],
  ['$parse(null)', 'T0410'],
  ["$uuid('seed')", 'T0410'],
  ['($__evaluate_entry := false; 1)', 'Variables cannot be named'],
])('%s ends: %s', (expression, message) => {
  expect(() => value(expression)).toThrow(message)
})

test.each([
  '($f := function($x){ $f($x + 1) }; $f(1))',
  '$map([1..1000], function($i){ $sum([1..$i]) })',
  '($s := $pad("", 200000); $map([1..1000], function($i){ $length($s) }))',
])('%s takes more steps than it may', (expression) => {
  expect(() => evaluateJsonata(expression, {}, world, 100_000)).toThrow(
    'Expression evaluation timeout: Check for infinite loop',
  )
})

test('work that no limit of steps can end is stopped, within other work too', () => {
  const text = `${'a'.repeat(50)}b`
  expect(() => watched(() => watched(() => /^(a+)+$/.test(text), 100), 5000)).toThrow(TooLong)
  expect(watched(() => watched(() => 1) + watched(() => 2))).toBe(3)
  expect(() => watched(() => JSON.parse('{'))).toThrow('JSON')
})

test('expressions change neither their input nor each other', () => {
  const states = { input: { list: [3, 1, 2], a: { b: 1 } } }
  const before = structuredClone(states)
  value(
    '($x := $append($states.input.list, 4); $sort($x); $states.input ~> |a|{"c": 2}|; $reverse($states.input.list))',
    states,
  )
  expect(states).toEqual(before)
  expect(value('$x')).toBeUndefined()
  expect(value('($sum := function($a){ "mine" }; $sum(1))')).toBe('mine')
  expect(value('$sum([1, 2])')).toBe(3)
})

test('prototypes and the process cannot be reached', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect(value(`$states.input.${name}`, { input: {} })).toBeUndefined()
    expect(value(`$lookup($states.input, "${name}")`, { input: {} })).toBeUndefined()
  }
  value('{"__proto__": {"polluted": 1}}')
  value('$states.input ~> |$|{"__proto__": {"polluted": 1}}|', { input: {} })
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('every expression ends with a value, with nothing, or with a sentence', () => {
  const leaf = fc.constantFrom(
    '1',
    '-1',
    '1e9',
    '"ab"',
    '$states.input',
    '$x',
    'null',
    'true',
    '[1..20]',
    '/(a*)*b/',
    '**',
    '%',
    '$$',
  )
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc
        .tuple(tie('expression'), fc.constantFrom('+', '&', '=', '~>', '.', 'in', '..', '^', 'and'), tie('expression'))
        .map((parts) => `(${parts.join(' ')})`),
      fc
        .tuple(
          fc.constantFrom(
            'string',
            'sum',
            'pad',
            'map',
            'reduce',
            'append',
            'split',
            'match',
            'range',
            'f',
            'zip',
            'distinct',
            'power',
          ),
          fc.array(tie('expression'), { maxLength: 3 }),
        )
        .map(([name, args]) => `$${name}(${args.join(', ')})`),
      tie('expression').map((body) => `($f := function($x, $y){ ${body} }; $f($x, 1))`),
      fc.tuple(tie('expression'), tie('expression')).map(([list, filter]) => `${list}[${filter}]`),
      fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{"k": ${a}, "l": ${b}}`),
    ),
  }))
  fc.assert(
    fc.property(expression, (text) => {
      try {
        const result = value(text, { input: { a: [1, { b: 'aab' }] } })
        if (result !== undefined) expect(JSON.parse(JSON.stringify(result))).toEqual(result)
      } catch (error) {
        expect((error as Error).constructor.name).toMatch(/^(ExpressionError|Unsupported)$/)
      }
    }),
    { numRuns: 300 },
  )
}, 120_000)
