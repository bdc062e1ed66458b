import TinyQueue from 'tinyqueue'

/** The time of the local cloud, in milliseconds since 1970. */
export interface Clock {
  now(): number
  /**
   * Calls `fire` once, as soon as the clock shows `dueMs` or later; at once, if it already does. Returns the cancel function.
   * A skip stops at that time, unless it `catchesUp`: then `fire` itself handles all the skipped time.
   */
  at(dueMs: number, fire: () => void, options?: { catchesUp: boolean }): () => void
}

interface Timer {
  dueMs: number
  fire: (() => void) | undefined
  catchesUp: boolean
}

// setTimeout accepts 31 bits of milliseconds and fires at once beyond them.
const longestTimeoutMs = 2 ** 31 - 1

/**
 * A clock that runs like the machine's, shifted by an offset that only grows. Skipping a day makes every wait of that
 * day fall due now. The offset sits in shared memory, so that the workers' own `Date` agrees at any moment.
 */
export class VirtualClock implements Clock {
  /** One 64-bit float: the offset in milliseconds. */
  readonly shared = new SharedArrayBuffer(8)
  private readonly offset = new Float64Array(this.shared)
  private readonly timers = new TinyQueue<Timer>([], (a, b) => a.dueMs - b.dueMs)
  private alarm: NodeJS.Timeout | undefined
  private stopped = false

  constructor(offsetMs = 0) {
    this.offset[0] = offsetMs
  }

  get offsetMs(): number {
    return this.offset[0] ?? 0
  }

  now(): number {
    return Date.now() + this.offsetMs
  }

  /** The first time at which a skip must stop. */
  get nextStopMs(): number {
    let next = Infinity
    for (const { dueMs, fire, catchesUp } of this.timers.data) if (fire && !catchesUp) next = Math.min(next, dueMs)
    return next
  }

  at(dueMs: number, fire: () => void, { catchesUp } = { catchesUp: false }): () => void {
    const timer: Timer = { dueMs, fire, catchesUp }
    this.timers.push(timer)
    if (this.timers.peek() === timer) this.arm()
    return () => {
      timer.fire = undefined
    }
  }

  /** Moves the clock to this offset, which the caller has stored before. Everything due fires, in order. */
  moveTo(offsetMs: number): void {
    this.offset[0] = offsetMs
    this.fireDue()
  }

  /** No timer fires any more. */
  stop(): void {
    this.stopped = true
    clearTimeout(this.alarm)
  }

  private arm(): void {
    clearTimeout(this.alarm)
    const next = this.timers.peek()
    if (!next || this.stopped) return
    const delay = Math.min(Math.max(next.dueMs - this.now(), 0), longestTimeoutMs)
    this.alarm = setTimeout(() => this.fireDue(), delay)
  }

  private fireDue(): void {
    // A timer that falls due while others fire is included, because the queue is read again each time.
    for (let next = this.timers.peek(); next && next.dueMs <= this.now() && !this.stopped; next = this.timers.peek()) {
      this.timers.pop()
      next.fire?.()
    }
    this.arm()
  }
}
