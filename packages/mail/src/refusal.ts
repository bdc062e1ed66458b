import { type ErrorName, errorNames, NamedError } from '@confirmation-reminder/contracts/errors'

/** The fields of the SDK's errors that we read. */
interface SdkError {
  name?: string
  code?: string
  message?: string
  $metadata?: { httpStatusCode?: number; requestId?: string }
}

/** The remedy for a permanent refusal, by SES's error code. */
const remedies: ReadonlyMap<string, string> = new Map([
  [
    'MessageRejected',
    'Verify the sender and, while the account is in the SES sandbox, the recipient; then send again.',
  ],
  ['MailFromDomainNotVerifiedException', 'Complete the DNS records of the MAIL FROM domain, then send again.'],
  [
    'AccountSendingPausedException',
    'Read what SES wrote to the account about its reputation, and resume sending there.',
  ],
  [
    'ConfigurationSetDoesNotExistException',
    'Deploy the infrastructure: the configuration set of this stage is missing.',
  ],
  ['ConfigurationSetSendingPausedException', 'Resume sending for the configuration set of this stage.'],
  ['AccessDenied', "Grant this function's role ses:SendRawEmail on the identity and the configuration set."],
])

/**
 * Converts the error of SendRawEmail to an error of the contract. SES's own message is left out, because it may quote an
 * address; its request id leads to it.
 */
export function refusalBySes(thrown: unknown): NamedError {
  const {
    name = 'Error',
    message = '',
    $metadata: { httpStatusCode: status = 0, requestId } = {},
  } = Object(thrown) as SdkError
  const trace = requestId ? ` (${name}, SES request ${requestId})` : ` (${name})`
  const refusal = (as: ErrorName, words: string) => new NamedError(as, words + trace)

  if (/quota exceeded/i.test(message)) {
    return refusal(errorNames.mailQuotaExceeded, 'The daily quota of SES is used up. Retry in some hours.')
  }
  if (/^Throttling|^TooManyRequests/.test(name) || status === 429) {
    return refusal(errorNames.mailThrottled, 'SES accepts no more mails this second. Retry in a few seconds.')
  }
  if (status >= 400 && status < 500) {
    const remedy =
      remedies.get(name) ?? remedies.get(`${name}Exception`) ?? 'Look the error up in the API reference of SES.'
    return refusal(errorNames.mailRefused, `SES refuses the mail. ${remedy}`)
  }
  if (neverLeft(thrown)) {
    return new NamedError(errorNames.mailUnavailable, `SES cannot be reached. Retry in a minute.${trace}`, {
      cause: thrown,
    })
  }
  return refusal(errorNames.mailUnavailable, 'SES did not respond whether it accepted the mail. Retry in a minute.')
}

const notSent: ReadonlySet<string> = new Set([
  errorNames.mailThrottled,
  errorNames.mailQuotaExceeded,
  errorNames.mailRefused,
])

/** Whether a mail that failed with this error was certainly not sent. */
export function wasNotSent(error: NamedError): boolean {
  return notSent.has(error.name) || neverLeft(error.cause)
}

/** Errors of Node and of the SDK that come before the first byte of a request has left. */
function neverLeft(thrown: unknown): boolean {
  const { code = '', message = '' } = Object(thrown) as SdkError
  return /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b|did not establish a connection/.test(`${code} ${message}`)
}
