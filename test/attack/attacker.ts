import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import type { Browser } from 'playwright-core'
import type { Shot } from './shots.ts'

const page = '<!doctype html><title>A page of another origin</title><body><script src="tricks.js"></script>'
const tricks = readFileSync(join(__dirname, 'tricks.js'), 'utf8')

/** What a page is to try. */
export interface Attack {
  gets: Shot[]
  posts: Shot[]
  /** The names of tricks; left out: all. */
  only?: string[]
  /** How many tricks at a time: each of them opens a frame, window or worker for each shot. */
  atOnce: number
}

/** What a page reports after its attack. */
export interface Report {
  /** The names of all tricks. */
  names: string[]
  /** What it could read of the answers. */
  read: string[]
}

/** An attacker's web server: the page with all tricks, and the resources that the tricks request. */
export class Attacker {
  private attack: Attack | undefined
  private reported: (report: Report) => void = () => {}

  private constructor(
    private readonly server: Server,
    /** The names of the tricks that reached this server, which stands in for a cloud without a guard. */
    readonly hits: Set<string>,
  ) {}

  static async start(): Promise<Attacker> {
    const hits = new Set<string>()
    const server = createServer(async (request, response) => {
      const { pathname, searchParams: query } = new URL(`http://attacker${request.url}`)
      const [trick] = query.getAll('trick').slice(-1)
      if (pathname === '/report') {
        attacker.reported((await json(request)) as Report)
        return response.writeHead(204).end()
      }
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
      if (pathname === '/tricks.js') {
        const script = `${tricks}\nattackAs(${JSON.stringify(attacker.attack)})`
        return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
      }
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
    const attacker = new Attacker(server, hits)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return attacker
  }

  /**
   * Opens a page that attacks, and resolves with its report. Chromium opens it by itself, without Playwright, which would
   * follow each frame and each request: with that, the attacks take twice the CPU.
   */
  async attackFrom(url: string, browser: Browser, attack: Attack): Promise<Report> {
    this.attack = attack
    const report = new Promise<Report>((resolve) => {
      this.reported = resolve
    })
    const devTools = await browser.newBrowserCDPSession()
    const { browserContextId } = await devTools.send('Target.createBrowserContext')
    try {
      await devTools.send('Target.createTarget', { url, browserContextId })
      return await report
    } finally {
      await devTools.send('Target.disposeBrowserContext', { browserContextId })
      await devTools.detach()
    }
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
