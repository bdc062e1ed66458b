import { checkDefinition } from './definition.ts'
import { taskMachine } from './test/simulate.ts'

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
  ['text that is not JSON', '{', 'It is not JSON'],
  ['what is no object', '[]', 'It must be a JSON object with StartAt and States.'],
  ['no states', { StartAt: 'A' }, 'States is missing'],
  [
    'a misspelt Next',
    taskMachine({ Next: 'Dnoe' }, { Done: { Type: 'Succeed' } }),
    'State "Work": Next names the state "Dnoe", which does not exist. Did you mean "Done"?',
  ],
  [
    'a misspelt StartAt',
    { StartAt: 'here', States: { Here: { Type: 'Succeed' } } },
    'StartAt names the state "here", which does not exist. Did you mean "Here"?',
  ],
  [
    'a misspelt Next of a Catch',
    taskMachine({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wrok' }] }),
    'State "Work": Catch[0].Next names the state "Wrok", which does not exist. Did you mean "Work"?',
  ],
  [
    'a misspelt Next of a Choice',
    {
      StartAt: 'A',
      States: { A: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'B' }] }, C: { Type: 'Succeed' } },
    },
    'State "A": Choices[0].Next names the state "B", which does not exist.',
  ],
  [
    'a misspelt field',
    pass({ Reslut: 1 }),
    'State "Here": the field Reslut is not supported here. Did you mean Result?',
  ],
  ['Parallel', { StartAt: 'A', States: { A: { Type: 'Parallel', Branches: [], End: true } } }, 'has the type Parallel'],
  ['Map', { StartAt: 'A', States: { A: { Type: 'Map', End: true } } }, 'has the type Map'],
  ['a name of JavaScript', { StartAt: 'A', States: { A: { Type: 'constructor' } } }, 'has the type constructor'],
  ['JSONata', { ...pass({}), QueryLanguage: 'JSONata' }, 'the QueryLanguage JSONata is not supported'],
  ['JSONata in one state', pass({ QueryLanguage: 'JSONata' }), 'the QueryLanguage JSONata is not supported'],
  [
    'an intrinsic function',
    pass({ Parameters: { 'id.$': 'States.UUID()' } }),
    'intrinsic function in id.$ is not supported: States.UUID()',
  ],
  ['a variable', pass({ Parameters: { 'id.$': '$id' } }), 'the variable in id.$ is not supported: $id'],
  ['Assign', pass({ Assign: { a: 1 } }), 'the field Assign is not supported'],
  ['a path function', pass({ InputPath: '$.a.length()' }), 'the path function in InputPath is not supported'],
  ['a heartbeat', taskMachine({ HeartbeatSeconds: 5 }), 'the field HeartbeatSeconds is not supported'],
  [
    'a callback',
    taskMachine({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }),
    'the Resource arn:aws:states:::lambda:invoke.waitForTaskToken is not supported',
  ],
  [
    'an activity',
    taskMachine({ Resource: 'arn:aws:states:eu-central-1:123456789012:activity:a' }),
    'is not supported. Use',
  ],
  [
    'another service',
    taskMachine({ Resource: 'arn:aws:states:::sqs:sendMessage' }),
    'sqs:sendMessage is not supported',
  ],
  [
    'an invocation of nothing',
    taskMachine({ Resource: 'arn:aws:states:::lambda:invoke' }),
    'must name the function in FunctionName',
  ],
  [
    'an asynchronous invocation',
    taskMachine({
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'work', InvocationType: 'Event' },
    }),
    'the field InvocationType is not supported',
  ],
  [
    'States.ALL beside others',
    taskMachine({ Retry: [{ ErrorEquals: ['States.ALL', 'Sorry'] }] }),
    'State "Work": Retry[0]: States.ALL must stand alone in ErrorEquals.',
  ],
  [
    'States.ALL before others',
    taskMachine({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Sorry'] }] }),
    'Retry[0]: the rule with States.ALL must be the last one.',
  ],
  [
    'a cap below the interval',
    taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], IntervalSeconds: 10, MaxDelaySeconds: 10 }] }),
    'MaxDelaySeconds must be greater than IntervalSeconds.',
  ],
  [
    'an unknown jitter',
    taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], JitterStrategy: 'SOME' }] }),
    'JitterStrategy must be',
  ],
  [
    'a shrinking backoff',
    taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], BackoffRate: 0.5 }] }),
    'BackoffRate must be',
  ],
  [
    'half a second',
    { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 0.5, End: true } } },
    'Seconds must be a whole number',
  ],
  [
    'two kinds of wait',
    { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 5, SecondsPath: '$.s', End: true } } },
    'WAIT_DURATION',
  ],
  [
    'a state that no other state reaches',
    { StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } },
    'State B is not reachable',
  ],
  ['no end', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } }, 'MISSING_TERMINAL_STATE'],
])('%s is refused by name', (_, definition, sentence) => {
  expect(() => check(definition)).toThrow('The definition of state machine reminder cannot run here:\n- ')
  expect(() => check(definition)).toThrow(sentence)
})

test('every fault is reported at once', () => {
  const definition = taskMachine({ HeartbeatSeconds: 5, Next: 'Nowhere' })
  expect(() => check(definition)).toThrow(/HeartbeatSeconds.*Nowhere/s)
})
