import { taskMachine } from '../test/simulate.ts'
import { allStates, checkDefinition, type Definition } from './definition.ts'

const check = (definition: object | string) =>
  checkDefinition(typeof definition === 'string' ? definition : JSON.stringify(definition), 'state machine reminder')
const pass = (state: object) => ({ StartAt: 'Here', States: { Here: { Type: 'Pass', End: true, ...state } } })

test('a valid definition is parsed, once', () => {
  const definition = {
    ...taskMachine(
      {
        Retry: [{ ErrorEquals: ['Sorry'], IntervalSeconds: 1, MaxDelaySeconds: 60, JitterStrategy: 'FULL' }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Lost', ResultPath: '$.error' }],
        TimeoutSeconds: 30,
        Next: 'Pause',
      },
      {
        Pause: { Type: 'Wait', SecondsPath: '$.delay', Next: 'Choose' },
        Choose: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'Done' }], Default: 'Lost' },
        Lost: { Type: 'Fail', Error: 'Lost' },
        Done: { Type: 'Succeed' },
      },
    ),
    Comment: 'Everything that the engine runs',
    TimeoutSeconds: 600,
  }
  const checked = check(definition)
  expect(checked).toEqual(definition)
  expect(check(definition)).toBe(checked)
})

test.each<[string, object | string, string]>([
  ['text that is not JSON', '{', 'INVALID_JSON_DESCRIPTION: '],
  [
    'words',
    'not a definition',
    `INVALID_JSON_DESCRIPTION: Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (String)"not a definition"; line: 1, column: 4] at [Source: (String)"not a definition"; line: 1, column: 4]`,
  ],
  ["names in '", "{\n'a': 1}", '"; line: 2, column: 2]'],
  ['what is no object', '[]', 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object'],
  ['no states', { StartAt: 'A' }, 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'],
  [
    'a misspelt Next',
    taskMachine({ Next: 'Dnoe' }, { Done: { Type: 'Succeed' } }),
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: Dnoe at /States/Work/Next. Did you mean Done?",
  ],
  [
    'a misspelt StartAt',
    { StartAt: 'here', States: { Here: { Type: 'Succeed' } } },
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: here at /StartAt. Did you mean Here?",
  ],
  [
    'a misspelt Next of a Catch',
    taskMachine({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wrok' }] }),
    "Missing 'Next' target: Wrok at /States/Work/Catch[0]/Next. Did you mean Work?",
  ],
  [
    'a misspelt Next of a Choice',
    {
      StartAt: 'A',
      States: { A: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'B' }] }, C: { Type: 'Succeed' } },
    },
    "Missing 'Next' target: B at /States/A/Choices[0]/Next",
  ],
  [
    'a misspelt field',
    pass({ Reslut: 1 }),
    "SCHEMA_VALIDATION_FAILED: Field 'Reslut' is not supported at /States/Here. Did you mean Result?",
  ],
  [
    'a Parallel without branches',
    { StartAt: 'A', States: { A: { Type: 'Parallel', Branches: [], End: true } } },
    'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/A/Branches',
  ],
  [
    'a Map without states',
    { StartAt: 'A', States: { A: { Type: 'Map', End: true } } },
    'This object should have only one of the following fields: [ItemProcessor, Iterator] at /States/A',
  ],
  [
    'a state of a branch with a misspelt field',
    { StartAt: 'A', States: { A: { Type: 'Parallel', Branches: [pass({ Reslut: 1 })], End: true } } },
    "Field 'Reslut' is not supported at /States/A/Branches[0]/States/Here",
  ],
  [
    'a name of JavaScript',
    { StartAt: 'A', States: { A: { Type: 'constructor' } } },
    'Value should be one of the following: [Task, Pass, Wait, Choice, Succeed, Fail, Parallel, Map] at /States/A/Type',
  ],
  [
    'JSONPath in a machine in JSONata',
    { ...pass({ QueryLanguage: 'JSONPath' }), QueryLanguage: 'JSONata' },
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/Here",
  ],
  [
    'a field of JSONPath in JSONata',
    pass({ QueryLanguage: 'JSONata', InputPath: '$' }),
    "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage",
  ],
  [
    'an expression that cannot be parsed',
    pass({ QueryLanguage: 'JSONata', Output: { v: ['{% $states.input[1,2) %}'] } }),
    'INVALID_JSONATA_EXPRESSION: Expected "]", got "," at /States/Here/Output/v[0]',
  ],
  [
    'an expression that reads a context',
    pass({ QueryLanguage: 'JSONata', Output: '{% $map($states.input.a, function($x){ phone }) %}' }),
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/Here/Output",
  ],
  [
    'an expression that reads the outermost context',
    pass({ QueryLanguage: 'JSONata', Assign: { a: '{% $$.b %}' } }),
    "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/Here/Assign/a",
  ],
  [
    'an intrinsic function with a wrong argument',
    pass({ Parameters: { 'id.$': 'States.UUID(1)' } }),
    "The value for the field 'id.$' must be a valid JSONPath or a valid intrinsic function call at /States/Here/Parameters",
  ],
  [
    'a string of an intrinsic function with an unknown escape',
    pass({ Parameters: { 'v.$': `States.Format('He said, \\"Hello, {}!\\"', 'Test')` } }),
    "The value for the field 'v.$' must be a valid JSONPath or a valid intrinsic function call",
  ],
  ['a path function', pass({ InputPath: '$.a.length()' }), 'use States.ArrayLength at /States/Here/InputPath'],
  [
    'a heartbeat that is not shorter than the timeout',
    taskMachine({ HeartbeatSeconds: 60, TimeoutSeconds: 60 }),
    'HeartbeatSeconds must be smaller than TimeoutSeconds at /States/Work/HeartbeatSeconds',
  ],
  [
    'an activity',
    taskMachine({ Resource: 'arn:aws:states:eu-central-1:123456789012:activity:a' }),
    'Activities are not supported here: use arn:aws:states:::lambda:invoke.waitForTaskToken instead of',
  ],
  [
    'another service',
    taskMachine({ Resource: 'arn:aws:states:::sqs:sendMessage' }),
    'sqs:sendMessage is not supported here: call sqs:sendMessage from a Lambda function',
  ],
  [
    'an invocation of nothing',
    taskMachine({ Resource: 'arn:aws:states:::lambda:invoke' }),
    'Parameters field is required for resource ARN: arn:aws:states:::lambda:invoke at /States/Work/Resource',
  ],
  [
    'an asynchronous invocation',
    taskMachine({
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'work', InvocationType: 'Event' },
    }),
    'InvocationType is not supported here: leave it out',
  ],
  [
    'States.ALL beside others',
    taskMachine({ Retry: [{ ErrorEquals: ['States.ALL', 'Sorry'] }] }),
    'States.ALL must appear alone and at end of list at /States/Work/Retry[0]/ErrorEquals[0]',
  ],
  [
    'States.ALL before others',
    taskMachine({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Sorry'] }] }),
    'States.ALL must appear alone and at end of list at /States/Work/Retry[0]/ErrorEquals[0]',
  ],
  [
    'a cap below the interval',
    taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], IntervalSeconds: 10, MaxDelaySeconds: 10 }] }),
    'MaxDelaySeconds must be greater than IntervalSeconds at /States/Work/Retry[0]',
  ],
  [
    'an unknown jitter',
    taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], JitterStrategy: 'SOME' }] }),
    'Value should be one of the following: [NONE, FULL] at /States/Work/Retry[0]/JitterStrategy',
  ],
  [
    'a shrinking backoff',
    taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], BackoffRate: 0.5 }] }),
    'Minimum value is 1 at /States/Work/Retry[0]/BackoffRate',
  ],
  [
    'half a second',
    { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 0.5, End: true } } },
    'Expected value of type Integer at /States/A/Seconds',
  ],
  [
    'two kinds of wait',
    { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 5, SecondsPath: '$.s', End: true } } },
    'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/A',
  ],
  [
    'a state that no other state reaches',
    { StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } },
    'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
  ],
  [
    'no end',
    { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } },
    'MISSING_END_STATE: Workflow has no terminal state',
  ],
])('%s is refused by name', (_, definition, sentence) => {
  expect(() => check(definition)).toThrow('The definition of state machine reminder cannot run here:\n- ')
  expect(() => check(definition)).toThrow(sentence)
})

test('every fault is reported at once', () => {
  const definition = taskMachine({ Credentials: {}, Next: 'Nowhere' })
  expect(() => check(definition)).toThrow(/Nowhere.*Credentials|Credentials.*Nowhere/s)
})

test('all states of a machine are found by name, those inside of other states too', () => {
  const inner = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } })
  const succeed = { Type: 'Succeed' }
  const machine = JSON.parse(
    JSON.stringify({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            inner('Left', succeed),
            inner('Right', { Type: 'Map', ItemProcessor: inner('Item', succeed), End: true }),
          ],
          Next: 'Each',
        },
        Each: { Type: 'Map', Iterator: inner('constructor', succeed), End: true },
      },
    }),
  ) as Definition
  expect([...allStates(machine).keys()]).toEqual(['Both', 'Each', 'Left', 'Right', 'Item', 'constructor'])
  expect(allStates(machine).get('constructor')).toEqual(succeed)
  expect(allStates(machine)).toBe(allStates(machine))
})
