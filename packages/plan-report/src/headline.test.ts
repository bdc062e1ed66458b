import { headline } from './headline.ts'
import { reportOf } from './report.ts'
import { planOf } from './test/plan.ts'

const type = 'aws_cloudwatch_event_rule'
const created = (name: string) => ({ type, name, before: null, after: { name } })
const changed = (name: string) => ({ type, name, before: { name }, after: { name, description: 'x' } })
const table = { type: 'aws_dynamodb_table', before: { name: 'customers' }, after: null }
const of = (...args: Parameters<typeof planOf>) => headline(reportOf(planOf(...args)))

test.each<[string, Parameters<typeof planOf>]>([
  ['No changes.', [[]]],
  ['This plan creates 1 resource; nothing dangerous.', [[created('a')]]],
  ['This plan changes 2 resources and creates 1; nothing dangerous.', [[changed('a'), changed('b'), created('c')]]],
  ['1 danger: this plan destroys 1 resource, changes 1 and creates 1.', [[table, changed('a'), created('b')]]],
  ['This plan changes only outputs; nothing dangerous.', [[], { output_changes: { o: { actions: ['update'] } } }]],
  ['1 danger: this plan could not be finished.', [[], { errored: true }]],
])('%s', (sentence, plan) => {
  expect(of(...plan)).toBe(sentence)
})

test('what the base would do too is counted apart', () => {
  const [plan, base] = [planOf([changed('a'), created('b')]), planOf([changed('a')])]
  expect(headline(reportOf(plan, { base }))).toBe(
    'This plan creates 1 resource; nothing dangerous. 1 change of the base branch would be applied with it.',
  )
  expect(headline(reportOf(base, { base }))).toBe(
    'This plan adds nothing; nothing dangerous. 1 change of the base branch would be applied with it.',
  )
})
