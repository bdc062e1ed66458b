import { stackOf } from '../synthesise.ts'
import { grantedIn, grantsOf } from './granted.ts'

const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], Resource: string | string[] = '*') => ({ Effect: 'Allow', Action, Resource })
const named = (...statements: object[]) => ({ name: 'p', policy: policyOf(...statements) })

test('every policy of a role is read, in the order in which the local cloud has them', () => {
  const grants = grantsOf({
    aws_iam_role_policy_attachment: {
      one: { role: '${aws_iam_role.a.name}', policy_arn: '${aws_iam_policy.second.arn}' },
      two: { role: 'role-a', policy_arn: '${aws_iam_policy.first.arn}' },
    },
    aws_iam_policy: { unused: named(allow('a:Unused')), first: named(allow('a:3')), second: named(allow('a:4')) },
    aws_iam_role_policy: {
      x: { role: '${aws_iam_role.a.id}', policy: policyOf(allow('a:2'), allow(['a:2b', 'a:2c'], ['r', 's'])) },
      y: { role: '${aws_iam_role.b.name}', policy: policyOf(allow('b:1')) },
    },
    aws_iam_role: {
      b: { name: 'role-b' },
      a: { name: 'role-a', inline_policy: [named(allow('a:0')), named(allow('a:1'))] },
    },
  })
  expect(grants.map(({ role, policy, statement, action }) => `${role} ${policy}.${statement} ${action}`)).toEqual([
    'role-b 0.0 b:1',
    ...['role-a 0.0 a:0', 'role-a 1.0 a:1', 'role-a 2.0 a:2', 'role-a 2.1 a:2b', 'role-a 2.1 a:2c'],
    ...['role-a 3.0 a:3', 'role-a 4.0 a:4'],
  ])
  expect(grants.at(-3)).toMatchObject({ effect: 'Allow', allBut: false, resources: ['r', 's'] })
})

test('one statement, one action, denials and negations are read as they are written', () => {
  const Statement = { Effect: 'Deny', NotAction: 'a:1', NotResource: 'r' }
  const grants = grantsOf({
    aws_iam_role: { a: { name: 'a', inline_policy: { name: 'p', policy: JSON.stringify({ Statement }) } } },
  })
  expect(grants).toEqual([
    { role: 'a', policy: 0, statement: 0, effect: 'Deny', action: 'a:1', allBut: true, resources: ['all but r'] },
  ])
})

test('a policy that cannot be read is never left out', () => {
  const aws_iam_role = { a: { name: 'a' } }
  const policy = policyOf(allow('a:1'))
  for (const [resources, message] of [
    [{ aws_iam_role_policy: { x: { role: '${aws_iam_role.none.name}', policy } } }, /role \$\{aws_iam_role\.none/],
    [{ aws_iam_role_policy: { x: { role: 'a', policy: '${data.x.json}' } } }, /role a is not JSON/],
    [{ aws_iam_role_policy_attachment: { x: { role: 'a', policy_arn: 'arn:aws:iam::aws:policy/P' } } }, /policy\/P/],
  ] as const) {
    expect(() => grantsOf({ aws_iam_role, ...resources })).toThrow(message)
  }
})

test('the roles of prod have the statements of dev, so that their use in a journey counts for both', () => {
  const of = (stage: 'dev' | 'prod') =>
    grantedIn(stackOf(stage)).map(({ role, policy, statement, action }) =>
      [role.replace(`-${stage}-`, '-'), policy, statement, action].join(' '),
    )
  expect(of('prod').sort()).toEqual(of('dev').sort())
})
