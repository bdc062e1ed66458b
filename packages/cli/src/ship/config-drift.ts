import { isDeepStrictEqual } from 'node:util'
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'

/** Fields in which versions differ without being configured differently: their identity, state and code. */
const identity: readonly string[] = [
  'FunctionArn',
  'Version',
  'Description',
  'LastModified',
  'RevisionId',
  'CodeSha256',
  'CodeSize',
  'State',
  'StateReason',
  'StateReasonCode',
  'LastUpdateStatus',
  'LastUpdateStatusReason',
  'LastUpdateStatusReasonCode',
  'MasterArn',
  'RuntimeVersionConfig',
  'SnapStart',
  '$metadata',
]

/** What Terraform has changed since the live version was published, by name and without values; empty if all is live. */
export function configDrift(live: FunctionConfiguration, latest: FunctionConfiguration): string[] {
  const [before, after] = [flat(live), flat(latest)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !isDeepStrictEqual(before[key], after[key]))
    .sort()
}

/** Each environment variable is a field of its own. */
function flat({ Environment, ...rest }: FunctionConfiguration): Record<string, unknown> {
  const fields = Object.entries(rest).filter(([key, value]) => !identity.includes(key) && value !== undefined)
  const variables = Object.entries(Environment?.Variables ?? {}).map(([name, value]) => [`variable ${name}`, value])
  return Object.fromEntries([...fields, ...variables])
}
