import { v4 as uuid } from 'uuid'
import type { Clock } from './clock.ts'
import type { Store } from './store.ts'

/** A task with a due time in milliseconds since 1970, by the clock of the local cloud. */
export interface Due<T> {
  dueMs: number
  value: T
}

interface Entry<T> extends Due<T> {
  key: string
}

/**
 * Work that waits for its due time and is done at least once: it is durable before it starts and deleted after it is
 * done. A restart continues with the rest.
 */
export class DurableQueue<T> {
  /** The cancel functions of all waiting tasks. */
  private readonly waiting = new Set<() => void>()
  private readonly ready: Entry<T>[] = []
  private readonly underWay = new Set<Promise<void>>()
  private readonly writes = new Set<Promise<void>>()
  private readonly rows
  private stopped = false

  /**
   * @param work does it, and returns when it must be done again, if at all. An error is logged, and the work is done
   *   again after the next start.
   * @param atOnce how many tasks run at the same time
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

  /** Continues with the tasks that an earlier process left. */
  async start(): Promise<void> {
    for (const [key, due] of await this.rows.iterator().all()) this.schedule({ key, ...due })
  }

  /** The writes that make these durable, for a batch of the store, and a function to call once they are written. */
  enqueue(items: Due<T>[]) {
    const entries = items.map((item) => this.entry(item))
    return {
      operations: entries.map((entry) => this.put(entry)),
      written: () => {
        for (const entry of entries) this.schedule(entry)
      },
    }
  }

  /** Resolves when no due task is left. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.race(this.underWay)
  }

  /** Starts no more tasks; the next start repeats those in progress. Resolves when nothing more is written. */
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
