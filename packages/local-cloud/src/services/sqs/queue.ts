import { randomUUID } from 'node:crypto'
import TinyQueue from 'tinyqueue'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Queue as Settings } from '../../core/stack-model.ts'
import type { Store, Write } from '../../core/store.ts'
import type { Draft, Message } from './message.ts'

/** A message in its place: keys are in the order of sending. */
export interface Entry extends Message {
  key: string
}

/** How many messages a queue holds, in the words of its attributes. */
export interface Depth {
  visible: number
  /** Received, and neither deleted nor visible again. */
  notVisible: number
  delayed: number
  /** When the oldest message came of those that were not received three times here; undefined if there is none. */
  oldestMs: number | undefined
}

// From then on AWS leaves a message out of the age of the oldest one.
const receivesWithoutAge = 3

// How long a purge takes on AWS, which refuses another one meanwhile. Here it takes no time.
const purgeMs = 60_000

/**
 * A standard queue: at least once, in the order of sending as far as no message fails. Every message and every receipt
 * is durable before it is acknowledged; after a `kill -9` a received message is visible again when its timeout ends.
 */
export class Queue {
  private readonly entries = new Map<string, Entry>()
  private readonly visible = new TinyQueue<string>([])
  /** Messages that become visible later, the earliest first. Deleted ones stay until their time. */
  private readonly hidden = new TinyQueue<{ key: string; visibleMs: number }>([], (a, b) => a.visibleMs - b.visibleMs)
  private readonly listeners = new Set<() => void>()
  private readonly rows
  private sent = 0
  private timer: (() => void) | undefined
  private armedMs = Infinity
  private purgedMs = -Infinity
  /** No message was sent before this time. */
  private noneBeforeMs = Infinity

  private constructor(
    public settings: Settings,
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    this.rows = store.sublevel<string, Message>(`sqs-${settings.name}`, { valueEncoding: 'json' })
  }

  static async open(settings: Settings, store: Store, clock: Clock): Promise<Queue> {
    const queue = new Queue(settings, store, clock)
    for (const [key, message] of await queue.rows.iterator().all()) {
      queue.sent = Number(key) + 1
      queue.place({ key, ...message })
    }
    return queue
  }

