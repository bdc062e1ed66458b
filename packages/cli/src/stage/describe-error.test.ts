import { Refusal } from '../terminal/refusal.ts'
import { describeError } from './describe-error.ts'

const error = (name: string, message: string, code?: string) =>
  Object.assign(new Error(message), { name, ...(code && { code }) })

const withStatus = (httpStatusCode: number, name = 'Unknown') =>
  Object.assign(error(name, 'it'), { $metadata: { httpStatusCode } })

/** An error of Node's fetch, which has its reason in the cause. */
const fetchFailed = (message: string, code: string) =>
  new TypeError('fetch failed', { cause: error('Error', message, code) })

test.each([
  [
    'no credentials',
    error('CredentialsProviderError', 'Could not load'),
    /no credentials: set AWS_PROFILE .* --stage local/,
  ],
  ['a session that is over', error('ExpiredTokenException', 'is expired'), /sign in again.*is expired/],
  ['a right that is missing', error('AccessDeniedException', 'x may not y'), /^Use another role\. x may not y$/],
  [
    'a refused connection to the endpoint',
    error('Error', 'connect ECONNREFUSED ::1:9', 'ECONNREFUSED'),
    /AWS_ENDPOINT_URL.*::1:9/,
  ],
  // Node tries both addresses of localhost, and says nothing of either.
  ['a refused connection to localhost', error('AggregateError', '', 'ECONNREFUSED'), /cannot be reached.*ECONNREFUSED/],
  ['a server that says nothing', error('Unknown', 'UnknownError'), /^What answered is not AWS/],
  [
    'an address that is none',
    error('TypeError', 'Invalid URL', 'ERR_INVALID_URL'),
    /check AWS_ENDPOINT_URL.* Invalid URL$/,
  ],
  ['several lines', error('Error', 'write EPROTO\n\n', 'EPROTO'), /cannot be reached[^\n]* write EPROTO$/],
  [
    'any other error of AWS',
    error('PolicyLengthExceededException', 'Long'),
    /^AWS refused the request\. PolicyLengthExceededException: Long$/,
  ],
  ['an account without the service', withStatus(403, 'OptInRequired'), /^AWS refused the request\. OptInRequired: it$/],
  [
    'a change of another user',
    error('PreconditionFailedException', 'The RevisionId'),
    /^AWS refused the request\. PreconditionFailedException: The RevisionId$/,
  ],
  ['a state machine that is missing', error('StateMachineDoesNotExist', 'it'), /check that this is the account.*: it$/],
  ['a value of DynamoDB', error('ValidationException', 'it'), /^AWS does not accept a value.*ValidationException: it$/],
  ['a value of Lambda', error('InvalidRequestContentException', 'it'), /^AWS does not accept a value.*Exception: it$/],
  ['an error inside AWS without a status', error('InternalFailure', 'it'), /^AWS has an error.* InternalFailure: it$/],
  ['a request that took too long', error('RequestTimeout', 'it'), /^AWS cannot be reached.* RequestTimeout: it$/],
  ['a broken network', error('NetworkingError', 'it'), /^AWS cannot be reached.* NetworkingError: it$/],
  [
    'a download from a host that is not found',
    fetchFailed('getaddrinfo ENOTFOUND awslambda.example', 'ENOTFOUND'),
    /^AWS cannot be reached.* fetch failed: getaddrinfo ENOTFOUND awslambda\.example$/,
  ],
  [
    'a download that is refused',
    fetchFailed('', 'ECONNREFUSED'),
    /^AWS cannot be reached.* fetch failed: ECONNREFUSED$/,
  ],
  [
    'a download that ends early',
    fetchFailed('other side closed', 'UND_ERR_SOCKET'),
    /^AWS cannot be.*: other side closed$/,
  ],
  [
    'a download behind a proxy with its own certificate',
    fetchFailed('self-signed', 'SELF_SIGNED_CERT_IN_CHAIN'),
    /NODE_EXTRA_CA_CERTS.* fetch failed: self-signed$/,
  ],
  ['a throttle without a name that is known', withStatus(429), /^AWS accepts no more calls.* Unknown: it$/],
  ['an error inside AWS', withStatus(503), /^AWS has an error of its own: run the command again.* Unknown: it$/],
  ['another change', error('ResourceConflictException', 'in progress'), /wait until it is done.*: in progress$/],
  ['a full account', error('CodeStorageExceededException', '75 GB'), /no more storage.*: delete .*: 75 GB$/],
  ['a large upload', error('RequestEntityTooLargeException', 'size'), /50 MB zipped.*: size$/],
  ['an upload that Lambda does not take', error('InvalidParameterValueException', 'Unzipped'), /a value.*: Unzipped$/],
  ['what is missing', error('ResourceNotFoundException', 'no table'), /check that this is the account.*: no table$/],
  ['a key that KMS refuses', error('KMSAccessDeniedException', 'x may not y'), /^Use another role\. x may not y$/],
  ['a clock that is wrong', error('InvalidSignatureException', 'expired'), /check the clock.*: expired$/],
  ['a name that does not resolve', error('Error', 'getaddrinfo', 'ENOTFOUND'), /cannot be reached.* getaddrinfo$/],
  ['no answer', error('TimeoutError', 'Socket timed out'), /cannot be reached.* Socket timed out$/],
  [
    'a proxy with its own certificate',
    error('Error', 'self-signed', 'SELF_SIGNED_CERT_IN_CHAIN'),
    /NODE_EXTRA_CA_CERTS/,
  ],
  ['no Region', error('Error', 'Region is missing'), /^The Region is missing: set AWS_REGION/],
  [
    'another server',
    error('SyntaxError', 'Unexpected token <\n  Deserialization error: to'),
    /is not AWS.*HTTPS_PROXY/,
  ],
  ['a fault of the build', error('Error', 'cannot be bundled'), /^cannot be bundled$/],
  ['a refusal of our own', new Refusal('Commit first.'), /^Commit first\.$/],
])('%s is described in a sentence', (_, thrown, sentence) => {
  expect(describeError(thrown, 'Use another role.')).toMatch(sentence)
})

test.each(['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'EC2ThrottledException', 'SlowDown'])(
  '%s is described as a throttle, with what to do',
  (name) => {
    const sentence = new RegExp(`^AWS accepts no more calls.* run the command again\\. ${name}: Rate$`)
    expect(describeError(error(name, 'Rate'), '')).toMatch(sentence)
  },
)
