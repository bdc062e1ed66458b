import fc from 'fast-check'
import { grantsOf, inWords, narrowing, widening } from './compare.ts'

const policy = (...Statement: object[]) => grantsOf(JSON.stringify({ Statement })) ?? []
const allow = (Action: string | string[], Resource: string | string[] = 'r', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const gained = (before: object[], after: object[]) => inWords(widening(policy(...before), policy(...after)).gained)

test('an action that a wildcard already covered is not new', () => {
  expect(gained([allow('s3:*', 'arn:b/*')], [allow('s3:GetObject', 'arn:b/key')])).toEqual([])
  expect(gained([allow('s3:Get*')], [allow('s3:GetObject')])).toEqual([])
  expect(gained([allow('S3:getobject')], [allow('s3:GetObject')])).toEqual([])
})

test('a wildcard is wider than each action or resource that it matches', () => {
  expect(gained([allow('s3:GetObject')], [allow('s3:Get*')])).toEqual(['s3:Get* on r'])
  expect(gained([allow('s3:GetObject', 'arn:b/key')], [allow('s3:GetObject', '*')])).toEqual(['s3:GetObject on *'])
})

test('the same, split into other statements or in another order, is not wider', () => {
  expect(gained([allow(['a:x', 'a:y'])], [allow('a:y'), allow('a:x')])).toEqual([])
})

test('a condition that is removed or changed widens, one that is added does not', () => {
  const condition = { Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }
  expect(gained([allow('a:x', 'r', condition)], [allow('a:x')])).toEqual(['a:x on r'])
  expect(gained([allow('a:x')], [allow('a:x', 'r', condition)])).toEqual([])
  const other = { Condition: { StringEquals: { 'aws:SourceAccount': '2' } } }
  expect(gained([allow('a:x', 'r', condition)], [allow('a:x', 'r', other)])).toHaveLength(1)
})

test('everything but something is not covered by less than everything', () => {
  const but = { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }
  expect(gained([allow(['a:x', 'b:y'], '*')], [but])).toEqual(['everything but iam:* on *'])
})

describe('an element that says what it leaves out', () => {
  const but = (NotAction: string[], Effect = 'Allow') => ({ Effect, NotAction, Resource: '*' })

  test('is wider the less it leaves out', () => {
    expect(gained([but(['iam:*', 'kms:*'])], [but(['iam:*'])])).toEqual(['everything but iam:* on *'])
    expect(gained([but(['iam:*'])], [but(['iam:Get*'])])).toHaveLength(1)
    expect(gained([but(['iam:*'])], [but(['iam:*', 'kms:*'])])).toEqual([])
    expect(gained([but(['iam:Get*'])], [but(['iam:*'])])).toEqual([])
  })

  test('takes in a single action that it does not leave out, and is taken in by everything alone', () => {
    expect(gained([but(['iam:*'])], [allow('s3:GetObject', '*')])).toEqual([])
    expect(gained([but(['iam:*'])], [allow('iam:PassRole', '*')])).toHaveLength(1)
    expect(gained([but(['iam:Get*'])], [allow('iam:*', '*')])).toHaveLength(1)
    expect(gained([allow('*', '*')], [but(['iam:*'])])).toEqual([])
  })

  test('bans less the more it leaves out', () => {
    const unbanned = (before: string[], after: string[]) =>
      widening(policy(but(before, 'Deny')), policy(but(after, 'Deny'))).unbanned
    expect(unbanned(['a:x'], ['a:x', 'a:y'])).toHaveLength(1)
    expect(unbanned(['a:x', 'a:y'], ['a:x'])).toEqual([])
  })

  test('may be the resource or the principal', () => {
    const on = (NotResource: string[]) => ({ Effect: 'Allow', Action: 'a:x', NotResource })
    expect(gained([on(['r', 's'])], [on(['r'])])).toEqual(['a:x on everything but r'])
    const by = (AWS: string[]) => allow('a:x', 'r', { NotPrincipal: { AWS } })
    expect(gained([by(['1', '2'])], [by(['1'])])).toEqual(['everything but AWS:1 a:x on r'])
  })
})

test('a ban that is removed is named', () => {
  const ban = { Effect: 'Deny', Action: 'a:x', Resource: 'r' }
  expect(inWords(widening(policy(ban), policy()).unbanned)).toEqual(['not a:x on r'])
})

test('principals count', () => {
  const by = (Principal: unknown) => allow('sns:Publish', 't', { Principal })
  expect(gained([by({ Service: 'cloudwatch.amazonaws.com' })], [by('*')])).toEqual(['* sns:Publish on t'])
  expect(gained([by('*')], [by({ Service: 'cloudwatch.amazonaws.com' })])).toEqual([])
})

test('a text that is no policy has no grants, and is not called harmless', () => {
  for (const text of ['', 'nonsense', '{}', '[]', 'null', '{"Statement":null}', '{"Statement":[1]}']) {
    expect(grantsOf(text)).toBeUndefined()
  }
})

const word = fc.constantFrom('a:x', 'a:y', 'a:*', 'b:z', '*')
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.array(word, { minLength: 1, maxLength: 3 }),
  Resource: fc.array(fc.constantFrom('r', 'r/1', 'r/*', '*'), { minLength: 1, maxLength: 2 }),
})
const statements = fc.array(statement, { maxLength: 4 })

test('a policy is never wider than itself, in any order, and never wider than itself and more', () => {
  fc.assert(
    fc.property(statements, fc.array(statement.filter(({ Effect }) => Effect === 'Allow')), (some, more) => {
      const [before, after] = [policy(...some), policy(...[...some].reverse())]
      expect(widening(before, after)).toEqual({ gained: [], unbanned: [] })
      expect(widening(policy(...some, ...more), before).gained).toEqual([])
    }),
  )
})

test('what widens in one direction narrows in the other', () => {
  fc.assert(
    fc.property(statements, statements, (one, other) => {
      const { gained, unbanned } = widening(policy(...one), policy(...other))
      expect(narrowing(policy(...other), policy(...one))).toEqual([...gained, ...unbanned])
    }),
  )
})

test('a policy whose grants are too long to compare is not judged', () => {
  const many = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}${index}`)
  expect(grantsOf(JSON.stringify({ Statement: allow(many(20, 's3:Get'), many(20, 'arn:aws:s3:::b')) }))).toHaveLength(
    400,
  )
  expect(grantsOf(JSON.stringify({ Statement: allow(many(5_000, 'a:b'), many(5_000, 'r')) }))).toBeUndefined()
  expect(grantsOf(JSON.stringify({ Statement: allow('*a'.repeat(1_025)) }))).toBeUndefined()
})

test('a policy with an unknown element is not judged', () => {
  expect(grantsOf(JSON.stringify({ Statement: allow('a:x', 'r', { Except: 'r' }) }))).toBeUndefined()
})

test('a star in the segment of an ARN covers later segments only at the end of its own', () => {
  const topic = 'arn:aws:sns:eu-west-1:000000000000:notify'
  expect(gained([allow('sns:Publish', 'arn:aws:sns:*')], [allow('sns:Publish', topic)])).toEqual([])
  expect(gained([allow('sns:Publish', 'arn:aws:sns:*:notify')], [allow('sns:Publish', topic)])).toEqual([])
  expect(gained([allow('sns:Publish', 'arn:aws:sns:eu*1:notify')], [allow('sns:Publish', topic)])).toHaveLength(1)
})
