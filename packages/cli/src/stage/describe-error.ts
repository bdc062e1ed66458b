import { UsageError } from '@confirmation-reminder/options/usage-error'
import { Refusal } from '../terminal/refusal.ts'

/**
 * The error in one sentence: what it means and what to do, with AWS's own message where it helps.
 * @param denied what to do where credentials lack a permission
 */
export function describeError(error: unknown, denied: string): string {
  if (error instanceof Refusal || error instanceof UsageError) return error.message
  const { name, message, code } = error as Error & { code?: string }
  if (name === 'CredentialsProviderError') {
    return `There are no credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or try it without an account, with --stage local. ${message}`
  }
  if (rejected.includes(name)) return `AWS does not accept these credentials: sign in again. ${name}: ${message}`
  if (denials.includes(name)) return `${denied} ${message}`
  if (code !== undefined && unreachable.includes(code)) {
    return `AWS cannot be reached: check the network, the Region and AWS_ENDPOINT_URL. ${message || code}`
  }
  // The name of an AWS error says more than its message.
  return name === 'Error' ? message : `${name}: ${message}`
}

const rejected = [
  'ExpiredTokenException',
  'ExpiredToken',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
]
const denials = ['AccessDeniedException', 'AccessDenied']
const unreachable = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']
