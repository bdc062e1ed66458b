import fc from 'fast-check'
import { matches } from '../languages/choice-rule.ts'
import { simulate } from '../test/simulate.ts'
import type { Json } from '../values/json.ts'

function choose(rule: object, input: Json, more: object = { Default: 'No' }) {
  const { run } = simulate(
    {
      StartAt: 'Choose',
      States: {
        Choose: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], ...more },
        Yes: { Type: 'Pass', Result: 'yes', End: true },
        No: { Type: 'Pass', Result: 'no', End: true },
      },
    },
    { input },
  )
  return run.status === 'SUCCEEDED' ? JSON.parse(run.output ?? '') : run
}
const of = (operator: string, given: Json) => ({ Variable: '$.v', [operator]: given })

const noon = '2026-11-23T12:00:00Z'
test.each<[string, Json, Json, string]>([
  ['StringEquals', 'a', 'a', 'yes'],
  ['StringEquals', 'a', 'b', 'no'],
  ['StringEquals', '1', 1, 'no'],
  ['StringLessThan', 'b', 'a', 'yes'],
  ['StringLessThan', 'b', 'b', 'no'],
  ['StringLessThanEquals', 'b', 'b', 'yes'],
  ['StringGreaterThan', 'b', 'c', 'yes'],
  ['StringGreaterThanEquals', 'b', 'a', 'no'],
  ['StringMatches', 'log-*.txt', 'log-2026.txt', 'yes'],
  ['StringMatches', 'log-*.txt', 'log.txt', 'no'],
  ['NumericEquals', 1, 1.0, 'yes'],
  ['NumericEquals', 1, '1', 'no'],
  ['NumericLessThan', 5, 4, 'yes'],
  ['NumericLessThanEquals', 5, 5, 'yes'],
  ['NumericGreaterThan', 5, 5, 'no'],
  ['NumericGreaterThanEquals', 5, 5, 'yes'],
  ['BooleanEquals', true, true, 'yes'],
  ['BooleanEquals', true, 'true', 'no'],
  ['TimestampEquals', noon, '2026-11-23T13:00:00+01:00', 'yes'],
  ['TimestampLessThan', noon, '2026-11-23T11:59:59.999Z', 'yes'],
  ['TimestampGreaterThan', noon, noon, 'no'],
  ['TimestampGreaterThanEquals', noon, noon, 'yes'],
  ['TimestampLessThanEquals', noon, 'noon', 'no'],
  ['IsNull', true, null, 'yes'],
  ['IsNull', false, 0, 'yes'],
  ['IsString', true, '', 'yes'],
  ['IsNumeric', true, '1', 'no'],
  ['IsBoolean', true, false, 'yes'],
  ['IsTimestamp', true, noon, 'yes'],
  ['IsTimestamp', true, '2026-11-23', 'no'],
  ['IsPresent', true, null, 'yes'],
  ['IsPresent', false, null, 'no'],
])('%s %j of %j: %s', (operator, given, value, chosen) => {
  expect(choose(of(operator, given), { v: value })).toBe(chosen)
})

test('operators that end in Path compare two places of the input', () => {
  const rule = { Variable: '$.a', NumericLessThanPath: '$.b' }
  expect(choose(rule, { a: 1, b: 2 })).toBe('yes')
  expect(choose(rule, { a: 2, b: 1 })).toBe('no')
  expect(choose({ Variable: '$.a', StringEqualsPath: '$$.Execution.Name' }, { a: 'run' })).toBe('yes')
})

test('And, Or and Not combine rules', () => {
  const a = { Variable: '$.a', BooleanEquals: true }
  const b = { Variable: '$.b', BooleanEquals: true }
  const input = { a: true, b: false }
  expect(choose({ And: [a, b] }, input)).toBe('no')
  expect(choose({ Or: [a, b] }, input)).toBe('yes')
  expect(choose({ And: [a, { Not: b }] }, input)).toBe('yes')
})

test('the first rule that is true decides, and the input passes through', () => {
  const { run, events } = simulate(
    {
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.n', NumericGreaterThan: 1, Next: 'First' },
            { Variable: '$.n', NumericGreaterThan: 0, Next: 'Second' },
          ],
        },
        First: { Type: 'Succeed' },
        Second: { Type: 'Fail' },
      },
    },
    { input: { n: 2 } },
  )
  expect(run.output).toBe('{"n":2}')
  expect(events.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
    ['ExecutionStarted', 0],
    ['ChoiceStateEntered', 0],
    ['ChoiceStateExited', 2],
    ['SucceedStateEntered', 3],
    ['SucceedStateExited', 4],
    ['ExecutionSucceeded', 5],
  ])
})

test('only IsPresent accepts a variable that is missing', () => {
  expect(choose(of('IsPresent', false), {})).toBe('yes')
  expect(choose(of('StringEquals', 'a'), {})).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'Choose' (entered at the event id #2). Invalid path '$.v': The choice state's condition path references an invalid value.",
  })
})

test('without a rule that is true and without Default the run fails', () => {
  expect(choose(of('NumericEquals', 1), { v: 2 }, {})).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'Choose' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
  })
})

test('a pattern matches as the regular expression that it stands for', () => {
  const piece = fc.constantFrom('a', 'b', '*', '\\*', '\\\\', '.')
  const text = fc.array(fc.constantFrom('a', 'b', '*', '\\', '.'), { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), text, (pieces, given) => {
      const source = pieces.map((one) =>
        one === '*' ? '[^]*' : one.replace(/^\\?(.)$/, '\\$1').replace(/^\\([ab])$/, '$1'),
      )
      expect(matches(given, pieces.join(''))).toBe(new RegExp(`^${source.join('')}$`).test(given))
    }),
  )
})

test('the cost of many stars grows only with the length of the text', () => {
  expect(matches('a'.repeat(5000), `${'*a'.repeat(500)}*b`)).toBe(false)
})
