import { AwsError } from './aws-error.ts'
import type { Protocol } from './protocol.ts'

const contentType = 'application/x-amz-json-1.0'

/** Services that qualify the names of their errors. Clients read what follows the `#`. */
const errorNamespaces: Record<string, string> = { dynamodb: 'com.amazonaws.dynamodb.v20120810#' }

/** awsJson 1.0: the action stands in `X-Amz-Target`, input and output are JSON, times are seconds since 1970. */
export const awsJson: Protocol = {
  speaks: ({ headers }) => headers['x-amz-target'] !== undefined,

  read({ headers, body }) {
    const action = String(headers['x-amz-target']).split('.').at(-1) ?? ''
    return { action, input: parseObject(body) }
  },

  answer: (_request, _call, output) => ({
    statusCode: 200,
    headers: { 'content-type': contentType },
    body: JSON.stringify(output, timesInSeconds),
  }),

  refuse: ({ service }, { code, message, statusCode }) => ({
    statusCode,
    headers: { 'content-type': contentType },
    body: JSON.stringify({ __type: `${errorNamespaces[service] ?? ''}${code}`, message }),
  }),

  unknownAction: (action) => new AwsError('UnknownOperationException', `The local cloud does not support ${action}.`),
}

/**
 * The members of a JSON body; none, where it is empty.
 * @throws AwsError SerializationException
 */
export function parseObject(body: Buffer): object {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new AwsError('SerializationException', 'The request body is not a JSON object.')
}

// JSON.stringify hands over what toJSON made of a Date; the Date itself is still in its holder.
function timesInSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const member = this[key]
  return member instanceof Date ? member.getTime() / 1000 : value
}
