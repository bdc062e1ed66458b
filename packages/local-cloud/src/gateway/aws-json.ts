import { AwsError } from '../core/aws-error.ts'
import { NestsTooDeep, parseJson } from '../core/json.ts'
import type { Protocol } from './protocol.ts'
import type { AwsRequest } from './request.ts'

/** CloudWatch Logs and EventBridge speak awsJson 1.1. */
const contentTypeOf = (service: string) => `application/x-amz-json-1.${['logs', 'events'].includes(service) ? 1 : 0}`

/** Services that qualify the names of their errors. Clients read what follows the `#`. */
const errorNamespaces = new Map([
  ['dynamodb', 'com.amazonaws.dynamodb.v20120810#'],
  ['sqs', 'com.amazonaws.sqs#'],
])

/** The errors of SQS that had another name in its older protocol, awsQuery. Clients that knew that one read it in a header. */
const queryNames = new Map(
  [
    ...['BatchEntryIdsNotDistinct', 'BatchRequestTooLong', 'EmptyBatchRequest', 'InvalidBatchEntryId'],
    ...['MessageNotInflight', 'PurgeQueueInProgress', 'TooManyEntriesInBatchRequest', 'UnsupportedOperation'],
  ].map((name) => [name, `AWS.SimpleQueueService.${name}`]),
)
  .set('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue')
  .set('KmsAccessDenied', 'KMS.AccessDeniedException')
  .set('AccessDeniedException', 'AccessDenied')

/** awsJson 1.0: the action is in `X-Amz-Target`, input and output are JSON, times are seconds since 1970. */
export const awsJson: Protocol = {
  speaks: ({ headers }) => headers['x-amz-target'] !== undefined,

  read(request) {
    const { method, service, headers } = request
    if (method !== 'POST') throw awsJson.unknownAction(`${method}: ${service} takes POST`)
    const target = headers['x-amz-target']
    if (target === undefined) throw awsJson.unknownAction('a request without the header X-Amz-Target')
    return { action: String(target).split('.').at(-1) ?? '', input: parseObject(request) }
  },

  answer: ({ service }, _call, output) => ({
    statusCode: 200,
    headers: { 'content-type': contentTypeOf(service) },
    body: JSON.stringify(output, timesInSeconds),
  }),

  refuse: ({ service }, { code, message, statusCode, members }) => ({
    statusCode,
    headers: {
      'content-type': contentTypeOf(service),
      ...(service === 'sqs' && { 'x-amzn-query-error': `${queryNames.get(code) ?? code};Sender` }),
    },
    body: JSON.stringify({ __type: `${errorNamespaces.get(service) ?? ''}${code}`, ...members, message }),
  }),

  unknownAction: (action) => new AwsError('UnknownOperationException', `The local cloud does not support ${action}.`),
}

/**
 * The members of a JSON body; none if it is empty.
 * @throws AwsError SerializationException, or the service's error for values that nest too deep
 */
export function parseObject({ body, service }: Pick<AwsRequest, 'body' | 'service'>): object {
  if (body.length === 0) return {}
  const value = parse(body, service)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new AwsError('SerializationException', 'The request body is not a JSON object.')
}

function parse(body: Buffer, service: string): unknown {
  try {
    return parseJson(body)
  } catch (error) {
    if (!(error instanceof NestsTooDeep)) {
      throw new AwsError('SerializationException', 'The request body is not JSON.')
    }
    if (service === 'dynamodb') throw nestsTooDeepForDynamoDb()
    throw new AwsError('SerializationException', `The request body cannot be read: ${error.message}.`)
  }
}

/** DynamoDB's error for values that nest too deep, also if it does not read them to their end. */
export function nestsTooDeepForDynamoDb(): AwsError {
  return new AwsError(
    'ValidationException',
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  )
}

// JSON.stringify passes the result of a Date's toJSON; the Date itself is still in its holder.
function timesInSeconds(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const member = this[key]
  return member instanceof Date ? member.getTime() / 1000 : value
}
