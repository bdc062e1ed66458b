import { randomUUID } from 'node:crypto'
import type { Judgement } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../core/aws-error.ts'
import type { Need } from './need.ts'

/** How a service refuses a caller. The words were recorded from AWS, as the spelling of the action was. */
interface Refusing {
  code: string
  statusCode: number
  spelt?: (action: string) => string
  /** Whether its sentence names no resource for an action that knows none; others write `on resource: *`. */
  leavesOutAll?: true
  says?: (user: string, action: string, resource: string) => string
}

const inJson: Refusing = { code: 'AccessDeniedException', statusCode: 400 }

const services = new Map<string, Refusing>([
  ['lambda', { code: 'AccessDeniedException', statusCode: 403 }],
  ['monitoring', { code: 'AccessDenied', statusCode: 403, leavesOutAll: true }],
  [
    'ses',
    {
      code: 'AccessDenied',
      statusCode: 403,
      // SES has words of its own, and opens its quotes with another character than it closes them.
      says: (user, action, resource) =>
        `User \`${user}' is not authorized to perform \`${action}' on resource \`${resource}'`,
    },
  ],
  ['sns', { code: 'AuthorizationError', statusCode: 403, spelt: (action) => action.replace(/^sns/, 'SNS') }],
  ['sqs', { code: 'AccessDeniedException', statusCode: 403, spelt: (action) => action.toLowerCase() }],
])

/** Why a caller is refused. */
export interface Refused {
  need: Need
  /** The ARN of the caller. */
  user: string
  refusedBy: Judgement['refusedBy']
  /** Whether a statement denies it, rather than that none allows it. */
  byDeny: boolean
  /** The ARN of the managed policy that denies it. */
  policyArn?: string | undefined
}

/**
 * The error of a service for a caller that lacks a permission.
 */
export function refusal(service: string, { need, user, refusedBy, byDeny, policyArn }: Refused): AwsError {
  const { code, statusCode, spelt = (action: string) => action, says, leavesOutAll } = services.get(service) ?? inJson
  // KMS refuses the caller's service, which passes that on.
  const ofKey = need.action.startsWith('kms:') && service !== 'kms'
  const action = ofKey ? need.action : spelt(need.action)
  if (says && !ofKey) return new AwsError(code, says(user, action, need.resource), statusCode)
  const kind = `${refusedBy ?? 'identity'}-based policy`
  const why = byDeny
    ? `with an explicit deny in ${refusedBy === 'resource' ? 'a' : 'an'} ${kind}${policyArn ? `: ${policyArn}` : ''}`
    : `because no ${kind} allows the ${action} action`
  const where = need.resource === '*' && leavesOutAll ? '' : ` on resource: ${need.resource}`
  const sentence = `User: ${user} is not authorized to perform: ${action}${where} ${why}`
  if (!ofKey) return new AwsError(code, sentence, statusCode)
  const passedOn = `Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${randomUUID()}; Proxy: null`
  return new AwsError(service === 'sqs' ? 'KmsAccessDenied' : 'KMSAccessDenied', `${sentence} (${passedOn})`, 400)
}
