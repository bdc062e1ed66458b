import fc from 'fast-check'
import { returned, simulate, taskMachine } from '../test/simulate.ts'
import { diagnose } from './definition.ts'

const work = 'arn:aws:lambda:eu-central-1:123456789012:function:work'
const invoke = 'arn:aws:states:::lambda:invoke'
const machine = (state: object, more: object = {}) => ({
  StartAt: 'A',
  States: { A: { End: true, ...state } },
  ...more,
})
const pass = (fields: object, more?: object) => machine({ Type: 'Pass', ...fields }, more)
const task = (fields: object) => machine({ Type: 'Task', Resource: work, ...fields })
const choice = (rule: object, more: object = {}) => ({
  StartAt: 'A',
  States: { A: { Type: 'Choice', Choices: [rule], Default: 'B' }, B: { Type: 'Succeed' } },
  ...more,
})
const jsonata = { QueryLanguage: 'JSONata' }
const inner = (name: string, state: object = { End: true }) => ({
  StartAt: name,
  States: { [name]: { Type: 'Pass', ...state } },
})
const map = (fields: object) => machine({ Type: 'Map', ItemProcessor: inner('I'), ...fields })
const long = 'n'.repeat(81)
const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) })

const of = (definition: object | string, options?: { express: boolean }) =>
  diagnose(typeof definition === 'string' ? definition : JSON.stringify(definition), options).map(
    ({ code, message, location }) => `${code}: ${message} at ${location ?? null}`,
  )
const schema = (sentence: string) => `SCHEMA_VALIDATION_FAILED: ${sentence}`

