import { awsJson } from './aws-json.ts'
import { awsQuery } from './aws-query.ts'
import type { Protocol } from './protocol.ts'
import type { AwsRequest } from './request.ts'
import { restJson } from './rest-json.ts'

/** The protocols of each service; if it has several, the first that fits the request is used. */
const protocolsOf = new Map<string, readonly [Protocol, ...Protocol[]]>([
  ['dynamodb', [awsJson]],
  ['events', [awsJson]],
  ['lambda', [restJson]],
  ['logs', [awsJson]],
  ['monitoring', [awsJson, awsQuery]],
  ['ses', [awsQuery]],
  ['sns', [awsQuery]],
  ['sqs', [awsJson]],
  ['states', [awsJson]],
  // Not supported, but refused in the XML that their clients read.
  ['cloudfront', [awsQuery]],
  ['route53', [awsQuery]],
  ['s3', [awsQuery]],
])
const anyOf = [awsJson, awsQuery, restJson] as const

/** The protocol that a request is read and answered in. */
export function protocolOf(request: AwsRequest): Protocol {
  const spoken = protocolsOf.get(request.service) ?? anyOf
  return spoken.find((protocol) => protocol.speaks(request)) ?? spoken[0]
}
