import { documentedCases } from '@confirmation-reminder/iam/test/documented-cases'
import { changesOf } from './change.ts'
import { dangersOf } from './dangers.ts'
import { allowing, planOf } from './test/plan.ts'

const widens = (before: string, after: string) => {
  const of = (resource: string) => ({ name: 'needs', role: 'register', policy: allowing(['sns:Publish'], [resource]) })
  const plan = planOf([{ type: 'aws_iam_role_policy', before: of(before), after: of(after) }])
  return dangersOf(plan, changesOf(plan)).some(({ title }) => title.endsWith('widens'))
}

test.each(documentedCases)(
  'a policy for %s covers %s, so that the change is no danger: %s',
  (resource, arn, covered) => {
    expect(widens(resource, arn)).toBe(!covered)
  },
)

test.each(documentedCases)('a policy for %s widens one for %s', (resource, arn) => {
  expect(widens(arn, resource)).toBe(resource !== arn)
})
