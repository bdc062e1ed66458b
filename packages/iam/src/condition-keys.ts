import { parseArn } from '@confirmation-reminder/contracts/arn'

/**
 * The global condition keys that a request sets by who acts on what, and when. Source: IAM User Guide, "AWS global condition
 * context keys".
 */
export function globalsOf({
  principal,
  resource,
  atMs,
}: {
  principal: { service: string } | { role: string }
  resource: string
  /** When, in milliseconds since 1970; left out, the keys of the time are missing. */
  atMs?: number
}): Record<string, string> {
  const { region, accountId } = parseArn(resource)
  const caller = 'role' in principal ? ofRole(principal.role) : ofService(principal.service)
  const owner = accountId || ('role' in principal ? parseArn(principal.role).accountId : '')
  return {
    ...caller,
    // AWS's endpoints are called by HTTPS; the local cloud's are not.
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
    ...(owner && { 'aws:ResourceAccount': owner }),
    ...(region && { 'aws:RequestedRegion': region }),
    ...(atMs !== undefined && timeOf(atMs)),
  }
}

const ofRole = (role: string) => ({
  'aws:PrincipalArn': role,
  'aws:PrincipalAccount': parseArn(role).accountId,
  'aws:PrincipalType': 'AssumedRole',
  'aws:PrincipalIsAWSService': 'false',
  // A service assumes a role without MFA: its temporary credentials say so.
  'aws:MultiFactorAuthPresent': 'false',
})

const ofService = (service: string) => ({
  'aws:PrincipalServiceName': service,
  'aws:PrincipalIsAWSService': 'true',
})

const timeOf = (atMs: number) => ({
  // Both in whole seconds.
  'aws:CurrentTime': new Date(atMs).toISOString().replace(/\.\d+/, ''),
  'aws:EpochTime': String(Math.floor(atMs / 1000)),
})

/** The global keys that need a time. */
export const timeKeys: readonly string[] = Object.keys(timeOf(0))

/** Keys that no call of a service or of a role that a service assumed has: of MFA, of users, and of endpoints in a VPC. */
const absentKeys = [
  ...['aws:FederatedProvider', 'aws:MultiFactorAuthAge', 'aws:username'],
  ...['aws:SourceVpc', 'aws:SourceVpce', 'aws:VpcSourceIp'],
]

/** The keys of `globalsOf`, those that AWS services set when they call in their own name, and those that are missing. */
export const globalKeys: readonly string[] = [
  ...Object.keys(globalsOf({ principal: { role: 'arn:aws:iam::0:role/r' }, resource: 'arn:aws:sns:r:0:t', atMs: 0 })),
  'aws:PrincipalServiceName',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:SourceOwner',
  ...absentKeys,
]