  /** Calls `listener` whenever a message becomes visible. Returns a function that ends that. */
  onVisible(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  get hasVisible(): boolean {
    this.expire()
    return this.firstVisible() !== undefined
  }

  /** Whether at least so many messages are visible; some of them may have been deleted since. */
  hasVisibleAtLeast(count: number): boolean {
    return this.visible.length >= count
  }

  /** Resolves with the messages as soon as they are durable. */
  async send(drafts: readonly Draft[]): Promise<Message[]> {
    const nowMs = this.clock.now()
    const entries = drafts.map(({ delaySeconds = this.settings.delaySeconds, attributes = {}, ...draft }): Entry => {
      const visibleMs = nowMs + delaySeconds * 1000
      return { ...draft, key: this.nextKey(), id: randomUUID(), attributes, sentMs: nowMs, visibleMs, receives: 0 }
    })
    await this.store.batch(entries.map((entry) => this.put(entry)))
    for (const entry of entries) this.place(entry)
    return entries
  }

  /**
   * Receives up to `most` messages, which are hidden for the timeout. One that was received as often as the redrive policy
   * allows moves to the dead-letter queue instead.
   */
  async receive(
    most: number,
    { timeoutSeconds = this.settings.visibilityTimeoutSeconds, deadLetters }: ReceiveSettings = {},
  ): Promise<Entry[]> {
    this.expire()
    const nowMs = this.clock.now()
    const received: Entry[] = []
    const writes: Write[] = []
    const moved: (() => void)[] = []
    for (let key = this.firstVisible(); key !== undefined && received.length < most; key = this.firstVisible()) {
      this.visible.pop()
      const entry = this.entries.get(key) as Entry
      if (deadLetters && entry.receives >= (this.settings.redrive?.maxReceiveCount ?? Infinity)) {
        const from = { deadLetterSource: this.settings.arn, moved: { atMs: nowMs, receives: entry.receives } }
        const { operations, written } = this.move({ ...entry, ...from }, deadLetters)
        writes.push(...operations)
        moved.push(written)
        continue
      }
      const visibleMs = nowMs + timeoutSeconds * 1000
      const first = entry.firstReceivedMs ?? nowMs
      const update = { receives: entry.receives + 1, firstReceivedMs: first, visibleMs, receipt: randomUUID() }
      const updated = { ...entry, ...update }
      this.hide(updated)
      writes.push(this.put(updated))
      received.push(updated)
    }
    if (writes.length > 0) await this.store.batch(writes)
    for (const written of moved) written()
    return received
  }

  /** The message of a receipt handle, if it still exists and was not received again. */
  find(handle: string): Entry | undefined {
    const { key, receipt } = readHandle(handle, this.settings.name)
    const entry = this.entries.get(key)
    return entry?.receipt === receipt ? entry : undefined
  }

  /** Deletes messages by key; those that do not exist are skipped. */
  async delete(keys: readonly string[]): Promise<void> {
    const known = keys.filter((key) => this.entries.delete(key))
    if (known.length > 0) await this.store.batch(known.map((key) => this.del(key)))
  }

  /** Changes when a received message becomes visible again. */
  async changeVisibility({ key }: Entry, timeoutSeconds: number): Promise<void> {
    const nowMs = this.clock.now()
    const entry = this.entries.get(key)
    if (!entry || entry.visibleMs <= nowMs) throw new AwsError('MessageNotInflight', 'The message is not in flight.')
    const updated = { ...entry, visibleMs: nowMs + timeoutSeconds * 1000 }
    this.entries.set(key, updated)
    await this.store.batch([this.put(updated)])
    this.place(updated)
  }

  /**
   * Moves up to `most` messages that are visible to another queue, as new ones: each gets a new id and is sent now.
   * Returns how many.
   */
  async moveTo(other: Queue, most: number): Promise<number> {
    const moves = []
    for (let key = this.firstVisible(); key !== undefined && moves.length < most; key = this.firstVisible()) {
      this.visible.pop()
      const { firstReceivedMs: _, deadLetterSource: __, moved: ___, ...known } = this.entries.get(key) as Entry
      moves.push(this.move({ ...known, id: randomUUID(), sentMs: this.clock.now(), receives: 0 }, other))
    }
    if (moves.length > 0) await this.store.batch(moves.flatMap(({ operations }) => operations))
    for (const { written } of moves) written()
    return moves.length
  }

  /** @throws AwsError PurgeQueueInProgress within a minute of the purge before */
  async purge(): Promise<void> {
    const nowMs = this.clock.now()
    if (nowMs - this.purgedMs < purgeMs) {
      const fault = `Only one PurgeQueue operation on ${this.settings.name} is allowed every ${purgeMs / 1000} seconds.`
      throw new AwsError('PurgeQueueInProgress', fault)
    }
    this.purgedMs = nowMs
    await this.delete([...this.entries.keys()])
  }

  depth(): Depth {
    this.expire()
    const nowMs = this.clock.now()
    const depth: Depth = { visible: 0, notVisible: 0, delayed: 0, oldestMs: undefined }
    for (const { visibleMs, receives, sentMs, moved = { atMs: sentMs, receives: 0 } } of this.entries.values()) {
      depth[visibleMs <= nowMs ? 'visible' : receives > 0 ? 'notVisible' : 'delayed'] += 1
      if (receives - moved.receives < receivesWithoutAge)
        depth.oldestMs = Math.min(depth.oldestMs ?? Infinity, moved.atMs)
    }
    return depth
  }

  /** Nothing becomes visible any more. */
  stop(): void {
    this.timer?.()
    this.listeners.clear()
  }

  private nextKey(): string {
    // Padded, so that the order of texts is the order of numbers.
    return String(this.sent++).padStart(15, '0')
  }

  private move({ key, receipt: _, ...message }: Entry, to: Queue) {
    this.entries.delete(key)
    const entry: Entry = { ...message, key: to.nextKey(), visibleMs: this.clock.now() }
    return { operations: [this.del(key), to.put(entry)], written: () => to.place(entry) }
  }

  private put({ key, ...value }: Entry): Write {
    return { type: 'put', sublevel: this.rows, key, value }
  }

  private del(key: string): Write {
    return { type: 'del', sublevel: this.rows, key }
  }

  private place(entry: Entry): void {
    if (entry.visibleMs > this.clock.now()) {
      this.hide(entry)
      return
    }
    this.keep(entry)
    this.visible.push(entry.key)
    for (const listener of this.listeners) listener()
  }

  private keep(entry: Entry): void {
    this.entries.set(entry.key, entry)
    this.noneBeforeMs = Math.min(this.noneBeforeMs, entry.sentMs)
  }

  private hide(entry: Entry): void {
    this.keep(entry)
    this.hidden.push({ key: entry.key, visibleMs: entry.visibleMs })
    this.arm()
  }

  /** One timer for all hidden messages: it is set to the earliest, and not moved if that is deleted before. */
  private arm(): void {
    const next = this.hidden.peek()
    if (!next || next.visibleMs >= this.armedMs) return
    this.timer?.()
    this.armedMs = next.visibleMs
    this.timer = this.clock.at(next.visibleMs, () => this.show())
  }

  private show(): void {
    this.armedMs = Infinity
    const nowMs = this.clock.now()
    let shown = false
    for (let next = this.hidden.peek(); next; next = this.hidden.peek()) {
      const entry = this.entries.get(next.key)
      // Deleted since, or hidden for longer or shorter.
      const outdated = entry?.visibleMs !== next.visibleMs
      if (!outdated && next.visibleMs > nowMs) break
      this.hidden.pop()
      if (outdated) continue
      this.visible.push(next.key)
      shown = true
    }
    this.arm()
    if (shown) for (const listener of this.listeners) listener()
  }

  /** The first visible message; those that were deleted or hidden since are dropped from the list. */
  private firstVisible(): string | undefined {
    const nowMs = this.clock.now()
    for (let key = this.visible.peek(); key !== undefined; key = this.visible.peek()) {
      const entry = this.entries.get(key)
      if (entry && entry.visibleMs <= nowMs) return key
      this.visible.pop()
    }
    return undefined
  }

  /** Deletes messages that have been kept for the retention period. */
  private expire(): void {
    const oldestMs = this.clock.now() - this.settings.retentionSeconds * 1000
    if (this.noneBeforeMs > oldestMs) return
    // Any of them may be the oldest: one that moved to a dead-letter queue keeps the time when it was sent.
    const old: string[] = []
    this.noneBeforeMs = Infinity
    for (const { key, sentMs } of this.entries.values()) {
      if (sentMs <= oldestMs) old.push(key)
      else this.noneBeforeMs = Math.min(this.noneBeforeMs, sentMs)
    }
    // If the store is closing, the next start deletes them.
    this.delete(old).catch(() => undefined)
  }
}

interface ReceiveSettings {
  /** How long the messages stay hidden; the queue's own timeout, if it is left out. */
  timeoutSeconds?: number | undefined
  /** Where a message goes that was received too often. */
  deadLetters?: Queue | undefined
}

/** What a client deletes a received message with. */
export function handleOf({ key, receipt }: Entry, queue: string): string {
  return Buffer.from(JSON.stringify([queue, key, receipt])).toString('base64')
}

/** @throws AwsError ReceiptHandleIsInvalid */
function readHandle(handle: string, queue: string): { key: string; receipt: string } {
  try {
    const [of, key, receipt] = JSON.parse(Buffer.from(handle, 'base64').toString()) as string[]
    if (of === queue && key !== undefined && receipt !== undefined) return { key, receipt }
  } catch {}
  throw new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    404,
  )
}