/** What AWS was recorded or measured to answer. The sources are named at `Diagnostic`. */
test.each<[string, object | string, string[]]>([
  ['a string', '""', [schema('Definition must be a valid JSON object at null')]],
  ['a space', ' ', [schema('Definition must be a valid JSON object at null')]],
  ['an empty object', {}, [schema('These fields are required: [States, StartAt] at /')]],
  ['no StartAt', { States: inner('A').States }, [schema('These fields are required: [StartAt] at /')]],
  [
    'a language that a state cannot go back to',
    pass({ QueryLanguage: 'JSONPath' }, jsonata),
    [schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A")],
  ],
  [
    'a target that does not exist, and a state that is no target',
    { StartAt: 'pass1', States: { pass1: { Type: 'Pass', Next: 'pass3' }, pass2: { Type: 'Pass', End: true } } },
    [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next",
      'MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2',
    ],
  ],
  [
    'a start that does not exist',
    { StartAt: 'No', States: { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Succeed' } } },
    [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: No at /StartAt",
      'MISSING_TRANSITION_TARGET: State "One" is not reachable. at /States/One',
    ],
  ],
  [
    'a number out of its range, targets that do not exist, and states that are no target',
    {
      StartAt: 'Missing',
      States: { A: { Type: 'Pass', Next: 'Unknown' }, B: { Type: 'Wait', Seconds: -1, End: true } },
    },
    [
      schema('Minimum value is 0 at /States/B/Seconds'),
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Missing at /StartAt",
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Unknown at /States/A/Next",
      'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
      'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
    ],
  ],
  [
    'a loop',
    { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } },
    ['MISSING_END_STATE: Workflow has no terminal state at null'],
  ],
  [
    'a name that exists twice',
    machine({ Type: 'Parallel', Branches: [inner('B'), inner('B')] }),
    ['DUPLICATE_STATE_NAME: Duplicate State name: B at /States/A/Branches[1]/States/B'],
  ],
  [
    'a long name',
    { StartAt: long, States: { [long]: { Type: 'Succeed' } } },
    [
      `INVALID_STATE_NAME: Invalid State name: State '${long}' exceeds the 80-character limit allowed by the service at /States/${long}`,
    ],
  ],
  ['a field of another type', pass({ Retry: [] }), [schema("Field 'Retry' is not supported at /States/A")]],
  [
    'a wait with a result path',
    machine({ Type: 'Wait', Seconds: 1, ResultPath: null }),
    [schema("Field 'ResultPath' is not supported at /States/A")],
  ],
  [
    'a choice without choices',
    machine({ Type: 'Choice', End: undefined, Default: 'A' }),
    [schema('These fields are required: [Choices] at /States/A')],
  ],
  [
    'an empty choice',
    { StartAt: 'A', States: { A: { Type: 'Choice', Choices: [], Default: 'B' }, B: { Type: 'Succeed' } } },
    [schema('Value cannot be empty at /States/A/Choices')],
  ],
  [
    'a rule without Next',
    choice({ Variable: '$.a', IsNull: true }),
    [schema('These fields are required: [Next] at /States/A/Choices[0]')],
  ],
  [
    'a nested Next',
    choice({ Not: { Variable: '$.a', IsNull: true, Next: 'B' }, Next: 'B' }),
    [schema("Field 'Next' is not supported at /States/A/Choices[0]/Not")],
  ],
  // https://github.com/aws-cloudformation/cfn-lint/issues/4076
  [
    'a variable that is no path',
    choice({ Variable: 'Test', StringMatches: 'Test', Next: 'B' }),
    [schema("Value is not a Reference Path: Reference path didn't start with '$' at /States/A/Choices[0]/Variable")],
  ],
  [
    'two operators',
    choice({ Variable: '$.a', IsNull: true, IsString: true, Next: 'B' }),
    [schema('There should only be one of the following fields: [IsNull, IsString] at /States/A/Choices[0]')],
  ],
  [
    'no selector',
    choice({ Next: 'B' }),
    [
      schema(
        'The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/A/Choices[0]',
      ),
    ],
  ],
  [
    'a wait of a path',
    machine({ Type: 'Wait', Seconds: '$.Result.seconds' }),
    [schema('Expected value of type Integer at /States/A/Seconds')],
  ],
  [
    'a wait that is too long',
    machine({ Type: 'Wait', Seconds: 10_000_000_000 }),
    [schema('Maximum value is 99999999 at /States/A/Seconds')],
  ],
  [
    'a time without a T',
    machine({ Type: 'Wait', Timestamp: '2016-12-05 21:29:29Z' }),
    [schema('String does not match RFC3339 timestamp at /States/A/Timestamp')],
  ],
  ['no time at all', task({ TimeoutSeconds: 0 }), [schema('Minimum value is 1 at /States/A/TimeoutSeconds')]],
  [
    'two timeouts',
    task({ TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }),
    [schema('There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/A')],
  ],
  [
    'neither Next nor End',
    { StartAt: 'A', States: { A: { Type: 'Pass' } } },
    [schema('This object should have only one of the following fields: [Next, End] at /States/A')],
  ],
  [
    'a Map without a processor',
    map({ ItemProcessor: undefined }),
    [schema('This object should have only one of the following fields: [ItemProcessor, Iterator] at /States/A')],
  ],
  ['no branches', machine({ Type: 'Parallel', Branches: [] }), [schema('Value cannot be empty at /States/A/Branches')]],
  [
    'an empty branch',
    machine({ Type: 'Parallel', Branches: [{}] }),
    [schema('These fields are required: [States, StartAt] at /States/A/Branches[0]')],
  ],
  [
    'a language of a processor',
    map({ ItemProcessor: { ...inner('I'), ...jsonata } }),
    [schema("Field 'QueryLanguage' is not supported at /States/A/ItemProcessor")],
  ],
  [
    'a transition out of a branch',
    machine({ Type: 'Parallel', Branches: [inner('B', { Next: 'A' })] }),
    ["MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /States/A/Branches[0]/States/B/Next"],
  ],
  ['a path', pass({ InputPath: 'foo' }), [schema('Value must be a valid JSONPath. at /States/A/InputPath')]],
  [
    'a template',
    task({ Parameters: { 'outputPath.$': "States.format('test-{}.json', $.Comment)" } }),
    [
      schema(
        "The value for the field 'outputPath.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters",
      ),
    ],
  ],
  [
    'States.ALL before others',
    task({
      Catch: [
        { ErrorEquals: ['States.ALL'], Next: 'A' },
        { ErrorEquals: ['X'], Next: 'A' },
      ],
    }),
    [schema('States.ALL must appear alone and at end of list at /States/A/Catch[0]/ErrorEquals[0]')],
  ],
  [
    'a retrier without errors',
    task({ Retry: [{}] }),
    [schema('These fields are required: [ErrorEquals] at /States/A/Retry[0]')],
  ],
  [
    'a retrier of no errors',
    task({ Retry: [{ ErrorEquals: [] }] }),
    [schema('Value cannot be empty at /States/A/Retry[0]/ErrorEquals')],
  ],
  [
    'no resource',
    task({ Resource: 'createToken' }),
    [schema('Value is not a valid resource ARN at /States/A/Resource')],
  ],
  [
    'a Lambda job',
    task({ Resource: `${invoke}.sync`, Parameters: { FunctionName: 'f' } }),
    [
      schema(
        `The resource provided ${invoke}.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/A/Resource`,
      ),
    ],
  ],
  [
    'an integration without parameters',
    task({ Resource: invoke }),
    [schema(`Parameters field is required for resource ARN: ${invoke} at /States/A/Resource`)],
  ],
  [
    'JSONata in a JSONPath state',
    pass({ Output: {} }),
    [
      schema(
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/A",
      ),
    ],
  ],
  [
    'JSONPath in a JSONata state',
    pass({ InputPath: '$' }, jsonata),
    [
      schema(
        "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/A",
      ),
    ],
  ],
  [
    'a state in a JSONata Map, which has the language of the machine',
    map({ ...jsonata, ItemProcessor: inner('I', { Output: 1, End: true }) }),
    [
      schema(
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/A/ItemProcessor/States/I",
      ),
    ],
  ],
  [
    'an unknown language',
    pass({}, { QueryLanguage: 'jsonpath' }),
    [schema('Value should be one of the following: [JSONPath, JSONata] at /QueryLanguage')],
  ],
  [
    'half an expression',
    pass({ Output: '{% 1' }, jsonata),
    [schema('JSONata string must start with {% and end with %} at /States/A/Output')],
  ],
  [
    'a reserved variable',
    pass({ Assign: { states: 1 } }),
    ["RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/A/Assign"],
  ],
  [
    'a variable that is no identifier',
    pass({ Assign: { 'a-b': 1 } }),
    [
      "INVALID_VARIABLE_NAME: Invalid variable name 'a-b': the variable name contains invalid characters. at /States/A/Assign",
    ],
  ],
  [
    'a path of a template that is a list',
    pass({ Parameters: { 'InstanceIds.$': ['$.InstanceId'] } }),
    [
      schema(
        "The value for the field 'InstanceIds.$' must be a STRING that contains a JSONPath but was an ARRAY at /States/A/Parameters",
      ),
    ],
  ],
  [
    'the error output outside of a catcher',
    pass({ Output: { e: '{% $states.errorOutput.Error %}' } }, jsonata),
    ["UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/A/Output/e"],
  ],
  [
    'another version',
    pass({}, { Version: '2.0' }),
    [schema('Value should be one of the following: [1.0] at /Version')],
  ],
])("%s is refused in AWS's words", (_, definition, sentences) => {
  expect(of(definition)).toEqual(sentences)
})

// "Attempting to access $states.result or $states.errorOutput from fields and states where they are not accessible will be
// caught at creation, update, or validation of the state machine": AWS's documentation of JSONata.
test('fields of $states that are not known in a field are refused', () => {
  const invocation = { Resource: invoke, Catch: [{ ErrorEquals: ['X'], Next: 'A' }] }
  const given = (fields: object, more: object = {}) =>
    of({
      ...jsonata,
      ...task({ ...invocation, Arguments: { FunctionName: 'f', ...more }, ...fields }),
    }).map((wrong) => wrong.replace('UNSUPPORTED_JSONATA_EXPRESSION: Field ', ''))
  const caught = (fields: object) => given({ Catch: [{ ErrorEquals: ['X'], Next: 'A', ...fields }] })
  expect(given({ Output: '{% $states.result %}', Assign: { a: '{% $states.result.Payload %}' } })).toEqual([])
  expect(caught({ Output: '{% $states.errorOutput %}', Assign: { a: '{% $states.errorOutput %}' } })).toEqual([])
  expect(given({}, { Payload: '{% $states.result %}' })).toEqual([
    "'$states.result' does not exist. at /States/A/Arguments/Payload",
  ])
  expect(given({ Output: '{% [$states.input[$ = $states.errorOutput]] %}' })).toEqual([
    "'$states.errorOutput' does not exist. at /States/A/Output",
  ])
  expect(caught({ Assign: { a: '{% $states.result %}' } })).toEqual([
    "'$states.result' does not exist. at /States/A/Catch[0]/Assign/a",
  ])
  expect(given({ Output: '{% $states.inptu %}' })).toEqual(["'$states.inptu' does not exist. at /States/A/Output"])
  const inside = map({ ...jsonata, ItemSelector: '{% $states.result %}', Output: '{% $states.result %}' })
  expect(of(inside)).toEqual([
    "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at /States/A/ItemSelector",
  ])
})

// "A variable assigned in an inner scope cannot have the same name as one assigned in an outer scope": AWS's documentation.
test('a variable inside of a Map or Parallel state cannot have the name of one outside', () => {
  const code = "DUPLICATE_VARIABLE_NAME: The variable name 'v' was already defined in a parent scope. at"
  const each = (state: object, fields: object = {}) =>
    map({ ...fields, ItemProcessor: inner('I', { ...state, End: true }) })
  expect(of(each({ Assign: { 'v.$': '$' } }, { Assign: { v: 1 } }))).toEqual([
    `${code} /States/A/ItemProcessor/States/I/Assign`,
  ])
  const caught = { Catch: [{ ErrorEquals: ['X'], Next: 'A', Assign: { v: 1 } }] }
  const branches = [inner('B', { Assign: { v: 1 }, End: true }), inner('C', { Assign: { w: 1 }, End: true })]
  expect(of(machine({ Type: 'Parallel', Branches: branches, ...caught }))).toEqual([
    `${code} /States/A/Branches[0]/States/B/Assign`,
  ])
  expect(of(machine({ Type: 'Parallel', Branches: branches, Assign: { x: 1 } }))).toEqual([])
  const same = [inner('B', { Assign: { v: 1 }, End: true }), inner('C', { Assign: { v: 1 }, End: true })]
  expect(of(machine({ Type: 'Parallel', Branches: same }))).toEqual([])
})

test('what AWS accepts and the engine does not run is refused with what to use instead', () => {
  const here = (definition: object) => of(definition).join('\n')
  const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...inner('I') }
  expect(here(map({ ItemProcessor: distributed }))).toContain('Distributed Map is not supported here: use a Map with')
  expect(here(map({ ItemReader: {} }))).toContain('Distributed Map is not supported here: use a Map with')
  expect(here(task({ Resource: 'arn:aws:states:::aws-sdk:s3:getObject' }))).toContain('from a Lambda function')
  expect(here(task({ Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' }))).toContain(
    'use arn:aws:states:::lambda:invoke.waitForTaskToken and call sqs:sendMessage from its function',
  )
  expect(here(task({ Resource: 'arn:aws:states:::states:startExecution.sync:2' }))).toContain(
    'and call states:startExecution from its function',
  )
  expect(here(task({ Credentials: { RoleArn: 'r' } }))).toContain('the role of the state machine is used')
  expect(here(task({ Retry: [{ ErrorEquals: ['States.Tiemout'] }] }))).toContain('No error has the name States.Tiemout')
})

test('one fault of a Map state says that it is distributed', () => {
  const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...inner('I') }
  const fields = { ItemReader: {}, ItemBatcher: {}, ResultWriter: {}, Label: 'many' }
  expect(diagnose(JSON.stringify(map({ ...fields, ItemProcessor: distributed })))).toMatchObject([
    { code: 'UNSUPPORTED_BY_LOCAL_CLOUD', location: '/States/A/ItemProcessor/ProcessorConfig' },
  ])
  expect(diagnose(JSON.stringify(map(fields)))).toMatchObject([{ location: '/States/A/ItemReader' }])
})

test.each([
  ['arn:aws:states:::sns:publish', 'call sns:publish from a Lambda function'],
  ['arn:aws:states:us-east-1:123456789012:aws-sdk:s3:getObject', 'call aws-sdk:s3:getObject from a Lambda function'],
  ['arn:aws:states:::sqs:sendMessage.waitForTaskToken', `use ${invoke}.waitForTaskToken and call sqs:sendMessage from`],
  [
    'arn:aws:states:::states:startExecution.sync:2',
    `use ${invoke}.waitForTaskToken and call states:startExecution from`,
  ],
])('%s is refused with what to use instead', (Resource, instead) => {
  expect(of(task({ Resource }))).toEqual([
    expect.stringContaining(`UNSUPPORTED_BY_LOCAL_CLOUD: ${Resource} is not supported here: ${instead}`),
  ])
})

// Public workflows catch such errors, which their Fail states raise: aws-samples/step-functions-workflows-collection.
test.each(['States.QuorumMet', 'States.RanOutOfTime', 'States.TaskFailedId'])('%s is a name of its own', (name) => {
  expect(of(task({ Retry: [{ ErrorEquals: [name] }] }))).toEqual([])
})

test.each<[string, object, string]>([
  ['an unknown function', pass({ Parameters: { 'a.$': 'States.Uuid()' } }), 'Did you mean States.UUID()?'],
  ['a misspelled function', pass({ Parameters: { 'a.$': "States.Formt('{}', 1)" } }), 'Did you mean States.Format()?'],
  ['an expression', machine({ Type: 'Wait', Seconds: '{% 1 %}' }), 'Set "QueryLanguage": "JSONata" to use it.'],
  ['a number for a path', pass({ Parameters: { 'a.$': 1 } }), ''],
  ['a field of JSONata', pass({ Output: 1 }), 'Set "QueryLanguage": "JSONata" to use it.'],
  ['InputPath in JSONata', pass({ InputPath: '$' }, jsonata), 'Expressions read $states.input.'],
  ['ResultPath in JSONata', pass({ ResultPath: '$' }, jsonata), 'Use Output.'],
  ['Parameters in JSONata', pass({ Parameters: {} }, jsonata), 'Use Arguments.'],
  ['a Variable in JSONata', choice({ Variable: '$.a', IsNull: true, Next: 'B' }, jsonata), 'Use Condition.'],
  ['SecondsPath in JSONata', machine({ Type: 'Wait', SecondsPath: '$.a' }, jsonata), 'Use Seconds.'],
  ['neither Next nor End', { StartAt: 'A', States: { A: { Type: 'Pass' } } }, 'It has none.'],
  ['a misspelled field', pass({ Coment: '' }), 'Did you mean Comment?'],
  ['a field of other states', pass({ Retry: [] }), ''],
])('the hint for %s', (_, definition, hint) => {
  const [wrong] = diagnose(JSON.stringify(definition))
  expect(wrong?.hint?.() ?? '').toBe(hint)
})

const everything = [
  {
    StartAt: 'T',
    TimeoutSeconds: 0,
    Version: '1.0',
    States: {
      T: {
        ...{ Type: 'Task', Resource: work, InputPath: '$.a', OutputPath: '$', ResultPath: '$.r' },
        Parameters: { 'a.$': '$.b', c: [1, { 'd.$': 'States.UUID()', 'e.$': '$$.State.Name' }] },
        ResultSelector: { 'x.$': '$.y[?(@.z > 1)]', 'w.$': '$..v[0,1]', 'q.$': "$['a b'][-1:]" },
        Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 0, MaxAttempts: 0, BackoffRate: 1.5, JitterStrategy: 'NONE' }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F', ResultPath: '$.e' }],
        ...{ TimeoutSeconds: 5, HeartbeatSeconds: 4, Assign: { 'v.$': '$.a' }, Next: 'C' },
      },
      C: {
        Type: 'Choice',
        Choices: [
          { Variable: '$v', StringEquals: 'x', Next: 'W', Comment: 'c' },
          { And: [{ Variable: '$.n', NumericLessThan: 3 }, { Not: { Variable: '$.t', IsNull: true } }], Next: 'S' },
          { Or: [{ Variable: '$$.Execution.Input.z', TimestampEqualsPath: '$.t' }], Next: 'P' },
        ],
        Default: 'M',
      },
      W: { Type: 'Wait', SecondsPath: '$.s', Next: 'P' },
      P: {
        ...{ Type: 'Parallel', Branches: [inner('constructor'), inner('__proto__')], ResultPath: null, Next: 'M' },
        Retry: [],
      },
      M: {
        ...{ Type: 'Map', ItemsPath: '$.items', MaxConcurrency: 2, ItemSelector: { 'i.$': '$$.Map.Item.Value' } },
        ...{ ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inner('I') }, Next: 'S' },
      },
      F: { Type: 'Fail', Error: 'E', CausePath: "States.Format('{}', $.c)" },
      S: { Type: 'Succeed', OutputPath: '$.o' },
    },
  },
  {
    StartAt: 'T',
    QueryLanguage: 'JSONata',
    States: {
      T: {
        ...{
          Type: 'Task',
          Resource: `${invoke}.waitForTaskToken`,
          TimeoutSeconds: '{% 5 %}',
          Assign: { v: '{% 1 %}' },
        },
        Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' },
        Output: { a: '{% $states.result %}' },
        Catch: [{ ErrorEquals: ['A'], Next: 'F', Output: '{% $states.errorOutput %}' }],
        Next: 'C',
      },
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $v = 1 %}', Next: 'W', Output: 1 },
          { Condition: true, Next: 'W' },
        ],
        Default: 'M',
      },
      W: { Type: 'Wait', Timestamp: '{% $now() %}', Next: 'P' },
      P: { Type: 'Pass', Output: [1, '{% 2 %}'], Next: 'M' },
      M: {
        ...{ Type: 'Map', Items: ['{% 1 %}'], MaxConcurrency: '{% 1 %}', ItemProcessor: inner('I'), Next: 'Q' },
        ...{ ToleratedFailureCount: '{% 1 %}', ToleratedFailurePercentage: 5 },
      },
      Q: { Type: 'Parallel', Arguments: '{% $states.input %}', Branches: [inner('B')], Next: 'S' },
      F: { Type: 'Fail', Error: '{% "E" %}', Cause: 'c' },
      S: { Type: 'Succeed', Output: '{% 1 %}' },
    },
  },
  pass({ ...jsonata, Output: '{% 1 %}' }),
  // AWS requires a terminal state of the machine, and not of a branch.
  machine({
    Type: 'Parallel',
    Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Next: 'D' }, D: { Type: 'Pass', Next: 'B' } } }],
  }),
]

