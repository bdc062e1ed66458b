import { type ErrorName, errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { scrub } from '@confirmation-reminder/handler/scrub'

/** The fields of the SDK's errors that we read. */
interface SdkError {
  name?: string
  code?: string
  message?: string
  $metadata?: { httpStatusCode?: number; requestId?: string }
}

/** The remedy for an error that lies in the setup of the stage, by SES's error code: every mail meets it until it is repaired. */
const repairs: ReadonlyMap<string, string> = new Map([
  ['AccessDenied', grant()],
  ['ConfigurationSetDoesNotExist', 'Deploy the infrastructure: the configuration set of this stage is missing.'],
  ['MailFromDomainNotVerified', 'Complete the DNS records of the MAIL FROM domain.'],
  // The credentials of the function's role, which Lambda renews.
  ['AuthFailure', renewal()],
  ['ExpiredToken', renewal()],
  ['IncompleteSignature', renewal()],
  ['InvalidAccessKeyId', renewal()],
  ['InvalidClientTokenId', renewal()],
  ['MissingAuthenticationToken', renewal()],
  ['NotAuthorized', grant()],
  ['OptInRequired', 'Subscribe the account to SES.'],
  ['RequestExpired', renewal()],
  ['SignatureDoesNotMatch', renewal()],
  ['UnrecognizedClient', renewal()],
])

/** The codes of a refusal that may be about one mail, by its text or its recipient. */
const ofOneMail = /^(MessageRejected|InvalidParameterValue|Validation(Error)?)$/

/**
 * The 4xx after which the mail may have been sent: SES stopped reading, or the connection ended before the response. The SDK
 * counts RequestTimeout with 5xx and with timeouts of its own (TRANSIENT_ERROR_CODES), and SES's documentation does not say
 * that the mail was not sent. An unnecessary wait for evidence is better than a second mail.
 */
const uncertain = /^Request(Timeout|Aborted)/

const verification = "Complete the DKIM records of the sender's domain, until SES has verified it in this Region."

const lookUp = 'Look the error up in the API reference of SES.'

function grant(): string {
  return (
    "Grant this function's role ses:SendRawEmail on the identity and the configuration set. If that is granted, leave the SES " +
    "sandbox: there, SES requires it on the recipient's identity too."
  )
}

function renewal(): string {
  return "Check this function's role: SES does not accept its credentials."
}

/**
 * SES reports a pause under its two exceptions, and a pause that AWS itself has made as `MessageRejected` with the text
 * "Sending paused for this account. For more information, please check the inbox …", earlier "Sending suspended …";
 * also "The account has been suspended".
 */
const pausedName = /^(Account|ConfigurationSet)?SendingPaused|^AccountSuspended/
const pausedMessage = /^((email )?sending|((the|your) )?account)\b.{0,80}\b(paused|suspended|disabled)\b/i

/** Whether SES's message names the sender, a mailbox such as `Example <hello@example.com>`, by its address or its domain. */
function names(sender: string, message: string): boolean {
  const address = sender
    .slice(sender.lastIndexOf('<') + 1)
    .replace(/>$/, '')
    .toLowerCase()
  const domain = address.slice(address.lastIndexOf('@') + 1)
  // SES lists the identities as they are in the mail, with commas between them, and shortens a long list by an ellipsis.
  const words = message.toLowerCase().split(/[\s,:;<>"…]|\.(?![^\s.])/)
  return words.includes(address) || words.includes(domain)
}

/**
 * Converts the error of SendRawEmail to an error of the contract. `sender` is the sender of the stage: a message of SES that
 * names it is about every mail. SES's own message is left out, because it may quote an address; its request id leads to it.
 * Only that of a missing permission is added, without addresses: it names the action and the resource.
 */
export function refusalBySes(thrown: unknown, sender: string): NamedError {
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
  if (status >= 400 && status < 500 && status !== 408 && !uncertain.test(name)) {
    const code = name.replace(/Exception$/, '')
    if (pausedName.test(name) || (code === 'MessageRejected' && pausedMessage.test(message))) {
      const remedy = /configuration ?set/i.test(`${name} ${message}`)
        ? 'Resume sending for the configuration set of this stage.'
        : 'Read what SES wrote to the account about its reputation, and resume sending there.'
      return refusal(errorNames.mailPaused, `SES has paused sending. ${remedy}`)
    }
    if (ofOneMail.test(code) && !names(sender, message)) {
      const remedy =
        code === 'MessageRejected'
          ? 'Check the mail and, while the account is in the SES sandbox, verify the recipient; then send again.'
          : lookUp
      return refusal(errorNames.mailRefused, `SES refuses the mail. ${remedy}`)
    }
    const repair = repairs.get(code) ?? (ofOneMail.test(code) ? verification : lookUp)
    const missing = repair === grant() && message !== '' ? ` SES says: ${scrub(message)}.` : ''
    return refusal(errorNames.mailMisconfigured, `SES sends no mail of this stage. ${repair}${missing}`)
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
  errorNames.mailPaused,
  errorNames.mailMisconfigured,
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
