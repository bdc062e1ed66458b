import { UsageError } from '@confirmation-reminder/options/usage-error'
import { Refusal } from './refusal.ts'

/** What went wrong, in a sentence for whoever ships: what it means and what to do, and AWS's own words where they help. */
export function describeError(error: unknown): string {
  if (error instanceof Refusal || error instanceof UsageError) return error.message
  const { name, message, code } = error as Error & { code?: string }
  if (name === 'CredentialsProviderError') {
    return `There are no credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or try it without an account, with --stage local. ${message}`
  }
  if (rejected.includes(name)) return `AWS does not take these credentials, so sign in again. ${name}: ${message}`
  if (denied.includes(name)) {
    return `These credentials may not ship this function; the role of its team may (docs/shipping.md). ${message}`
  }
  if (code !== undefined && unreachable.includes(code)) {
    return `AWS cannot be reached: look at the network, the Region and AWS_ENDPOINT_URL. ${message || code}`
  }
  // What AWS refuses says more with its name.
  return name === 'Error' ? message : `${name}: ${message}`
}

const rejected = [
  'ExpiredTokenException',
  'ExpiredToken',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
]
const denied = ['AccessDeniedException', 'AccessDenied']
const unreachable = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']
