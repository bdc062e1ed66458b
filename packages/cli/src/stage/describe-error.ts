import { UsageError } from '@confirmation-reminder/options/usage-error'
import { Refusal } from '../terminal/refusal.ts'

/** An error of an AWS client, of Node's network, or our own. */
interface Described extends Error {
  code?: string
  // Node's fetch keeps the reason here.
  cause?: { code?: string; message?: string }
  $metadata?: { httpStatusCode?: number }
}

/**
 * The error in one sentence: what it means and what to do, with AWS's own message where it helps. The clients have retried
 * before what AWS says to retry.
 * @param denied what to do where credentials lack a permission
 */
export function describeError(error: unknown, denied: string): string {
  if (error instanceof Refusal || error instanceof UsageError) return error.message
  const described = error as Described
  const { name, message, cause } = described
  const reason = described.code === undefined && cause?.code !== undefined ? cause : undefined
  const code = described.code ?? reason?.code ?? ''
  // Node tries both addresses of localhost, and says nothing of either.
  const words = [message || described.code, reason?.message || reason?.code].filter(Boolean).join(': ')
  const named = `${plain.test(name) ? '' : `${name}: `}${words}`
  const [firstLine] = named.split('\n')
  const [, meaning] = meanings.find(([names]) => names.test(name) || names.test(code)) ?? []
  if (meaning) return `${meaning} ${firstLine}`
  if (/^(AccessDenied|KMSAccessDenied|Unauthorized|NotAuthorized)/.test(name)) return `${denied} ${message}`
  if (message === 'Region is missing') return missingRegion
  const status = described.$metadata?.httpStatusCode ?? 0
  if (status === 429) return `${throttled} ${named}`
  if (status >= 500) return `${broken} ${named}`
  if (message.includes('Deserialization error') || message === 'UnknownError') {
    return 'What answered is not AWS: check AWS_ENDPOINT_URL, HTTPS_PROXY, and whether this network asks you to sign in.'
  }
  if (status >= 400 || name.endsWith('Exception')) return `AWS refused the request. ${named}`
  return named
}

/** What to do without a Region. */
export const missingRegion = 'The Region is missing: set AWS_REGION, or the region of the AWS profile.'

const throttled = 'AWS accepts no more calls of this account at the moment: wait a minute, then run the command again.'
const broken =
  'AWS has an error of its own: run the command again, and if that does not help, look at health.aws.amazon.com.'

/** What errors mean and what to do, by their names or codes. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /^(CredentialsProviderError|TokenProviderError)$/,
    'There are no credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or try it without an account, with --stage local.',
  ],
  [
    /^(Expired|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|InvalidIdentityToken|MissingAuthentication|UnauthorizedSSOToken)/,
    'AWS does not accept these credentials: sign in again.',
  ],
  [
    /^(InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed|AuthFailure)/,
    'AWS does not accept these credentials: sign in again, and check the clock of this machine.',
  ],
  [
    /^(Throttling|Throttled|TooManyRequests|RequestLimitExceeded|RequestThrottled|EC2Throttled|SlowDown|ProvisionedThroughputExceeded)/,
    throttled,
  ],
  [/^Internal(Failure|Error|ServerError|ServerException)$|^Service(Unavailable|Exception)/, broken],
  [
    /^ResourceConflictException$/,
    'Another operation on this function is in progress: wait until it is done, then run the command again.',
  ],
  [
    /^CodeStorageExceededException$/,
    'The Region has no more storage for the code of functions: delete functions and versions that nothing calls, or request a higher quota in Service Quotas.',
  ],
  [
    /^(RequestEntityTooLarge|RequestTooLarge)/,
    'The code is larger than Lambda accepts in an upload, 50 MB zipped: remove what the function does not need.',
  ],
  [/^(InvalidParameter|ValidationException$|InvalidRequestContent)/, 'AWS does not accept a value of this request.'],
  [
    /^ResourceNotFoundException$|DoesNotExist$/,
    'AWS does not find it: check that this is the account and the Region of the stage.',
  ],
  [
    /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|EPROTO|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|TimeoutError|RequestTimeout(Exception)?|NetworkingError|UND_ERR_(\w+_TIMEOUT|SOCKET))$/,
    'AWS cannot be reached: check the network, the Region and AWS_ENDPOINT_URL, or start the local cloud with "npm start".',
  ],
  [/^ERR_INVALID_URL$/, 'An address is not a URL: check AWS_ENDPOINT_URL and HTTPS_PROXY.'],
  [
    /CERT|^UNABLE_TO_(GET|VERIFY)|^ERR_SSL/,
    'The certificate of AWS cannot be checked: if a proxy inspects TLS here, set NODE_EXTRA_CA_CERTS to its certificate.',
  ],
]

/** Names that say less than the messages of their errors. */
const plain = /^(Aggregate|Timeout|Type)?Error$|ProviderError$/
