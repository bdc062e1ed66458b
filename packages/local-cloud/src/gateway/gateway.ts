import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { AwsError } from '../core/aws-error.ts'
import type { Service } from '../core/service.ts'
import type { Caller } from '../faults/call.ts'
import { Faults } from '../faults/faults.ts'
import { ConnectionLost, inject } from '../faults/inject.ts'
import { type Authorization, authorizationOf } from './authorization.ts'
import { refusalOf } from './guard.ts'
import { Problem } from './problem.ts'
import { protocolOf } from './protocols.ts'
import { type Answer, type AwsRequest, decompressed, readBody, signedAt } from './request.ts'
import { carriesToken, checkSignature, type Keys } from './token.ts'
import { answerConnect, answerMalformed, answers } from './unreadable.ts'
import { writeProblem } from './write-problem.ts'

// Longer than any client keeps an idle connection, so that no client writes to one that is being closed.
const keepAliveMs = 75_000

// Calls in flight have this long to be answered before their connections are cut.
const stopMs = 1000

export interface Gateway {
  port: number
  stop(): Promise<void>
}

/**
 * The one AWS endpoint of the local cloud. First the guard refuses requests of web pages. Then a request that is
 * signed for a service goes to that service, with any credentials if there are no `keys`; unsigned requests, and all
 * below `/_local/`, go to `unsigned`.
 * - `port`: 0 means any free one.
 * - `hosts`: names that the Host header may have besides loopback's, in lower case.
 * - `keys`: the secrets with which every request must be signed; without them every signature is accepted.
 * - `services`: by the name in the credential scope; `monitoring/us-east-1` for requests that are signed for that Region.
 * @throws Error with one sentence, if the port is taken.
 */
export async function startGateway({
  port,
  hosts = [],
  keys,
  services,
  unsigned,
  faults = new Faults(),
  callerOf = () => undefined,
  refused = async () => {},
  log,
}: {
  port: number
  hosts?: readonly string[]
  keys?: Keys | undefined
  services: Readonly<Record<string, Service>>
  unsigned: (request: IncomingMessage, response: ServerResponse) => void
  faults?: Faults
  /** The owner of a request's credentials, by their access key id. */
  callerOf?: (accessKeyId: string) => Caller | undefined
  /** Receives every refusal, before it is sent. */
  refused?: (service: string, action: string, error: AwsError) => Promise<void>
  log: (line: string) => void
}): Promise<Gateway> {
  const inFlight = new Set<Promise<unknown>>()

  const server = createServer({ requireHostHeader: false }, (message, response) => {
    answers.set(message.socket, response)
    // A page of another origin must not get any response, not even as an image or a script.
    response.setHeader('cross-origin-resource-policy', 'same-origin')
    response.setHeader('x-content-type-options', 'nosniff')
    const refusal = refusalOf(message, hosts)
    const authorization = authorizationOf(message.headers)
    const url = new URL(`http://local${refusal ? '/' : message.url}`)
    if (!authorization || url.pathname.startsWith('/_local/')) {
      if (refusal) return writeProblem(response, new Problem(403, 'Forbidden', refusal))
      if (keys && !carriesToken(message, url, keys.token)) return writeProblem(response, tokenMissing())
      return unsigned(message, response)
    }
    // This fails if a request breaks off while it is read, or if a fault breaks its connection.
    const served = serve(message, response, authorization, url, refusal)
      .catch(() => message.socket.destroy())
      .finally(() => inFlight.delete(served))
    inFlight.add(served)
  })
  server.on('clientError', answerMalformed)
  server.on('connect', answerConnect)

  async function serve(
    message: IncomingMessage,
    response: ServerResponse,
    authorization: Authorization,
    { pathname: path, searchParams: query }: URL,
    refusal: string | undefined,
  ): Promise<void> {
    const { method = 'GET', headers } = message
    const { service } = authorization
    const id = randomUUID()
    const request: AwsRequest = { id, authorization, service, method, path, query, headers, body: Buffer.alloc(0) }
    try {
      if (refusal) throw new AwsError('AccessDeniedException', refusal, 403)
      const body = await readBody(message)
      if (keys) checkSignature(keys, authorization, message, body)
      request.body = await decompressed(body, headers)
    } catch (error) {
      if (error instanceof AwsError) return write(response, request, refuse(request, error))
      throw error
    }
    write(response, request, await answer(request))
  }

  async function answer(request: AwsRequest): Promise<Answer> {
    const protocol = protocolOf(request)
    let asked = ''
    try {
      const { service: name, authorization } = request
      const service = own(services, `${name}/${authorization.region}`) ?? own(services, name)
      if (!service) throw protocol.unknownAction(`the service ${name}`)
      const call = protocol.read(request)
      asked = call.action
      const action = own(service.actions, call.action)
      if (!action) throw protocol.unknownAction(`${call.action} of ${name}`)
      const { accessKeyId } = authorization
      const caller = callerOf(accessKeyId)
      const faulty = { service: name, ...call, ...(caller && { caller }) }
      const output = await inject(faults, faulty, () => action(call.input as never, { accessKeyId }))
      return protocol.answer(request, call, output)
    } catch (error) {
      if (error instanceof ConnectionLost) throw error
      if (error instanceof AwsError) {
        await refused(request.service, asked, error)
        return refuse(request, error)
      }
      log(
        `${request.service} failed on ${request.method} ${request.path}: ${error instanceof Error ? error.stack : error}`,
      )
      return refuse(request, new AwsError('InternalFailure', 'The local cloud failed; its log says why.', 500))
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      reject(new Error(`Port ${port} is taken: stop the program that uses it, or choose another with --cloud-port.`))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  server.keepAliveTimeout = keepAliveMs

  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      const waiting = new AbortController()
      await Promise.race([
        Promise.all(inFlight),
        delay(stopMs, undefined, { signal: waiting.signal }).catch(() => undefined),
      ])
      waiting.abort()
      server.closeAllConnections()
      await closed
    },
  }
}

function refuse(request: AwsRequest, error: AwsError): Answer {
  return protocolOf(request).refuse(request, error)
}

function write(
  response: ServerResponse,
  { id, method, headers: sent }: AwsRequest,
  { statusCode, headers, body }: Answer,
): void {
  const date = signedAt(sent)
  response.writeHead(statusCode, {
    ...headers,
    // The caller's own time: functions live by the virtual clock, people by theirs. Clients that see another time than
    // their own retry every error.
    ...(date && { date: date.toUTCString() }),
    'x-amzn-requestid': id,
    ...(statusCode !== 204 && { 'content-length': Buffer.byteLength(body) }),
  })
  response.end(method === 'HEAD' ? undefined : body)
}

function tokenMissing(): Problem {
  const detail =
    'The local cloud was started with --token: open the link of the console that the start printed, or send the token in the header "Authorization: Bearer <token>".'
  return new Problem(401, 'Unauthorized', detail, { 'www-authenticate': 'Bearer' })
}

/** Names from the network must not reach the members that every object inherits. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
