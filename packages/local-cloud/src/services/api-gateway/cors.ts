import type { Cors } from '../../core/stack-model.ts'
import type { ApiResponse } from './response.ts'

/** What a browser says about the page that sends a request. */
interface CorsRequest {
  method: string
  /** The header `origin`. */
  origin: string | undefined
  /** The header `access-control-request-method`, by which a browser asks before it sends a request. */
  requestedMethod: string | undefined
}

/**
 * Answers a browser that asks whether a page may send a request (a preflight). API Gateway does that itself for every path,
 * with a route or without one, and invokes no function. A page of another origin gets the same answer without the
 * headers that allow it anything.
 * @returns undefined for every other request, and without CORS
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function preflightResponse(cors: Cors | undefined, request: CorsRequest): ApiResponse | undefined {
  const { method, origin, requestedMethod } = request
  if (!cors || method !== 'OPTIONS' || origin === undefined || requestedMethod === undefined) return undefined
  const { allowMethods, allowHeaders, maxAgeSeconds } = cors
  const allowed = {
    ...originHeaders(cors, origin),
    ...(allowMethods.length > 0 && { 'access-control-allow-methods': allowMethods.join() }),
    ...(allowHeaders.length > 0 && { 'access-control-allow-headers': allowHeaders.join() }),
    ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
  }
  return { statusCode: 204, headers: isAllowed(cors, origin) ? allowed : {}, cookies: [], body: Buffer.alloc(0) }
}

/** The response of a function as a page gets it: with the headers of the API's CORS, if it has one, in place of the function's own. */
export function withCors(response: ApiResponse, cors: Cors | undefined, origin: string | undefined): ApiResponse {
  if (!cors) return response
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'))
  const added = origin !== undefined && isAllowed(cors, origin) ? originHeaders(cors, origin) : {}
  return { ...response, headers: { ...Object.fromEntries(own), ...added } }
}

/** `*` allows every origin, `https://*` those that begin so; any other has to be exactly the same. */
function isAllowed({ allowOrigins }: Cors, origin: string): boolean {
  return allowOrigins.some(
    (allowed) =>
      allowed === '*' || allowed === origin || (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1))),
  )
}

function originHeaders({ allowOrigins, exposeHeaders, allowCredentials }: Cors, origin: string) {
  return {
    'access-control-allow-origin': allowOrigins.includes('*') ? '*' : origin,
    ...(exposeHeaders.length > 0 && { 'access-control-expose-headers': exposeHeaders.join() }),
    ...(allowCredentials && { 'access-control-allow-credentials': 'true' }),
  }
}
