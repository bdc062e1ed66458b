import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../core/aws-error.ts'
import type { Service } from '../core/service.ts'
import type { Caller } from '../faults/call.ts'
import type { Faults } from '../faults/faults.ts'
import { ConnectionLost, inject } from '../faults/inject.ts'
import type { Authorization } from './authorization.ts'
import { protocolOf } from './protocols.ts'
import { type Answer, type AwsRequest, decompressed, readBody, signedAt } from './request.ts'
import { checkSignature, type Keys } from './token.ts'

/** The dependencies of signed requests. */
export interface Behind {
  /** The secrets with which every request must be signed; without them every signature is accepted. */
  keys?: Keys | undefined
  /** By the name in the credential scope; `monitoring/us-east-1` for requests that are signed for that Region. */
  services: Readonly<Record<string, Service>>
  faults: Faults
  /** The owner of a request's credentials, by their access key id. */
  callerOf: (accessKeyId: string) => Caller | undefined
  /** Throws an AwsError if the owner of these credentials may not do what a call asks for. */
  authorize: (accessKeyId: string, call: { service: string; action: string; input: object; region: string }) => void
  /** Gets every refusal, before it is answered. */
  refused: (service: string, action: string, error: AwsError) => Promise<void>
  log: (line: string) => void
}

/** Answers the requests that AWS clients sign, each from the service that it is signed for. */
export class SignedRequests {
  private readonly inFlight = new Set<Promise<unknown>>()

  constructor(private readonly behind: Behind) {}

  /** Answers a request: if there is a `refusal`, with nothing else. */
  accept(
    message: IncomingMessage,
    response: ServerResponse,
    authorization: Authorization,
    url: URL,
    refusal: string | undefined,
  ): void {
    // This fails if a request breaks off while it is read, or if a fault breaks its connection.
    const served = this.serve(message, response, authorization, url, refusal)
      .catch(() => message.socket.destroy())
      .finally(() => this.inFlight.delete(served))
    this.inFlight.add(served)
  }

  /** Resolves when every request that is in flight now has its response. */
  async settled(): Promise<void> {
    await Promise.all(this.inFlight)
  }

  private async serve(
    message: IncomingMessage,
    response: ServerResponse,
    authorization: Authorization,
    { pathname: path, searchParams: query }: URL,
    refusal: string | undefined,
  ): Promise<void> {
    const { keys } = this.behind
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
    write(response, request, await this.answer(request, () => !message.socket.destroyed))
  }

  private async answer(request: AwsRequest, isAwaited: () => boolean): Promise<Answer> {
    const { services, faults, callerOf, authorize } = this.behind
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
      const { accessKeyId, region } = authorization
      const caller = callerOf(accessKeyId)
      const faulty = { service: name, ...call, isAwaited, ...(caller && { caller }) }
      const output = await inject(faults, faulty, async () => {
        authorize(accessKeyId, { service: name, region, ...call })
        return await action(call.input as never, { accessKeyId, region })
      })
      return protocol.answer(request, call, output)
    } catch (error) {
      if (error instanceof ConnectionLost) throw error
      return await this.refusal(request, asked, error)
    }
  }

  private async refusal(request: AwsRequest, action: string, error: unknown): Promise<Answer> {
    const { service, method, path } = request
    if (error instanceof AwsError) {
      await this.behind.refused(service, action, error)
      return refuse(request, error)
    }
    this.behind.log(`${service} failed on ${method} ${path}: ${error instanceof Error ? error.stack : error}`)
    return refuse(request, new AwsError('InternalFailure', 'The local cloud failed; its log says why.', 500))
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

/** Names from the network must not reach the members that every object inherits. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
