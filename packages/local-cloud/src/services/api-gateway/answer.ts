import type { IncomingMessage } from 'node:http'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Datum, RecordMetrics } from '../../core/metrics.ts'
import type { Invoke } from '../../core/service.ts'
import type { Route, StackModel } from '../../core/stack-model.ts'
import { preflightResponse, withCors } from './cors.ts'
import { eventOf, splitTarget } from './event.ts'
import { type ApiResponse, plainResponse, responseOf } from './response.ts'

/** API Gateway's limits: on the body, and on the request line and the values of all headers together. */
const longestBodyBytes = 10 * 1024 * 1024
const longestHeadBytes = 10_240

/** The functions behind the API. */
export interface Backend {
  stack: StackModel
  invoke: Invoke
  clock: Clock
  /** Whether a route's function permits API Gateway to invoke it. */
  permits?: (route: Route) => Verdict
  /** Gets the metrics of every request. */
  record?: RecordMetrics
  log?: (line: string) => void
}

/** Answers a request with the function of its route, and records the metrics of it. */
export async function answerMeasured(
  request: IncomingMessage,
  requestId: string,
  backend: Backend | undefined,
): Promise<ApiResponse> {
  const start = performance.now()
  let integrationMs: number | undefined
  const answered = await answer(request, requestId, backend, (ms) => {
    integrationMs = ms
  })
  if (backend) {
    const { stack, clock, record = async () => {}, log = () => {} } = backend
    const latencyMs = performance.now() - start
    const { statusCode } = answered
    const metrics = apiMetrics(stack.api.id, { atMs: clock.now(), statusCode, latencyMs, integrationMs })
    await record(metrics).catch((error: unknown) => log(`The metrics of this request are lost: ${error}`))
  }
  return answered
}

async function answer(
  request: IncomingMessage,
  requestId: string,
  backend: Backend | undefined,
  integrated: (ms: number) => void,
): Promise<ApiResponse> {
  const body = await bodyOf(request)
  if (headBytes(request) > longestHeadBytes) return plainResponse(431, 'Request Header Fields Too Large')
  if (!body) return plainResponse(413, 'Request Entity Too Large')
  if (!backend) return plainResponse(503, 'Service Unavailable')
  const { stack, invoke, clock, permits, log = () => {} } = backend
  const { method = 'GET', url: target = '/', headers } = request
  const { cors } = stack.api
  const requestedMethod = headers['access-control-request-method']
  const preflight = preflightResponse(cors, { method, origin: headers.origin, requestedMethod })
  if (preflight) return preflight
  const route = routeFor(stack.api.routes, method, splitTarget(target).pathname)
  if (!route) return plainResponse(404, 'Not Found')
  const verdict = permits?.(route) ?? { allowed: true }
  if (!verdict.allowed) {
    log(`API Gateway does not reach the function of ${route.key}. ${verdict.why}`)
    return plainResponse(500, 'Internal Server Error')
  }
  const event = eventOf({
    method,
    target,
    protocol: `HTTP/${request.httpVersion}`,
    rawHeaders: request.rawHeaders,
    body,
    sourceIp: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    port: request.socket.localPort ?? 0,
    requestId,
    atMs: clock.now(),
    routeKey: route.key,
    api: { accountId: stack.accountId, apiId: stack.api.id, region: stack.region },
  })
  const start = performance.now()
  try {
    const { payload, functionError } = await invoke(route.functionArn, JSON.stringify(event))
    if (functionError) return plainResponse(500, 'Internal Server Error')
    return withCors(responseOf(payload), cors, headers.origin)
  } catch (error) {
    const status = error instanceof AwsError ? error.statusCode : 500
    if (status === 429) return plainResponse(503, 'Service Unavailable')
    // API Gateway accepts larger requests than Lambda.
    return status === 413 ? plainResponse(413, 'Request Entity Too Large') : plainResponse(500, 'Internal Server Error')
  } finally {
    integrated(performance.now() - start)
  }
}

function headBytes({ method, url, httpVersion, rawHeaders }: IncomingMessage): number {
  const values = rawHeaders.filter((_, index) => index % 2 === 1)
  return Buffer.byteLength([`${method} ${url} HTTP/${httpVersion}`, ...values].join(''))
}

/** The whole body, or undefined if it is longer than API Gateway accepts. The rest is read and dropped. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= longestBodyBytes) chunks.push(chunk)
  }
  return bytes <= longestBodyBytes ? Buffer.concat(chunks) : undefined
}

/** The route that API Gateway would take: the method's own before `ANY`, a path's before `$default`. */
export function routeFor(routes: readonly Route[], method: string, pathname: string): Route | undefined {
  const keys = [`${method} ${pathname}`, `ANY ${pathname}`, '$default']
  return keys.map((wanted) => routes.find(({ key }) => key === wanted)).find(Boolean)
}

/**
 * The metrics of API Gateway for each request to an HTTP API. Errors are 0 or 1, so that their average is a rate.
 * - `integrationMs`: how long the function took; missing if no function was invoked.
 */
function apiMetrics(
  apiId: string,
  request: { atMs: number; statusCode: number; latencyMs: number; integrationMs: number | undefined },
): Datum[] {
  const { atMs, statusCode, latencyMs, integrationMs } = request
  const datum = (name: string, value: number, unit: string): Datum => ({
    namespace: 'AWS/ApiGateway',
    dimensions: { ApiId: apiId },
    name,
    value,
    unit,
    atMs,
  })
  return [
    datum('Count', 1, 'Count'),
    datum('4xx', statusCode >= 400 && statusCode < 500 ? 1 : 0, 'Count'),
    datum('5xx', statusCode >= 500 ? 1 : 0, 'Count'),
    datum('Latency', latencyMs, 'Milliseconds'),
    ...(integrationMs === undefined ? [] : [datum('IntegrationLatency', integrationMs, 'Milliseconds')]),
  ]
}
