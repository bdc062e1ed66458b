import { type ErrorName, errorNames, NamedError } from '@confirmation-reminder/contracts/errors'

/** What the SDK throws, as far as we look at it. */
interface SdkError {
  name?: string
  code?: string
  message?: string
  $metadata?: { httpStatusCode?: number; requestId?: string }
}

/** What somebody has to do about a refusal for good, by SES's error code. */
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
 * Says in the contract's terms what came of a SendRawEmail that failed. SES's own words stay out of it, because they may
 * quote an address; its request id leads to them.
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
    return refusal(errorNames.mailQuotaExceeded, 'The daily quota of SES is used up. Send again in some hours.')
  }
  if (/^Throttling|^TooManyRequests/.test(name) || status === 429) {
    return refusal(errorNames.mailThrottled, 'SES takes no more mails this second. Send again in a few.')
  }
  if (status >= 400 && status < 500) {
    const remedy =
      remedies.get(name) ?? remedies.get(`${name}Exception`) ?? 'Look the error up in the API reference of SES.'
    return refusal(errorNames.mailRefused, `SES refuses the mail. ${remedy}`)
  }
  if (neverLeft(thrown)) {
    return new NamedError(errorNames.mailUnavailable, `SES cannot be reached. Send again in a minute.${trace}`, {
      cause: thrown,
    })
  }
  return refusal(errorNames.mailUnavailable, 'SES did not say whether it took the mail. Send again in a minute.')
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
