import { AwsError } from '../core/aws-error.ts'
import type { Protocol } from './protocol.ts'
import { parseQuery } from './query-string.ts'
import type { AwsRequest } from './request.ts'
import { xml } from './xml.ts'

const namespaces = new Map([
  ['monitoring', 'http://monitoring.amazonaws.com/doc/2010-08-01/'],
  ['ses', 'http://ses.amazonaws.com/doc/2010-12-01/'],
  ['sns', 'http://sns.amazonaws.com/doc/2010-03-31/'],
])

/** The errors that have another code in this protocol. */
const codes = new Map([
  ['SerializationException', 'MalformedInput'],
  ['DashboardNotFoundError', 'ResourceNotFound'],
])

/** awsQuery: the action and its members come as a form, the response is XML. */
export const awsQuery: Protocol = {
  speaks: ({ headers }) => headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true,

  read(request) {
    // AWS also accepts a GET with the members in its query. No SDK sends that, and a GET must not change anything.
    if (request.method !== 'POST' || !awsQuery.speaks(request)) {
      throw new AwsError('MalformedInput', 'The local cloud takes actions as a form, by POST.')
    }
    const { Action, Version, ...input } = parseQuery(new URLSearchParams(request.body.toString()))
    if (typeof Action !== 'string' || Action === '') throw new AwsError('MissingAction', 'The request names no Action.')
    return { action: Action, input }
  },

  answer: (request, { action }, output) =>
    document(request, 200, `${action}Response`, {
      [`${action}Result`]: output,
      ResponseMetadata: { RequestId: request.id },
    }),

  refuse: (request, { code, message, statusCode }) =>
    document(request, statusCode, 'ErrorResponse', {
      Error: {
        Type: statusCode < 500 ? 'Sender' : 'Receiver',
        Code: codes.get(code) ?? code,
        Message: message,
      },
      RequestId: request.id,
    }),

  unknownAction: (action) => new AwsError('InvalidAction', `The local cloud does not support ${action}.`),
}

function document({ service }: AwsRequest, statusCode: number, root: string, members: object) {
  return { statusCode, headers: { 'content-type': 'text/xml' }, body: xml(root, members, namespaces.get(service)) }
}
