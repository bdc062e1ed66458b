import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

export type HttpResponse = APIGatewayProxyStructuredResultV2

/** Our responses must not be cached or sniffed, and links from them send no referrer. */
const careful = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** A response of any type with the headers of all our responses. */
export function response(
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): HttpResponse {
  return { statusCode: status, headers: { 'content-type': type, ...careful, ...headers }, body }
}

/** The same response to HEAD: without its body. */
export function withoutBody(full: HttpResponse): HttpResponse {
  return { ...full, body: '' }
}
