import { type Rule, ruleLabel } from './rule-label.ts'

test.each<[string, Rule]>([
  ['outcome = postponed', { Variable: '$.outcome', StringEquals: 'postponed' }],
  ['reminder.count ≥ 3', { Variable: '$.reminder.count', NumericGreaterThanEquals: 3 }],
  ['a < b.limit', { Variable: '$.a', NumericLessThanPath: '$.b.limit' }],
  ['$ = true', { Variable: '$', BooleanEquals: true }],
  ['$$.Execution.Name matches a-*', { Variable: '$$.Execution.Name', StringMatches: 'a-*' }],
  ['a is present', { Variable: '$.a', IsPresent: true }],
  ['a is not null', { Variable: '$.a', IsNull: false }],
  [
    'a is a number and (a > 1 or not a is null)',
    {
      And: [
        { Variable: '$.a', IsNumeric: true },
        { Or: [{ Variable: '$.a', NumericGreaterThan: 1 }, { Not: { Variable: '$.a', IsNull: true } }] },
      ],
    },
  ],
  ['$states.input.n > 3', { Condition: '{% $states.input.n > 3 %}' }],
  ['true', { Condition: true }],
  ['it is late', { Comment: 'it is late', Variable: '$.a', IsPresent: true }],
])('%s', (label, rule) => {
  expect(ruleLabel(rule)).toBe(label)
})
