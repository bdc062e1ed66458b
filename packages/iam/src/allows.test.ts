import { allows, judge, type Principal } from './allows.ts'

const account = '000000000000'
const topicArn = `arn:aws:sns:eu-central-1:${account}:notify`
const keyArn = `arn:aws:kms:eu-central-1:${account}:key/1`
const role = `arn:aws:iam::${account}:role/failures`
const cloudWatch: Principal = { service: 'cloudwatch.amazonaws.com' }

const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const grant = (more: object = {}) => ({
  Sid: 'CloudWatch',
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: topicArn,
  ...more,
})
const publish = (statements: object[], more: object = {}) =>
  allows({
    policies: [policy(...statements)],
    principal: cloudWatch,
    action: 'sns:Publish',
    resource: topicArn,
    conditions: { 'aws:SourceAccount': account },
    ...more,
  })
const why = (verdict: ReturnType<typeof allows>) => (verdict.allowed ? 'allowed' : verdict.why)

test('what no statement allows is refused, with a sentence that names who, what and where', () => {
  expect(publish([])).toEqual({
    allowed: false,
    why: `The policy of ${topicArn} does not let cloudwatch.amazonaws.com do sns:Publish.`,
  })
})

test('a grant of the action on the resource to the service allows, in any case and by wildcard', () => {
  for (const Action of ['sns:Publish', 'SNS:publish', 'sns:*', ['sns:Subscribe', 'sns:Pub*'], '*']) {
    expect(publish([grant({ Action })])).toEqual({ allowed: true })
  }
  for (const Principal of ['*', { AWS: '*' }, { Service: ['events.amazonaws.com', 'cloudwatch.amazonaws.com'] }]) {
    expect(publish([grant({ Principal })])).toEqual({ allowed: true })
  }
  for (const Resource of ['*', 'arn:aws:sns:*', 'arn:aws:sns:*:notify']) {
    expect(publish([grant({ Resource })])).toEqual({ allowed: true })
  }
})

test('a grant of another action, resource or principal allows nothing', () => {
  for (const other of [
    { Action: 'sns:Subscribe' },
    { Resource: `${topicArn}2` },
    { Resource: 'arn:aws:sns:*-1:notify' },
    { Resource: 'arn:aws:sqs:*' },
    { Principal: { Service: 'events.amazonaws.com' } },
    { Principal: { AWS: account } },
  ]) {
    expect(publish([grant(other)]).allowed).toBe(false)
  }
})

test('NotAction grants everything but what it names', () => {
  const { Action: _, ...rest } = grant()
  expect(publish([{ ...rest, NotAction: 'sns:Delete*' }]).allowed).toBe(true)
  expect(publish([{ ...rest, NotAction: 'sns:P*' }]).allowed).toBe(false)
})

test('NotResource grants on everything but what it names, past colons too', () => {
  const { Resource: _, ...rest } = grant()
  expect(publish([{ ...rest, NotResource: 'arn:aws:sqs:*' }]).allowed).toBe(true)
  for (const NotResource of ['*', 'arn:aws:sns:*', topicArn, ['arn:aws:sqs:*', 'arn:aws:sns:*:notify']]) {
    expect(publish([{ ...rest, NotResource }]).allowed).toBe(false)
  }
})

test('a Deny on arn:aws:dynamodb:* covers every table, and one on NotResource all but what it names', () => {
  const resource = `arn:aws:dynamodb:eu-central-1:${account}:table/customers`
  const put = (deny: object) => {
    const statements = [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:PutItem', ...deny },
    ]
    const identityPolicies = [policy(...statements)]
    return allows({ policies: [], identityPolicies, principal: { role }, action: 'dynamodb:PutItem', resource }).allowed
  }
  expect(put({ Resource: 'arn:aws:dynamodb:*' })).toBe(false)
  expect(put({ NotResource: 'arn:aws:dynamodb:*' })).toBe(true)
  expect(put({ NotResource: 'arn:aws:sqs:*' })).toBe(false)
})

test('a judgement names the statements that decided, by their policy and their place in it', () => {
  const own = { Effect: 'Allow', Action: 'sns:*', Resource: '*' }
  const never = { Sid: 'Never', Effect: 'Deny', Action: 'sns:Publish', Resource: topicArn }
  const asked = { principal: { role }, action: 'sns:Publish', resource: topicArn }
  const other = { ...own, Action: 'sqs:*' }
  const by = { of: 'identity', policy: 1, statement: 1, name: 'statement 2' }
  const policies = [policy(grant({ Principal: { AWS: role } }))]
  const identityPolicies = [policy(other), policy(other, own)]
  expect(judge({ ...asked, policies: [], identityPolicies })).toEqual({ verdict: { allowed: true }, by: [by] })
  expect(judge({ ...asked, policies, identityPolicies }).by).toEqual([
    { of: 'resource', policy: 0, statement: 0, name: 'statement "CloudWatch"' },
    by,
  ])
  expect(judge({ ...asked, policies, identityPolicies: [policy(own, never)] })).toMatchObject({
    by: [{ of: 'identity', policy: 0, statement: 1, name: 'statement "Never"' }],
    refusedBy: 'identity',
  })
  expect(judge({ ...asked, policies: [], identityPolicies: [policy(other)] })).toMatchObject({
    by: [],
    refusedBy: 'identity',
  })
  expect(judge({ ...asked, principal: cloudWatch, policies: [policy(own)] })).toMatchObject({
    by: [],
    refusedBy: 'resource',
  })
})