test('the whole language is accepted', () => {
  for (const definition of everything) expect(of(definition)).toEqual([])
})

/** Cases that the package asl-validator refused when it judged definitions here. */
test.each<[string, object]>([
  ['a comment that is a number', pass({}, { Comment: 5 })],
  ['a wait until a word', machine({ Type: 'Wait', Timestamp: 'yesterday' })],
  ['a path with a bracket too few', pass({ InputPath: '$..[' })],
  ['a result at many places', pass({ ResultPath: '$..x[*]' })],
  ['a result in a variable', pass({ ResultPath: '$x' })],
  ['a template with no path', pass({ Parameters: { 'a.$': 'b' } })],
  ['a path of a template that is a number', pass({ Parameters: { 'a.$': 1 } })],
  ['a template with a field twice', pass({ Parameters: { a: 1, 'a.$': '$.b' } })],
  ['an unknown type', machine({ Type: 'Sleep' })],
  ['no type', machine({})],
  ['a type that is a list', machine({ Type: ['Pass'] })],
  ['states that are a list', { StartAt: 'A', States: [] }],
  ['End that is false', pass({ End: false, Next: 'A' })],
  ['Next that is a number', pass({ End: undefined, Next: 1 })],
  ['Next and End', pass({ Next: 'A' })],
  ['a retrier that is a text', task({ Retry: ['X'] })],
  ['a retrier with a negative interval', task({ Retry: [{ ErrorEquals: ['X'], IntervalSeconds: -1 }] })],
  ['an error that is a number', task({ Retry: [{ ErrorEquals: [1] }] })],
  ['a catcher without Next', task({ Catch: [{ ErrorEquals: ['X'] }] })],
  ['a Default that does not exist', { ...choice({ Variable: '$', IsNull: true, Next: 'B' }), StartAt: 'C' }],
  ['an operand of another type', choice({ Variable: '$', NumericEquals: '1', Next: 'B' })],
  ['a flag that is a text', choice({ Variable: '$', IsNull: 'yes', Next: 'B' })],
  ['an operand that is no path', choice({ Variable: '$', NumericEqualsPath: 'b', Next: 'B' })],
  ['a variable with many places', choice({ Variable: '$.a[*]', IsNull: true, Next: 'B' })],
  ['a rule of nothing', choice({ And: [], Next: 'B' })],
  ['a condition that is no expression', choice({ Condition: 'x', Next: 'B' }, jsonata)],
  ['a name of 81 characters', { StartAt: long, States: { [long]: { Type: 'Succeed' } } }],
  ['an empty name', { StartAt: '', States: { '': { Type: 'Succeed' } } }],
  ['a wait without a time', machine({ Type: 'Wait' })],
  ['a negative wait', machine({ Type: 'Wait', Seconds: -1 })],
  ['a Map with two processors', map({ Iterator: inner('J') })],
  ['a Map with two selectors', map({ ItemSelector: {}, Parameters: {} })],
  ['a Map with two limits', map({ MaxConcurrency: 1, MaxConcurrencyPath: '$.m' })],
  ['a Map with a negative limit', map({ MaxConcurrency: -1 })],
  ['a Map in an unknown mode', map({ ItemProcessor: { ...inner('I'), ProcessorConfig: { Mode: 'FAST' } } })],
  ['two causes', machine({ Type: 'Fail', End: undefined, Cause: 'c', CausePath: '$.c' })],
  ['an error that is an object', machine({ Type: 'Fail', End: undefined, Error: {} })],
  ['a timeout that is a fraction', task({ TimeoutSeconds: 1.5 })],
  ['a machine with a timeout that is a text', pass({}, { TimeoutSeconds: '1' })],
  ['variables that are an expression', pass({ Assign: '{% 1 %}' }, jsonata)],
  ['arguments that are a number', machine({ Type: 'Parallel', Branches: [inner('B')], Arguments: 1 }, jsonata)],
])('%s is refused, as asl-validator refused it', (_, definition) => {
  expect(of(definition)).not.toEqual([])
})

