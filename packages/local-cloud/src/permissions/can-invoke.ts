import { parseArn } from '@confirmation-reminder/contracts/arn'
import { allows, type Verdict } from '@confirmation-reminder/iam/allows'

/** What permits the invocation of a function, or of one of its aliases or versions. */
export interface Permission {
  /** With the qualifier, where the permission has one: each has a policy of its own. */
  functionArn: string
  /** JSON. */
  policy: string
}

/**
 * Whether Lambda lets an AWS service invoke a function, as AWS decides it: by the permissions of exactly the function,
 * alias or version that is invoked.
 * - `sourceArn`: the source of the call, such as the rule.
 */
export function canInvoke(
  permissions: readonly Permission[],
  { functionArn, service, sourceArn }: { functionArn: string; service: string; sourceArn: string },
): Verdict {
  return allows({
    principal: { service },
    policies: permissions.filter((one) => one.functionArn === functionArn).map(({ policy }) => policy),
    action: 'lambda:InvokeFunction',
    resource: functionArn,
    conditions: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': parseArn(sourceArn).accountId },
  })
}
