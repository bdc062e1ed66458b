import { documentedCases } from '@confirmation-reminder/iam/test/documented-cases'
import { canInvoke } from './can-invoke.ts'

test.each(documentedCases)('a permission on %s lets %s be invoked: %s', (Resource, functionArn, allowed) => {
  const service = 'events.amazonaws.com'
  const Statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'lambda:InvokeFunction', Resource }
  const permissions = [{ functionArn, policy: JSON.stringify({ Statement }) }]
  const sourceArn = 'arn:aws:events:eu-west-1:123456789012:rule/failed'
  expect(canInvoke(permissions, { functionArn, service, sourceArn }).allowed).toBe(allowed)
})