test('an explicit Deny wins over any Allow, in either order', () => {
  const deny = grant({ Sid: 'Never', Effect: 'Deny', Principal: '*' })
  for (const statements of [
    [grant(), deny],
    [deny, grant()],
  ]) {
    expect(why(publish(statements))).toMatch(/Statement "Never" of the policy of .* denies/)
  }
})

test('a condition that does not hold is named, with what it wants and what the request says', () => {
  const Condition = { StringEquals: { 'AWS:SourceAccount': '111111111111' } }
  expect(why(publish([grant({ Condition })]))).toContain(
    'statement "CloudWatch" would, but its condition StringEquals AWS:SourceAccount wants 111111111111, ' +
      `and the request says ${account}`,
  )
  expect(why(publish([grant({ Condition: { ArnLike: { 'aws:SourceArn': '*' } } })]))).toContain('does not include it')
})

test.each<[string, Record<string, unknown>, boolean]>([
  ['StringEquals', { 'aws:SourceAccount': [account, '1'] }, true],
  ['StringEquals', { 'aws:SourceAccount': '0*' }, false],
  ['StringNotEquals', { 'aws:SourceAccount': '1' }, true],
  ['StringNotEquals', { 'aws:Missing': '1' }, true],
  ['StringEqualsIgnoreCase', { 'aws:Name': 'ALARM' }, true],
  ['StringLike', { 'aws:SourceAccount': '0*' }, true],
  ['StringNotLike', { 'aws:SourceAccount': '0*' }, false],
  ['ArnLike', { 'aws:SourceArn': `arn:aws:cloudwatch:*:${account}:alarm:*` }, true],
  ['ArnEquals', { 'aws:SourceArn': `arn:aws:cloudwatch:*:${account}:alarm:*` }, true],
  ['ArnLike', { 'aws:SourceArn': 'arn:aws:cloudwatch:*:1:alarm:*' }, false],
  ['ArnNotLike', { 'aws:SourceArn': 'arn:aws:cloudwatch:*:1:alarm:*' }, true],
  ['Bool', { 'aws:SecureTransport': true }, true],
  ['Bool', { 'aws:SecureTransport': 'false' }, false],
  ['Null', { 'aws:Missing': 'true' }, true],
  ['Null', { 'aws:Missing': 'TRUE' }, true],
  ['Null', { 'aws:SourceAccount': 'FALSE' }, true],
  ['Null', { 'aws:SourceAccount': 'true' }, false],
  ['StringEquals', { 'aws:Missing': '1' }, false],
  ['StringEqualsIfExists', { 'aws:Missing': '1' }, true],
  ['StringEqualsIfExists', { 'aws:SourceAccount': '1' }, false],
  ['NumericEquals', { 'aws:Number': '7.0' }, true],
  ['NumericNotEquals', { 'aws:Number': '7' }, false],
  ['NumericNotEquals', { 'aws:Missing': '7' }, true],
  ['NumericLessThan', { 'aws:Number': ['1', '8'] }, true],
  ['NumericLessThan', { 'aws:Number': '7' }, false],
  ['NumericLessThanEquals', { 'aws:Number': '7' }, true],
  ['NumericGreaterThan', { 'aws:Number': '7' }, false],
  ['NumericGreaterThanEquals', { 'aws:Number': '7' }, true],
  ['NumericGreaterThan', { 'aws:Name': '0' }, false],
  ['NumericLessThanIfExists', { 'aws:Missing': '7' }, true],
  ['DateEquals', { 'aws:CurrentTime': '2026-11-27T12:00:00+01:00' }, true],
  ['DateNotEquals', { 'aws:CurrentTime': '2026-11-27T11:00:00Z' }, false],
  ['DateLessThan', { 'aws:CurrentTime': '2026-11-28' }, true],
  ['DateLessThan', { 'aws:CurrentTime': '2026-11-27T11:00:00Z' }, false],
  ['DateLessThanEquals', { 'aws:CurrentTime': '2026-11-27T11:00:00Z' }, true],
  ['DateGreaterThan', { 'aws:CurrentTime': '1795777199' }, true],
  ['DateGreaterThanEquals', { 'aws:CurrentTime': '2026-11-27T11:00:00Z' }, true],
  ['DateGreaterThan', { 'aws:EpochTime': '2026-11-27T10:59:59Z' }, true],
  ['NumericEquals', { 'aws:EpochTime': '1795777200' }, true],
  ['IpAddress', { 'aws:SourceIp': '127.0.0.0/8' }, true],
  ['IpAddress', { 'aws:SourceIp': ['10.0.0.1', '127.0.0.1'] }, true],
  ['IpAddress', { 'aws:SourceIp': '::/0' }, false],
  ['IpAddress', { 'aws:Name': '0.0.0.0/0' }, false],
  ['NotIpAddress', { 'aws:SourceIp': '127.0.0.0/8' }, false],
  ['NotIpAddress', { 'aws:Missing': '127.0.0.0/8' }, true],
  ['ForAllValues:StringEquals', { 'aws:Name': 'alarm' }, true],
  ['ForAllValues:StringEquals', { 'aws:Name': 'other' }, false],
  ['ForAllValues:StringEquals', { 'aws:Missing': 'other' }, true],
  ['ForAnyValue:StringLike', { 'aws:Name': 'al*' }, true],
  ['ForAnyValue:StringEquals', { 'aws:Missing': 'other' }, false],
  ['ForAnyValue:StringNotEquals', { 'aws:Missing': 'other' }, false],
  ['ForAnyValue:StringNotEquals', { 'aws:Name': 'other' }, true],
  ['ForAllValues:StringNotEquals', { 'aws:Name': ['other', 'alarm'] }, false],
  ['ForAnyValue:StringEqualsIfExists', { 'aws:Missing': 'other' }, true],
])('the condition %s %j is %s', (operator, keys, holds) => {
  const conditions = {
    'aws:SourceAccount': account,
    'aws:SourceArn': `arn:aws:cloudwatch:eu-central-1:${account}:alarm:failed`,
    'aws:SecureTransport': 'true',
    'aws:Name': 'alarm',
    'aws:Number': '7',
    'aws:CurrentTime': '2026-11-27T11:00:00Z',
    'aws:EpochTime': '1795777200',
    'aws:SourceIp': '127.0.0.1',
  }
  expect(publish([grant({ Condition: { [operator]: keys } })], { conditions }).allowed).toBe(holds)
})

