import { v4 as uuid } from 'uuid'
import type { Clock } from './clock.ts'
import type { Store } from './store.ts'

/** Something that is to be done at a moment: milliseconds since 1970, by the clock of the local cloud. */
export interface Due<T> {
  dueMs: number
  value: T
}

interface Entry<T> extends Due<T> {
  key: string
}

/**
 * Work that waits for its moment and is done at least once: it is durable before it begins and forgotten after it has
 * been done. A restart goes on with what is left.
 */
export class DurableQueue<T> {
  /** How to let each that waits for its moment wait no longer. */
  private readonly waiting = new Set<() => void>()
  private readonly ready: Entry<T>[] = []
  private readonly underWay = new Set<Promise<void>>()
  private readonly writes = new Set<Promise<void>>()
  private readonly rows
  private stopped = false

  /**
   * @param work does it, and says when it is to be done again, if it is. What it throws is logged, and the work is done
   *   again after the next start.
   * @param atOnce how much is worked on at the same time
   */
  constructor(
    private readonly settings: {
      store: Store
      name: string
      clock: Clock
      atOnce: number
      work: (value: T) => Promise<Due<T> | undefined>
      log: (line: string) => void
    },
  ) {
    this.rows = settings.store.sublevel<string, Due<T>>(settings.name, { valueEncoding: 'json' })
  }

  /** Takes up what an earlier process left. */
  async start(): Promise<void> {
    for (const [key, due] of await this.rows.iterator().all()) this.schedule({ key, ...due })
  }

  /** What makes these durable, for a batch of the store, and what is to be called as soon as it is written. */
  enqueue(items: Due<T>[]) {
    const entries = items.map((item) => this.entry(item))
    return {
      operations: entries.map((entry) => this.put(entry)),
      written: () => {
        for (const entry of entries) this.schedule(entry)
      },
    }
  }

  /** Resolves when nothing that is due is left to do. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.race(this.underWay)
  }

  /** Begins nothing more, and leaves what is under way to the next start. Resolves when nothing more is written. */
  async stop(): Promise<void> {
    this.stopped = true
    for (const cancel of this.waiting) cancel()
    await Promise.allSettled(this.writes)
  }

  private entry({ dueMs, value }: Due<T>): Entry<T> {
    return { key: `${String(Math.floor(dueMs)).padStart(15, '0')}/${uuid()}`, dueMs, value }
  }

  private put({ key, dueMs, value }: Entry<T>) {
    return { type: 'put' as const, sublevel: this.rows, key, value: { dueMs, value } }
  }

  private schedule(entry: Entry<T>): void {
    if (entry.dueMs <= this.settings.clock.now()) {
      this.begin(entry)
      return
    }
    const cancel = this.settings.clock.at(entry.dueMs, () => {
      this.waiting.delete(cancel)
      this.begin(entry)
    })
    this.waiting.add(cancel)
  }

  private begin(entry: Entry<T>): void {
    this.ready.push(entry)
    this.workOn()
  }

  private workOn(): void {
    while (this.underWay.size < this.settings.atOnce && !this.stopped) {
      const entry = this.ready.shift()
      if (!entry) return
      const done = this.work(entry)
        .catch((error: unknown) => this.settings.log(`${this.settings.name}: ${(error as Error).stack ?? error}`))
        .finally(() => {
          this.underWay.delete(done)
          this.workOn()
        })
      this.underWay.add(done)
    }
  }

  private async work({ key, value }: Entry<T>): Promise<void> {
    const again = await this.settings.work(value)
    if (this.stopped) return
    const next = again && this.entry(again)
    const forgotten = { type: 'del' as const, sublevel: this.rows, key }
    const written = this.settings.store.batch([forgotten, ...(next ? [this.put(next)] : [])])
    this.writes.add(written)
    await written.finally(() => this.writes.delete(written))
    if (next) this.schedule(next)
  }
}
