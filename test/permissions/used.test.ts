import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { stackOf } from '../synthesise.ts'
import { explained, explainedGrants } from './explained.ts'
import { type Granted, grantedIn } from './granted.ts'
import { faultsIn, reportOn, usedBy, usesIn } from './used.ts'

const arn = (role: string) => `arn:aws:iam::000000000000:role/${role}`
const grant = (action: string, statement = 0, more: Partial<Granted> = {}): Granted => ({
  ...{ role: 'a-dev-b', policy: 0, statement, effect: 'Allow', action, allBut: false, resources: ['${aws_x.y.arn}'] },
  ...more,
})
const use = (user: string, action: string, role = 'a-dev-b', statement = 0, policy = 0) => ({
  ...{ user, action, role: arn(role), policy, statement },
})
const role = resourceName('dev', 'confirm')
const traced = (statement = 0) => grant('xray:PutTraceSegments', statement, { role })

test('a grant is used by the journeys in which its statement allowed it, in dev or prod', () => {
  const uses = [
    use('test/journeys/two.test.ts', 'kms:GenerateDataKey'),
    use('test/journeys/one.test.ts', 'kms:GenerateDataKey', 'a-prod-b'),
    use('test/journeys/three.test.ts', 'kms:GenerateDataKey', 'a-dev-b', 1),
    use('test/journeys/four.test.ts', 'kms:GenerateDataKey', 'a-dev-c'),
    use('test/journeys/five.test.ts', 'kms:Decrypt'),
  ]
  const [key, other, traces] = usedBy([grant('kms:GenerateDataKey*'), grant('sns:Publish'), traced()], uses)
  expect(key).toMatchObject({ by: ['one', 'two'], explained: false })
  expect(other).toMatchObject({ by: [], explained: false })
  expect(traces).toMatchObject({ by: [], explained: true })
})

test('a use counts for its statement of its policy, in any letters, and by the name of a role that has a path', () => {
  const uses = [
    use('one', 'a:B', 'a-dev-b', 1, 1),
    use('two', 'a:B', 'path/a-dev-b', 1, 0),
    use('three', 'A:b', 'a-dev-b', 0, 1),
    use('four', 'a:C', 'other-a-dev-b'),
  ]
  const grants = [grant('a:b', 1), grant('a:b', 1, { policy: 1 }), grant('a:b', 0, { policy: 1 }), grant('a:C')]
  expect(usedBy(grants, uses).map(({ by }) => by)).toEqual([['two'], ['one'], ['three'], []])
})

test('a statement that denies is used by none, and one about all other actions by those', () => {
  const uses = [use('one', 'a:B')]
  const [denied, others, same] = usedBy(
    [grant('a:B', 0, { effect: 'Deny' }), grant('a:C', 0, { allBut: true }), grant('a:B', 0, { allBut: true })],
    uses,
  )
  expect([denied?.by, others?.by, same?.by]).toEqual([[], ['one'], []])
  expect(
    faultsIn(
      [denied, others].filter((one) => one !== undefined),
      uses,
    ),
  ).toEqual([])
})

test('a grant that is neither used nor explained is a fault, as one that is both, and a use of no grant', () => {
  const uses = [use('one', 'xray:PutTraceSegments', role), use('two', 'a:B', 'a-dev-b', 7)]
  expect(faultsIn(usedBy([traced(), traced(1), grant('a:B')], uses), uses)).toEqual([
    'No journey uses a:B of a-dev-b, policy 0, statement 0: explain it, or remove it.',
    `one used xray:PutTraceSegments of ${role}, policy 0, statement 0: remove it from the explained grants.`,
    'two used a:B of a-dev-b, policy 0, statement 7, which the report does not know.',
  ])
})

test('each explained grant is one that its role has, and is explained once', () => {
  const grants = grantedIn(stackOf('dev')).map(({ role, action }) => `${role} ${action}`)
  const rows = explainedGrants.map(({ role, action }) => `${role} ${action}`)
  expect(rows.filter((row) => !grants.includes(row))).toEqual([])
  expect(new Set(rows).size).toBe(rows.length)
  for (const { because, source } of explained) expect([because, source]).not.toContain('')
})

test('the report names for each statement what used its actions', () => {
  const grants = [
    ...[grant('dynamodb:GetItem'), grant('dynamodb:PutItem'), grant('s:A', 0, { effect: 'Deny', policy: 1 })],
    traced(1),
  ]
  const uses = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => use(`test/journeys/${name}.test.ts`, 'dynamodb:GetItem'))
  expect(reportOn(usedBy(grants, uses)).split(/ *\n */)).toEqual([
    'a-dev-b',
    'policy 0, statement 0, on ${aws_x.y.arn}',
    expect.stringMatching(/^dynamodb:GetItem +by a, b, c, d and 2 more$/),
    expect.stringMatching(/^dynamodb:PutItem +BY NONE$/),
    'policy 1, statement 0, on ${aws_x.y.arn}',
    expect.stringMatching(/^s:A +denied$/),
    '',
    role,
    'policy 0, statement 1, on ${aws_x.y.arn}',
    expect.stringMatching(/^xray:PutTraceSegments +by none, explained$/),
    '',
  ])
})

test('uses are read from the files of all processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uses-'))
  writeFileSync(join(folder, '1.jsonl'), `${JSON.stringify(use('a', 'x:Y'))}\n${JSON.stringify(use('b', 'x:Y'))}\n`)
  writeFileSync(join(folder, '2.jsonl'), `${JSON.stringify(use('c', 'x:Y'))}\n`)
  expect(
    usesIn(folder)
      .map(({ user }) => user)
      .sort(),
  ).toEqual(['a', 'b', 'c'])
  rmSync(folder, { recursive: true })
})
