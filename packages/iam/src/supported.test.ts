import { trusts } from './allows.ts'
import { checkPolicy } from './supported.ts'

const allow = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }
const check = (of: 'identity' | 'resource', ...Statement: object[]) =>
  checkPolicy(JSON.stringify({ Statement }), { of, keys: ['ses:FromAddress'] })

test.each([
  ['Resource', { ...allow, Resource: undefined }, 'Policy statement must contain resources.'],
  ['Resource', { ...allow, Resource: [] }, 'Policy statement must contain resources.'],
  ['Action', { ...allow, Action: [] }, 'Policy statement must contain actions.'],
  ['ARN', { ...allow, Resource: 'customers' }, 'Resource customers must be in ARN format or "*".'],
  ['ARN', { ...allow, Resource: undefined, NotResource: ['*', 'a'] }, 'Resource a must be in ARN format or "*".'],
  ['service', { ...allow, Action: 'SendMessage' }, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb,'],
  ['Sid', { ...allow, Sid: 'a b' }, 'Statement IDs (SID) must be alpha-numeric.'],
  ['Principal', { ...allow, Principal: '*' }, 'Policy document should not specify a principal.'],
])("a policy of a role that has a fault in its %s is refused in IAM's words", (_, statement, words) => {
  expect(() => check('identity', statement)).toThrow(`MalformedPolicyDocument: ${words}`)
})

test('the Sids of a policy of a role differ', () => {
  const named = (Sid: string) => ({ ...allow, Sid })
  expect(() => check('identity', named('A'), named('A'))).toThrow(
    'Statement IDs (SID) in a single policy must be unique.',
  )
  expect(() => check('identity', named('A'), named('B'), allow, allow)).not.toThrow()
})

test('a policy of a resource that says not to whom it applies is refused', () => {
  expect(() => check('resource', allow)).toThrow('statement 1 has no Principal')
  expect(() => check('resource', { ...allow, Principal: '*' })).not.toThrow()
})

test.each(['identity', 'resource'] as const)('a condition key that nothing sets is refused by name (%s)', (kind) => {
  const applied = kind === 'resource' ? { ...allow, Principal: '*' } : allow
  const key = (name: string) => () => check(kind, { ...applied, Condition: { StringEqualsIfExists: { [name]: 'x' } } })
  for (const known of ['aws:CurrentTime', 'aws:epochtime', 'ses:FromAddress', 'AWS:PrincipalArn', 'aws:SourceOwner'])
    expect(key(known)).not.toThrow()
  for (const unknown of ['aws:Foo', 'aws:PrincipalTag/team', 'aws:PrincipalOrgID', 'sqs:x']) {
    expect(key(unknown)).toThrow(`has the condition key ${unknown}, which is not supported`)
  }
})

test('a key that ends with a slash stands for all that begin with it', () => {
  const tagged = (key: string) => () =>
    checkPolicy(JSON.stringify({ Statement: [{ ...allow, Condition: { StringEquals: { [key]: 'x' } } }] }), {
      of: 'identity',
      keys: ['aws:PrincipalTag/'],
    })
  expect(tagged('aws:principaltag/team')).not.toThrow()
  for (const key of ['aws:PrincipalTag/', 'aws:PrincipalTag', 'aws:ResourceTag/team']) {
    expect(tagged(key)).toThrow(`the condition key ${key}`)
  }
})

test.each<[object, string]>([
  [{ Resource: '*' }, 'Has prohibited field Resource.'],
  [{ Action: '*' }, 'AssumeRole policy may only specify STS AssumeRole actions.'],
  [{ Action: ['sts:AssumeRole', 'lambda:InvokeFunction'] }, 'AssumeRole policy may only specify STS'],
])('a trust policy with %j is refused in the words of IAM', (more, words) => {
  const Statement = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', ...more }
  const trust = { role: 'arn:aws:iam::000000000000:role/r', service: 'lambda.amazonaws.com', conditions: {} }
  expect(() => trusts(JSON.stringify({ Statement }), trust)).toThrow(`MalformedPolicyDocument: ${words}`)
})

test.each<[unknown, string]>([
  [null, 'must be a JSON object'],
  [
    { StringNotEquals: { 'aws:PrincipalArn': [] } },
    "StringNotEquals of aws:PrincipalArn in the policy's statement 1 has no value",
  ],
  [{ StringEquals: { 'aws:PrincipalArn': null } }, 'has an object in place of a text'],
])('the Condition %j is refused: as none it would allow more', (Condition, message) => {
  expect(() => check('identity', { ...allow, Condition })).toThrow(message)
})

test('a policy of a resource that says not on what is refused, as is a version that does not exist', () => {
  const { Resource: _, ...bare } = allow
  expect(() => check('resource', { ...bare, Principal: '*' })).toThrow('statement 1 has no Resource')
  const versioned = (Version: string, of: 'identity' | 'resource') => () =>
    checkPolicy(JSON.stringify({ Version, Statement: { ...allow, ...(of === 'resource' && { Principal: '*' }) } }), {
      of,
      keys: [],
    })
  for (const kind of ['identity', 'resource'] as const) {
    expect(versioned('2012-10-17', kind)).not.toThrow()
    expect(versioned('2012-10-18', kind)).toThrow('2012-10-1')
  }
  expect(versioned('2008-10-17', 'resource')).not.toThrow()
  expect(versioned('2008-10-17', 'identity')).toThrow('Policy document must be version 2012-10-17 or greater.')
})

test('a trust policy with a condition key that nothing sets is refused by name', () => {
  const role = 'arn:aws:iam::000000000000:role/r'
  const trusted = (key: string) => () =>
    trusts(
      JSON.stringify({
        Statement: {
          ...{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          Condition: { StringNotEquals: { [key]: 'x' } },
        },
      }),
      { role, service: 'lambda.amazonaws.com', conditions: {} },
    )
  expect(trusted('aws:SourceAccount')()).toBe(true)
  expect(trusted('aws:PrincipalOrgID')).toThrow('the condition key aws:PrincipalOrgID')
  // No call is known whose time would count: the role may be assumed whenever a function starts.
  expect(trusted('aws:CurrentTime')).toThrow('the condition key aws:CurrentTime')
})

test.each(['arn:aws:iam::*:root', 'arn:aws:iam::000000000000:role/*', 'role/r', '00000000000'])(
  'a policy of a resource for %s is refused: AWS takes no wildcard in a principal',
  (AWS) => {
    expect(() => check('resource', { ...allow, Effect: 'Deny', Principal: { AWS } })).toThrow(
      `has the Principal AWS:${AWS}, which AWS would refuse`,
    )
  },
)

test.each([
  '*',
  '000000000000',
  'arn:aws:iam::000000000000:root',
  'arn:aws:iam::000000000000:role/a/path/r',
  'arn:aws:sts::000000000000:assumed-role/r/session',
])('a policy of a resource may be for %s', (AWS) => {
  expect(() => check('resource', { ...allow, Principal: { AWS: [AWS] } })).not.toThrow()
})
