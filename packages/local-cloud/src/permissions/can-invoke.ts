import { parseArn } from '@confirmation-reminder/contracts/arn'
import { allows, type Verdict } from '@confirmation-reminder/iam/allows'
import type { Permission } from '../core/stack-model.ts'
import type { VerdictOf } from './judgements.ts'

/**
 * Whether Lambda allows an AWS service to invoke a function, as AWS decides it: by the permissions of exactly the function,
 * alias or version that is invoked.
 * - `sourceArn`: the source of the call, such as the rule.
 */
export function canInvoke(
  permissions: readonly Permission[],
  { functionArn, service, sourceArn }: { functionArn: string; service: string; sourceArn: string },
  verdictOf: VerdictOf = allows,
): Verdict {
  return verdictOf({
    principal: { service },
    policies: permissions.filter((one) => one.functionArn === functionArn).map(({ policy }) => policy),
    action: 'lambda:InvokeFunction',
    resource: functionArn,
    conditions: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': parseArn(sourceArn).accountId },
  })
}
