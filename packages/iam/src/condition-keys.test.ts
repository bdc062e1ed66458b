import { allows } from './allows.ts'

const account = '000000000000'
const role = `arn:aws:iam::${account}:role/r`
const table = `arn:aws:dynamodb:eu-west-1:${account}:table/customers`
const anything = { Effect: 'Allow', Action: '*', Resource: '*' }

const may = (Condition: object, Effect = 'Allow') => {
  const Statement = [...(Effect === 'Deny' ? [anything] : []), { ...anything, Effect, Condition }]
  const identityPolicies = [JSON.stringify({ Statement })]
  const principal = { role }
  const atMs = Date.parse('2026-11-27T11:00:00.999Z')
  return allows({ principal, policies: [], identityPolicies, action: 'dynamodb:GetItem', resource: table, atMs })
    .allowed
}

test.each<[string, object]>([
  ['StringEquals', { 'aws:RequestedRegion': 'eu-west-1' }],
  ['StringEquals', { 'aws:ResourceAccount': account }],
  ['StringEquals', { 'aws:PrincipalAccount': account }],
  ['StringEquals', { 'aws:PrincipalType': 'AssumedRole' }],
  ['ArnLike', { 'aws:PrincipalArn': 'arn:aws:iam::*:role/r' }],
  ['Bool', { 'aws:SecureTransport': 'true' }],
  ['Bool', { 'aws:ViaAWSService': 'false' }],
  ['Bool', { 'aws:PrincipalIsAWSService': 'false' }],
  ['Null', { 'AWS:principalarn': 'false' }],
  ['DateEquals', { 'aws:CurrentTime': '2026-11-27T11:00:00Z' }],
  ['NumericEquals', { 'aws:EpochTime': '1795777200' }],
  ['Bool', { 'aws:MultiFactorAuthPresent': 'false' }],
  ['Null', { 'aws:MultiFactorAuthAge': 'true' }],
  ['StringNotEquals', { 'aws:SourceVpce': 'vpce-1' }],
])('a call of a role fulfils %s %j, in an Allow and in a Deny', (operator, keys) => {
  expect(may({ [operator]: keys })).toBe(true)
  expect(may({ [operator]: keys }, 'Deny')).toBe(false)
})

test.each<[string, object]>([
  ['StringNotEquals', { 'aws:RequestedRegion': 'eu-west-1' }],
  ['StringNotEquals', { 'aws:PrincipalAccount': account }],
  ['Bool', { 'aws:SecureTransport': 'false' }],
  ['BoolIfExists', { 'aws:SecureTransport': 'false' }],
  ['Null', { 'aws:PrincipalArn': 'true' }],
  ['Null', { 'aws:PrincipalServiceName': 'false' }],
])('a call of a role does not fulfil %s %j, in an Allow or in a Deny', (operator, keys) => {
  expect(may({ [operator]: keys })).toBe(false)
  expect(may({ [operator]: keys }, 'Deny')).toBe(true)
})

test.each<[object, boolean]>([
  [{ Bool: { 'aws:PrincipalIsAWSService': 'true' } }, true],
  [{ StringEquals: { 'aws:PrincipalServiceName': 'cloudwatch.amazonaws.com' } }, true],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
  [{ StringEquals: { 'aws:ResourceAccount': account } }, true],
  [{ Null: { 'aws:PrincipalArn': 'false' } }, false],
])('a call of a service in its own name fulfils %j: %s', (Condition, expected) => {
  const resource = `arn:aws:sns:eu-west-1:${account}:notify`
  const policies = [JSON.stringify({ Statement: { ...anything, Principal: '*', Condition } })]
  const principal = { service: 'cloudwatch.amazonaws.com' }
  expect(allows({ principal, policies, action: 'sns:Publish', resource }).allowed).toBe(expected)
})
