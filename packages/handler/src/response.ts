import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

export type Answer = APIGatewayProxyStructuredResultV2

/** Nothing of ours is to be kept, guessed at, or told to the next site. */
const careful = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** An answer of any type with the headers that all of ours carry. */
export function answer(status: number, type: string, body: string, headers: Record<string, string> = {}): Answer {
  return { statusCode: status, headers: { 'content-type': type, ...careful, ...headers }, body }
}

/** The same answer as HEAD gets it: without its body. */
export function withoutBody(full: Answer): Answer {
  return { ...full, body: '' }
}
