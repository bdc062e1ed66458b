import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { RecordMetrics } from '../../core/metrics.ts'
import type { Invoke } from '../../core/service.ts'
import type { Route, StackModel } from '../../core/stack-model.ts'
import { apiMetrics } from './api-metrics.ts'
import { eventOf, splitTarget } from './event.ts'
import { type ApiResponse, plainResponse, responseOf } from './response.ts'
import { routeFor } from './routes.ts'

/** API Gateway's limits: on the body, and on the request line and the values of all headers together. */
const longestBodyBytes = 10 * 1024 * 1024
const longestHeadBytes = 10_240

// Requests in flight have this long to be answered before their connections are cut.
const stopMs = 1000

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

/** The product's HTTP API, as API Gateway serves an HTTP API to functions in payload format 2.0. */
export interface Api {
  url: string
  /** Starts to answer with these functions; until then every request gets 503. */
  serve(backend: Backend): void
  stop(): Promise<void>
}

/**
 * Listens on loopback before the stack is known, because the stack's own links name the address.
 * @param port 0 for any free one
 * @throws Error with one sentence, if the port is taken.
 */
export async function listenForApi(port: number): Promise<Api> {
  let backend: Backend | undefined
  const server = createServer((request, response) => {
    const requestId = `${randomBytes(11).toString('base64').slice(0, 15)}=`
    measured(request, requestId, backend)
      .then((answered) => send(response, requestId, answered))
      // Only a closed connection fails here.
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      reject(new Error(`Port ${port} is taken: stop the program that uses it, or choose another with --api-port.`))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${actual}`,
    serve: (behind) => {
      backend = behind
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      const cut = setTimeout(() => server.closeAllConnections(), stopMs)
      await closed
      clearTimeout(cut)
    },
  }
}

async function measured(
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
    await record(...metrics).catch((error: unknown) => log(`The metrics of this request are lost: ${error}`))
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
  const { method = 'GET', url: target = '/' } = request
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
    return functionError ? plainResponse(500, 'Internal Server Error') : responseOf(payload)
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

function send(response: ServerResponse, requestId: string, { statusCode, headers, cookies, body }: ApiResponse): void {
  response.writeHead(statusCode, {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
    'content-length': body.length,
    'apigw-requestid': requestId,
  })
  response.end(body)
}
