import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Caller } from '../faults/call.ts'
import { Faults } from '../faults/faults.ts'
import { ConnectionLost, inject } from '../faults/inject.ts'
import type { Service } from '../service.ts'
import { AwsError } from './aws-error.ts'
import { awsJson } from './aws-json.ts'
import { awsQuery } from './aws-query.ts'
import type { Protocol } from './protocol.ts'
import { type Answer, type AwsRequest, accessKeyOf, readBody, regionOf, signedAt, signedFor } from './request.ts'
import { restJson } from './rest-json.ts'

/** The first that speaks a request answers it. */
const protocols: readonly Protocol[] = [awsJson, awsQuery, restJson]

// SES takes 10 MB of mail and DynamoDB 16 MB; base64 in a form makes it up to half as much again.
const bodyLimitBytes = 32 * 1024 * 1024
const tooLarge = new AwsError('RequestEntityTooLarge', `The request is larger than ${bodyLimitBytes} bytes.`, 413)

// Longer than any client keeps an idle connection, so that none writes into one that is being closed.
const keepAliveMs = 75_000

// Calls in flight get so long to be answered before their connections are cut.
const stopMs = 1000

export interface Gateway {
  port: number
  stop(): Promise<void>
}

/**
 * The one AWS endpoint of the local cloud. A request that is signed for a service goes to that service, whatever its
 * credentials; the unsigned, and all below `/_local/`, go to `unsigned`.
 * - `port`: 0 means any free one.
 * - `services`: by the name in the credential scope; `monitoring/us-east-1` for requests that are signed for that Region.
 * @throws Error with one sentence, where the port is taken.
 */
export async function startGateway({
  port,
  host = '127.0.0.1',
  services,
  unsigned,
  faults = new Faults(),
  callerOf = () => undefined,
  refused = async () => {},
  log,
}: {
  port: number
  host?: string
  services: Readonly<Record<string, Service>>
  unsigned: (request: IncomingMessage, response: ServerResponse) => void
  faults?: Faults
  /** Whose the credentials of a request are, by their access key id. */
  callerOf?: (accessKeyId: string) => Caller | undefined
  /** Is told of every refusal, before it is answered. */
  refused?: (service: string, action: string, error: AwsError) => Promise<void>
  log: (line: string) => void
}): Promise<Gateway> {
  const inFlight = new Set<Promise<unknown>>()

  const server = createServer((message, response) => {
    const url = URL.canParse(message.url ?? '', 'http://local') ? new URL(message.url ?? '', 'http://local') : undefined
    const service = url && signedFor(message.headers, url.searchParams)
    if (!url || !service || url.pathname.startsWith('/_local/')) return unsigned(message, response)
    // What fails here is a request that breaks off while it is read, or a fault that breaks its connection.
    const served = serve(message, response, service, url)
      .catch(() => message.socket.destroy())
      .finally(() => inFlight.delete(served))
    inFlight.add(served)
  })

  async function serve(message: IncomingMessage, response: ServerResponse, service: string, url: URL): Promise<void> {
    const { method = 'GET', headers } = message
    const { pathname: path, searchParams: query } = url
    const body = await readBody(message, bodyLimitBytes)
    const request = { id: randomUUID(), service, method, path, query, headers, body: body ?? Buffer.alloc(0) }
    write(response, request, body ? await answer(request) : refuse(request, tooLarge))
  }

  async function answer(request: AwsRequest): Promise<Answer> {
    const protocol = protocolOf(request)
    let asked = ''
    try {
      const { service: name } = request
      const service = own(services, `${name}/${regionOf(request)}`) ?? own(services, name)
      if (!service) throw protocol.unknownAction(`the service ${name}`)
      const call = protocol.read(request)
      asked = call.action
      const action = own(service.actions, call.action)
      if (!action) throw protocol.unknownAction(`${call.action} of ${name}`)
      const accessKeyId = accessKeyOf(request)
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
    server.listen(port, host, resolve)
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

function protocolOf(request: AwsRequest): Protocol {
  return protocols.find((protocol) => protocol.speaks(request)) ?? restJson
}

function refuse(request: AwsRequest, error: AwsError): Answer {
  return protocolOf(request).refuse(request, error)
}

function write(
  response: ServerResponse,
  { id, method, ...signed }: AwsRequest,
  { statusCode, headers, body }: Answer,
): void {
  const date = signedAt(signed)
  response.writeHead(statusCode, {
    ...headers,
    // The caller's own time: functions live by the virtual clock, people by theirs. Clients that see another one than
    // their own repeat whatever fails.
    ...(date && { date: date.toUTCString() }),
    'x-amzn-requestid': id,
    ...(statusCode !== 204 && { 'content-length': Buffer.byteLength(body) }),
  })
  response.end(method === 'HEAD' ? undefined : body)
}

/** What comes over the network must not reach what every object inherits. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
