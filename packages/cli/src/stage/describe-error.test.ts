import { Refusal } from '../terminal/refusal.ts'
import { describeError } from './describe-error.ts'

const error = (name: string, message: string, code?: string) =>
  Object.assign(new Error(message), { name, ...(code && { code }) })

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
  ['any other error of AWS', error('TooManyRequestsException', 'Rate'), /^TooManyRequestsException: Rate$/],
  ['a fault of the build', error('Error', 'cannot be bundled'), /^cannot be bundled$/],
  ['a refusal of our own', new Refusal('Commit first.'), /^Commit first\.$/],
])('%s is described in a sentence', (_, thrown, sentence) => {
  expect(describeError(thrown, 'Use another role.')).toMatch(sentence)
})
