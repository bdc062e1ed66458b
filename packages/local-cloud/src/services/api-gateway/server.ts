import { randomBytes } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerMeasured, type Backend } from './answer.ts'
import type { ApiResponse } from './response.ts'

// Requests in flight have this long to be answered before their connections are cut.
const stopMs = 1000

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
    answerMeasured(request, requestId, backend)
      .then((answered) => send(response, requestId, answered, backend?.clock.now() ?? Date.now()))
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

function send(
  response: ServerResponse,
  requestId: string,
  { statusCode, headers, cookies, body }: ApiResponse,
  nowMs: number,
): void {
  response.writeHead(statusCode, {
    ...headers,
    // The stage's own time, as everywhere in its answers.
    date: new Date(nowMs).toUTCString(),
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
    'content-length': body.length,
    'apigw-requestid': requestId,
  })
  response.end(body)
}
