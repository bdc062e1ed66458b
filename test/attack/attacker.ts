import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const page = '<!doctype html><title>A page of another origin</title><body><script src="tricks.js"></script>'
const tricks = readFileSync(join(__dirname, 'tricks.js'))

/** An attacker's web server: the page with all tricks, and the resources that the tricks request. */
export class Attacker {
  private constructor(
    private readonly server: Server,
    /** The names of the tricks that reached this server, which stands in for a cloud without a guard. */
    readonly hits: Set<string>,
  ) {}

  static async start(): Promise<Attacker> {
    const hits = new Set<string>()
    const server = createServer((request, response) => {
      const { pathname, searchParams: query } = new URL(`http://attacker${request.url}`)
      const [trick] = query.getAll('trick').slice(-1)
      request.resume()
      if (pathname === '/page') {
        const policy = query.get('policy')
        const refresh = query.get('refresh')
        response.writeHead(200, {
          'content-type': query.get('type') ?? 'text/html',
          ...(policy && { 'content-security-policy': policy }),
          ...(refresh && { refresh: `0;url=${refresh}` }),
        })
        return response.end(`${query.get('html')}`)
      }
      if (pathname === '/tricks.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(tricks)
      if (pathname === '/attack') return response.writeHead(200, { 'content-type': 'text/html' }).end(page)
      if (pathname === '/redirect') {
        // A preflight cannot be redirected, a request can.
        return response.writeHead(Number(query.get('status')), { location: query.get('to') ?? '' }).end()
      }
      if (pathname === '/script') {
        const headers = { 'content-type': 'text/javascript', 'service-worker-allowed': '/' }
        return response.writeHead(200, headers).end(query.get('text'))
      }
      if (trick) hits.add(trick)
      response.writeHead(200, { 'content-type': 'text/plain' }).end('hit')
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return new Attacker(server, hits)
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    this.server.closeAllConnections()
    await closed
  }
}
