import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

export type HttpResponse = APIGatewayProxyStructuredResultV2

/** Nothing of ours is to be cached, sniffed, or sent to the next site. */
const careful = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** An answer of any type with the headers that all of ours carry. */
export function response(
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): HttpResponse {
  return { statusCode: status, headers: { 'content-type': type, ...careful, ...headers }, body }
}

/** The same answer as HEAD gets it: without its body. */
export function withoutBody(full: HttpResponse): HttpResponse {
  return { ...full, body: '' }
}