test.each([
  ['NotPrincipal', grant({ NotPrincipal: '*' })],
  ['both Resource and NotResource', grant({ NotResource: '*' })],
  ['Federated', grant({ Principal: { Federated: 'x' } })],
  ['ForAnyValue:Null', grant({ Condition: { 'ForAnyValue:Null': { 'aws:SourceAccount': 'true' } } })],
  ['ForSome:StringEquals', grant({ Condition: { 'ForSome:StringEquals': { 'aws:SourceAccount': '1' } } })],
  ['BinaryEquals', grant({ Condition: { BinaryEquals: { 'aws:SourceAccount': 'MQ==' } } })],
  [
    '"one": write a number',
    grant({ Condition: { NumericLessThan: { 'aws:SourceAccount': '1e1', 'aws:a': ['2', 'one'] } } }),
  ],
  ['"27.11.2026": write a time', grant({ Condition: { DateLessThan: { 'aws:CurrentTime': '27.11.2026' } } })],
  ['"10.0.0.0/33": write an IP', grant({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } })],
  ['"yes": write true or false', grant({ Condition: { Bool: { 'aws:SecureTransport': 'yes' } } })],
  ['policy variable', grant({ Resource: 'arn:aws:sns:*:*:${aws:username}' })],
])('%s is refused by name, not ignored', (name, statement) => {
  expect(() => publish([statement])).toThrow(name)
})

test('a role may act by a grant of the resource or, in its account, by a policy of its own', () => {
  const identityPolicies = [policy({ Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn })]
  expect(publish([grant({ Principal: { AWS: role } })], { principal: { role } }).allowed).toBe(true)
  expect(publish([], { principal: { role }, identityPolicies }).allowed).toBe(true)
  expect(why(publish([], { principal: { role } }))).toBe(
    `The policy of ${topicArn} does not let ${role} do sns:Publish, nor do policies of its own.`,
  )
})

test('an action that knows no resource is decided by the policies of the role', () => {
  const own = (Resource: string) => [policy({ Effect: 'Allow', Action: 'sns:ListTopics', Resource })]
  const list = { policies: [], principal: { role }, action: 'sns:ListTopics', resource: '*' }
  expect(allows({ ...list, identityPolicies: own('*') }).allowed).toBe(true)
  expect(allows({ ...list, identityPolicies: own(topicArn) }).allowed).toBe(false)
})

test("a role's own policies count for a key only if the key's policy delegates the decision to the account", () => {
  const identityPolicies = [policy({ Effect: 'Allow', Action: 'kms:*', Resource: keyArn })]
  const decrypt = { principal: { role }, action: 'kms:Decrypt', resource: keyArn, conditions: {} }
  const root = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }
  expect(allows({ ...decrypt, policies: [policy(root)], identityPolicies }).allowed).toBe(true)
  expect(allows({ ...decrypt, policies: [policy(root)] }).allowed).toBe(false)
  expect(why(allows({ ...decrypt, policies: [policy()], identityPolicies }))).toMatch(/does not delegate the decision/)
})
