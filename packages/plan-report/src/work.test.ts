// First, so that all that follows is counted.
import { growth } from '@confirmation-reminder/contracts/test/steps'
import { digestOf } from './digest.ts'
import { driftNotification } from './drift.ts'
import { toMarkdown } from './markdown.ts'
import type { Plan } from './plan.ts'
import { reportOf } from './report.ts'
import { allowing, planOf } from './test/plan.ts'

type Changed = Parameters<typeof planOf>[0][number]

const many = (n: number, change: (index: number) => Changed) =>
  planOf(Array.from({ length: n }, (_, index) => ({ name: `r${index}`, ...change(index) })))
const policy = (index: number) => ({ name: 'n', role: `r${index}`, policy: allowing(['a:x'], ['*']) })
const alarm = (index: number) => ({ alarm_name: `a${index}`, alarm_actions: ['x'] })
const list = (n: number, of: (index: number) => unknown) => Array.from({ length: n }, (_, index) => of(index))

const plans: [string, (n: number) => Plan][] = [
  [
    'alarms that are created',
    (n) => many(n, (index) => ({ type: 'aws_cloudwatch_metric_alarm', before: null, after: alarm(index) })),
  ],
  [
    'alarms that are destroyed',
    (n) => many(n, (index) => ({ type: 'aws_cloudwatch_metric_alarm', before: alarm(index), after: null })),
  ],
  [
    'policies of roles that are there',
    (n) => many(n, (index) => ({ type: 'aws_iam_role_policy', before: null, after: policy(index) })),
  ],
  [
    'policies that change',
    (n) =>
      many(n, (index) => ({
        type: 'aws_iam_role_policy',
        before: policy(index),
        after: { ...policy(index), policy: allowing(['a:y'], ['*']) },
      })),
  ],
  [
    'policies of several statements with wildcards that change',
    (n) => {
      const statements = (index: number, verb: string) => ({
        ...policy(index),
        policy: JSON.stringify({
          Statement: list(3, (each) => ({
            Effect: 'Allow',
            Action: [`a:*${verb}${each}*`],
            Resource: [`arn:aws:a:*:1:t/*-${index}-${each}-*`],
          })),
        }),
      })
      return many(n, (index) => ({
        type: 'aws_iam_role_policy',
        before: statements(index, 'Get'),
        after: statements(index, 'Put'),
      }))
    },
  ],
  [
    'leftovers',
    (n) => {
      const plan = many(n, (index) => ({ type: 'aws_cloudwatch_metric_alarm', before: alarm(index), after: null }))
      return { ...plan, resource_changes: plan.resource_changes.map((change) => ({ ...change, deposed: 'a' })) }
    },
  ],
  [
    'elements of a list, all of them others',
    (n) =>
      planOf([
        {
          type: 'aws_x',
          before: { list: list(n, (index) => `a${index}`) },
          after: { list: list(n, (index) => `b${index}`) },
        },
      ]),
  ],
  [
    'elements of a list, each with a secret',
    (n) => {
      const marks = { list: list(n, () => ({ token: true })) }
      const of = (name: string) => ({ list: list(n, (index) => ({ name: `${name}${index}`, token: 'x' })) })
      return planOf([{ type: 'aws_x', before: of('a'), after: of('b'), beforeSensitive: marks, afterSensitive: marks }])
    },
  ],
  [
    'members that are not known',
    (n) => planOf([], Object.fromEntries(list(n, (index) => [`m${index}`, 1]) as [string, number][])),
  ],
  ['actions', (n) => planOf([], { action_invocations: list(n, (index) => ({ address: `action.x.a${index}` })) })],
]

test.each(plans)('the report on twice as many takes twice the work: %s', (_, planWith) => {
  const work = (n: number) => {
    const plan = planWith(n)
    return () => {
      const report = reportOf(plan, { base: plan })
      toMarkdown(report, { longest: 2000 })
      toMarkdown(reportOf(plan))
      driftNotification(report, 'prod')
    }
  }
  expect(growth(work, 200)).toBeLessThan(2.5)
})

test.each(plans)('the digest of twice as many takes twice the work: %s', (_, planWith) => {
  const work = (n: number) => {
    const plan = planWith(n)
    return () => digestOf(plan)
  }
  expect(growth(work, 200)).toBeLessThan(2.5)
})
