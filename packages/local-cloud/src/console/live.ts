import type { ServerResponse } from 'node:http'
import type { LiveEvents, LiveKind } from '@confirmation-reminder/console/api'

/** At most four messages a second reach a page. */
const pauseMs = 250
/** A message of each kind has at most this many rows. */
const mostRows = 50
/** Proxies and browsers close connections on which nothing comes. */
const breathMs = 15_000

/** The kinds of events that are lists of rows. */
type Listed = Exclude<LiveKind, 'clock'>

/**
 * The server-sent events of `/_local/events`: what changes, to every page that is open. Changes within a quarter of a second
 * go into one message, each row once and as it then is. While no page is open, nothing is kept or computed.
 */
export class LiveChannel {
  private readonly pages = new Set<ServerResponse>()
  private readonly pending = new Map<Listed, Map<string, () => unknown>>()
  private clock: (() => Promise<LiveEvents['clock']>) | undefined
  private timer: NodeJS.Timeout | undefined
  private breath: NodeJS.Timeout | undefined

  /** Keeps a connection open for a page, unless it asks for the headers alone. */
  connect(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    if (response.req.method === 'HEAD') {
      response.end()
      return
    }
    // A browser tries again after this many milliseconds.
    response.write('retry: 1000\n\n')
    this.pages.add(response)
    this.breath ??= setInterval(() => this.write(':\n\n'), breathMs).unref()
    response.on('close', () => {
      this.pages.delete(response)
      if (this.pages.size > 0) return
      clearInterval(this.breath)
      this.breath = undefined
      this.pending.clear()
    })
  }

  /** A row is new or has changed. It is computed when it is sent; undefined for none. */
  changed<Kind extends Listed>(
    kind: Kind,
    key: string,
    row: () => LiveEvents[Kind]['rows'][number] | undefined | Promise<LiveEvents[Kind]['rows'][number] | undefined>,
  ): void {
    if (this.pages.size === 0) return
    const rows = this.pending.get(kind) ?? new Map()
    this.pending.set(kind, rows)
    rows.set(key, row)
    this.soon()
  }

  /** The clock was moved, or the next run wakes at another time. */
  moved(state: () => Promise<LiveEvents['clock']>): void {
    if (this.pages.size === 0) return
    this.clock = state
    this.soon()
  }

  /** Ends all connections. */
  stop(): void {
    clearTimeout(this.timer)
    clearInterval(this.breath)
    for (const page of this.pages) page.end()
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      void this.flush().finally(() => {
        this.timer = undefined
        if (this.pending.size > 0 || this.clock) this.soon()
      })
    }, pauseMs)
  }

  private async flush(): Promise<void> {
    const changes = [...this.pending]
    const clock = this.clock
    this.pending.clear()
    this.clock = undefined
    const messages: string[] = []
    for (const [kind, changed] of changes) {
      // The latest changes are the ones that a page most likely shows.
      const latest = [...changed.values()].slice(-mostRows)
      // One that cannot be read must not keep back the others: a page sees it when it fetches it.
      const computed = await Promise.all(latest.map(async (row) => row()).map((row) => row.catch(() => undefined)))
      const rows = computed.filter((row) => row !== undefined)
      messages.push(message(kind, { rows, more: Math.max(0, changed.size - mostRows) } as LiveEvents[typeof kind]))
    }
    if (clock) messages.push(message('clock', await clock()))
    this.write(messages.join(''))
  }

  private write(text: string): void {
    for (const page of this.pages) {
      // A page that does not read gets nothing until it does: it fetches what it shows when it connects again.
      if (page.writableLength < 1024 * 1024) page.write(text)
      else page.destroy()
    }
  }
}

function message<Kind extends LiveKind>(kind: Kind, event: LiveEvents[Kind]): string {
  return `event: ${kind}\ndata: ${JSON.stringify(event)}\n\n`
}
