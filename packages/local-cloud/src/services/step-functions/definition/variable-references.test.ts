import type { Definition } from './definition.ts'
import { variableReferences } from './variable-references.ts'

const pass = (more: object) => ({ Type: 'Pass', End: true, ...more })
const of = (States: object, more: object = {}) =>
  variableReferences({ StartAt: Object.keys(States)[0], States, ...more } as unknown as Definition)

// As AWS was recorded to answer DescribeStateMachine, in LocalStack's test_sfn_api_variable_references.
test.each<[string, object, Record<string, string[]> | undefined]>([
  [
    'templates, where only names in .$ are paths',
    {
      A: pass({ Parameters: { result: '$result', Path: '$result' }, Assign: { result: 'foobar' } }),
      B: pass({ Parameters: { 'result.$': '$result' }, ResultPath: '$.result' }),
    },
    { B: ['result'] },
  ],
  [
    'the rules of a Choice',
    {
      A: {
        Type: 'Choice',
        Choices: [{ Variable: '$guess', StringEqualsPath: '$answer', Next: 'B' }],
        Default: 'B',
      },
      B: pass({ Assign: { 'guess.$': '$answer' } }),
    },
    { A: ['answer', 'guess'], B: ['answer'] },
  ],
  [
    'paths of all fields',
    {
      A: { Type: 'Wait', SecondsPath: '$waitTime', Next: 'B' },
      B: pass({ InputPath: '$theAnswer', OutputPath: '$.theAnswer', Comment: '$comment' }),
      C: { Type: 'Fail', CausePath: '$causeVar', ErrorPath: '$errorVar' },
    },
    { A: ['waitTime'], B: ['theAnswer'], C: ['causeVar', 'errorVar'] },
  ],
  [
    'functions in states of other states',
    {
      A: {
        Type: 'Map',
        MaxConcurrencyPath: '$most',
        ItemSelector: { bucketName: '$bucket', 'b.$': "States.Format('$no {}', $$.Map.Item.Value)" },
        ItemProcessor: {
          StartAt: 'B',
          States: {
            B: pass({ Assign: { 'Sum.$': 'States.MathAdd(States.MathAdd($y, $x.a[0]), $bias)', 'x.$': '$' } }),
          },
        },
        End: true,
      },
    },
    { A: ['most'], B: ['bias', 'x', 'y'] },
  ],
  ['no variables', { A: pass({ ItemSelector: { bucketName: '$bucket' } }) }, undefined],
  [
    'expressions in JSONata',
    {
      A: { Type: 'Choice', QueryLanguage: 'JSONata', Choices: [{ Condition: '{% $states.input.done %}', Next: 'A' }] },
    },
    undefined,
  ],
])('the variables of %s', (_, states, references) => {
  expect(of(states)).toEqual(references)
})

test('a machine in JSONata has states in JSONata', () => {
  expect(of({ A: pass({ Output: { 'a.$': '$a' } }) }, { QueryLanguage: 'JSONata' })).toBeUndefined()
})
