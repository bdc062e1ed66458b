import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Faults } from '../faults/faults.ts'
import { authorizationOf } from './authorization.ts'
import { refusalOf } from './guard.ts'
import { Problem } from './problem.ts'
import { type Behind, SignedRequests } from './signed-requests.ts'
import { carriesToken } from './token.ts'
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
 * @throws Error with one sentence, if the port is taken.
 */
export async function startGateway({
  port,
  hosts = [],
  unsigned,
  faults = new Faults(),
  callerOf = () => undefined,
  authorize = () => {},
  refused = async () => {},
  ...behind
}: {
  port: number
  hosts?: readonly string[]
  unsigned: (request: IncomingMessage, response: ServerResponse) => void
} & Pick<Behind, 'keys' | 'services' | 'log'> &
  Partial<Pick<Behind, 'faults' | 'callerOf' | 'authorize' | 'refused'>>): Promise<Gateway> {
  const { keys } = behind
  const signed = new SignedRequests({ ...behind, faults, callerOf, authorize, refused })
  const server = createServer({ requireHostHeader: false }, (message, response) => {
    answers.set(message.socket, response)
    // A page of another origin must not get any response, not even as an image or a script.
    response.setHeader('cross-origin-resource-policy', 'same-origin')
    response.setHeader('x-content-type-options', 'nosniff')
    const refusal = refusalOf(message, hosts)
    const authorization = authorizationOf(message.headers)
    const url = new URL(`http://local${refusal ? '/' : message.url}`)
    if (authorization && !url.pathname.startsWith('/_local/')) {
      return signed.accept(message, response, authorization, url, refusal)
    }
    if (refusal) return writeProblem(response, new Problem(403, 'Forbidden', refusal))
    if (keys && !carriesToken(message, url, keys.token)) return writeProblem(response, tokenMissing())
    return unsigned(message, response)
  })
  server.on('clientError', answerMalformed)
  server.on('connect', answerConnect)
  await listen(server, port)
  server.keepAliveTimeout = keepAliveMs

  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      const waiting = new AbortController()
      await Promise.race([
        signed.settled(),
        delay(stopMs, undefined, { signal: waiting.signal }).catch(() => undefined),
      ])
      waiting.abort()
      server.closeAllConnections()
      await closed
    },
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      reject(new Error(`Port ${port} is taken: stop the program that uses it, or choose another with --cloud-port.`))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

function tokenMissing(): Problem {
  const detail =
    'The local cloud was started with --token: open the link of the console that the start printed, or send the token in the header "Authorization: Bearer <token>".'
  return new Problem(401, 'Unauthorized', detail, { 'www-authenticate': 'Bearer' })
}