test.each<[string, object | string, string]>([
  [
    'a heartbeat like the timeout',
    task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
    'must be smaller than TimeoutSeconds',
  ],
  ['a deep template', pass({ Parameters: deep(100_000 / 50) }), 'TOO_DEEPLY_NESTED'],
  ['a text that is nested a million times', '['.repeat(500_000) + ']'.repeat(500_000), 'must be a valid JSON object'],
  ['an object that is nested many times', `{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, 'TOO_DEEPLY_NESTED'],
  ['a text of more than a megabyte', `{"a":"${'a'.repeat(1_048_576)}"}`, 'less than or equal to 1048576'],
  ['a name with a line break', { StartAt: 'a\nb', States: { 'a\nb': { Type: 'Succeed' } } }, 'INVALID_STATE_NAME'],
  ['a result in the context object', pass({ ResultPath: '$$.x' }), 'Value is not a Reference Path'],
  ['a state that is a text', { StartAt: 'A', States: { A: 'Pass' } }, 'Expected value of type [OBJECT]'],
  ['a variable that is null', choice({ Variable: null, IsNull: true, Next: 'B' }), 'Value must be a valid JSONPath.'],
  ['a function of a path', pass({ OutputPath: '$.a.length()' }), 'use States.ArrayLength'],
  ['a pattern in a filter', pass({ Parameters: { 'a.$': '$.a[?(@.b =~ /c/)]' } }), 'A filter has comparisons'],
  ['a word in a filter', pass({ InputPath: "$.a[?(@.b in ['c'])]" }), 'A filter has comparisons'],
  ['an expression in a JSONPath state', pass({ Parameters: '{% 1 %}' }), 'Value is a JSONata expression'],
])('%s is refused', (_, definition, sentence) => {
  expect(of(definition).join('\n')).toContain(sentence)
})

describe('a definition with random changes', () => {
  const names = Object.keys(everything[0] ?? {}).concat(
    ...[
      'Type',
      'Next',
      'End',
      'Retry',
      'Catch',
      'Choices',
      'Branches',
      'ItemProcessor',
      'Variable',
      'a.$',
      '__proto__',
    ],
  )
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(
      '$',
      '$.a',
      '$..a[*]',
      '$$.x',
      '$v',
      'States.ALL',
      'Pass',
      'Map',
      '{% 1 %}',
      'A',
      'S',
      work,
      [],
      {},
    ),
  )
  const nodes = (value: unknown): object[] =>
    typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(nodes)] : []
  const change = fc.record({
    at: fc.nat(),
    member: fc.nat(),
    name: fc.constantFrom(...names),
    value: values,
    how: fc.nat(2),
  })
  const changed = (
    definition: object,
    changes: { at: number; member: number; name: string; value: unknown; how: number }[],
  ) => {
    const copy = JSON.parse(JSON.stringify(definition)) as object
    for (const { at, member: index, name, value, how } of changes) {
      const all = nodes(copy)
      const node = all[at % all.length] as Record<string, unknown>
      const keys = Object.keys(node)
      const key = keys[index % Math.max(1, keys.length)] ?? name
      const member = { value: structuredClone(value), enumerable: true, configurable: true, writable: true }
      if (how === 0) delete node[key]
      else Object.defineProperty(node, how === 1 ? key : name, member)
    }
    return JSON.stringify(copy)
  }

  test('is judged', () => {
    fc.assert(
      fc.property(fc.constantFrom(...everything), fc.array(change, { maxLength: 4 }), (definition, changes) => {
        for (const { code, message } of diagnose(changed(definition, changes))) expect(code + message).toBeTruthy()
      }),
      { numRuns: 500 },
    )
  })

  test('is judged if any value is an object that has neither text nor number', () => {
    const value = { toString: null, valueOf: null }
    for (const definition of everything) {
      for (const [at, node] of nodes(definition).entries()) {
        for (const member of Object.keys(node).keys()) {
          const found = diagnose(changed(definition, [{ at, member, name: '', value, how: 1 }]))
          for (const { code, message } of found) expect(code + message).toBeTruthy()
        }
      }
    }
  })

  test('runs without an internal error, if it is accepted', () => {
    const runnable = [
      taskMachine(
        {
          Parameters: { 'a.$': '$.a' },
          Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 1, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S', ResultPath: '$.e' }],
          ResultPath: '$.r',
          Next: 'C',
        },
        {
          C: {
            Type: 'Choice',
            Choices: [{ Not: { Variable: '$.a', NumericEquals: 1 }, Next: 'W' }],
            Default: 'P',
          },
          W: { Type: 'Wait', SecondsPath: '$.a', Next: 'P' },
          P: { Type: 'Parallel', Branches: [inner('B1'), inner('B2')], ResultPath: '$.p', Next: 'M' },
          M: { Type: 'Map', ItemsPath: '$.p', ItemProcessor: inner('I'), Next: 'S' },
          S: { Type: 'Succeed', OutputPath: '$' },
        },
      ),
      {
        StartAt: 'T',
        QueryLanguage: 'JSONata',
        States: {
          T: {
            ...{ Type: 'Task', Resource: invoke, Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' } },
            ...{ Output: '{% $states.result.Payload %}', Assign: { v: '{% $states.input.a %}' }, Next: 'C' },
            Catch: [{ ErrorEquals: ['X'], Output: '{% $states.errorOutput %}', Next: 'W' }],
          },
          C: { Type: 'Choice', Choices: [{ Condition: '{% $v > 1 %}', Next: 'W', Assign: { w: 1 } }], Default: 'M' },
          W: { Type: 'Wait', Seconds: '{% 2 %}', Next: 'M' },
          M: {
            ...{
              Type: 'Map',
              Items: '{% [$states.input, 2] %}',
              ItemSelector: { i: '{% $states.input %}' },
              Next: 'S',
            },
            ItemProcessor: {
              StartAt: 'I',
              States: { I: { Type: 'Pass', Output: '{% $states.input.i %}', End: true } },
            },
          },
          S: { Type: 'Succeed', Output: { all: '{% $states.input %}' } },
        },
      },
      {
        QueryLanguage: 'JSONata',
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: work,
            Arguments: { n: '{% $states.input.a %}' },
            TimeoutSeconds: '{% 1 + $states.input.a %}',
            Catch: [{ ErrorEquals: ['States.ALL'], Assign: { v: '{% $states.errorOutput %}' }, Output: 1, Next: 'C' }],
            Assign: { v: '{% $states.result %}' },
            Output: '{% $states.result.n %}',
            Next: 'C',
          },
          C: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $states.input > 1 %}', Assign: { w: 1 }, Next: 'M' }],
            Default: 'W',
          },
          W: { Type: 'Wait', Seconds: '{% $states.input %}', Output: ['{% $v %}'], Next: 'F' },
          M: { Type: 'Map', Items: '{% [1..3] %}', ItemSelector: '{% $v %}', ItemProcessor: inner('I'), Next: 'P' },
          P: { Type: 'Pass', Output: '{% $map($states.input, $string) %}', End: true },
          F: { Type: 'Fail', Error: '{% "E" & $string($v) %}' },
        },
      },
    ]
    let accepted = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...runnable),
        fc.array(change, { maxLength: 2 }),
        fc.nat(3),
        (definition, changes, n) => {
          const text = changed(definition, changes)
          if (diagnose(text).length > 0) return
          accepted += 1
          const answer = () => (n === 0 ? { error: 'X', cause: 'c' } : returned({ n }))
          expect(simulate(JSON.parse(text), { input: { a: n }, answer }).run.status).not.toBe('RUNNING')
        },
      ),
      { numRuns: 400 },
    )
    expect(accepted).toBeGreaterThan(20)
  })
})

test('a fault of the JSON names its line', () => {
  const [wrong] = diagnose('\n{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "End": true },\n  }\n}')
  // Node.js names the line itself from 22 on.
  expect(`${wrong?.message} ${wrong?.hint?.()}`).toMatch(/line 6/)
  expect(diagnose('{,')[0]?.message).toMatch(/line: 1, column: \d/)
})
