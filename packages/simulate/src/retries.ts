import { longestDelays, type Retrier } from '@confirmation-reminder/contracts/retriers'

// Looked up once: Jest's sandbox makes each look-up of a global slow, and these are asked for millions of times.
const { max } = Math

/**
 * The runs that a retrier of the state machine lets wait, by how often it has retried them: their level. They are counted, not kept
 * one by one: of runs that fail in the same second, full jitter spreads the retries evenly over the delay.
 */
export class Retries {
  private readonly delays: Int32Array
  private readonly isSpread: boolean
  /** How many seconds ahead are kept, in a ring. */
  private readonly ring: number
  private readonly levels: number
  /** What is added to the runs that are due, by second and level. Levels are side by side: most have the same delay. */
  private readonly changes: Float64Array
  private readonly current: Float64Array
  private readonly waitingAt: Float64Array
  private readonly dueNow: Float64Array
  /** The highest level that may have runs; 0 where none waits. */
  private top = 0

  constructor(retrier: Retrier) {
    this.delays = Int32Array.from(longestDelays(retrier), Math.ceil)
    this.isSpread = retrier.JitterStrategy === 'FULL'
    this.ring = max(...this.delays) + 2
    this.levels = this.delays.length + 1
    this.changes = new Float64Array(this.ring * this.levels)
    this.current = new Float64Array(this.levels)
    this.waitingAt = new Float64Array(this.levels)
    this.dueNow = new Float64Array(this.levels)
  }

  /** How many runs wait for a retry. */
  get waiting(): number {
    return this.waitingAt.reduce((sum, runs) => sum + runs, 0)
  }

  /** How many runs are due in this second. Each second is asked for once, in order. */
  due(second: number): number {
    const { current, changes, waitingAt, dueNow } = this
    const row = (second % this.ring) * this.levels
    let total = 0
    let top = 0
    for (let level = 1; level <= this.top; level++) {
      const sum = (current[level] as number) + (changes[row + level] as number)
      changes[row + level] = 0
      current[level] = sum
      const waiting = waitingAt[level] as number
      // Sums of fractions leave remainders: the last millionth of a run goes with those before it.
      const due = waiting - sum < 1e-6 ? waiting : max(0, sum)
      dueNow[level] = due
      waitingAt[level] = waiting - due
      total += due
      if (waiting > 0) top = level
    }
    this.top = top
    return total
  }

  /**
   * Runs fail for the first time with an error of this retrier.
   * @returns how many of them have no retry left
   */
  fail(second: number, runs: number): number {
    return runs > 0 ? this.failAt(second, 0, runs) : 0
  }

  /**
   * Of the runs that are due now, a share begins only a second later, and a share fails with an error of this retrier once more.
   * @returns how many of them have no retry left: their runs fail
   */
  again(second: number, { delayed, failed }: { delayed: number; failed: number }): number {
    let lost = 0
    // Downwards, because a run that fails is one level higher.
    for (let level = this.top; level >= 1; level--) {
      const runs = this.dueNow[level] as number
      if (runs === 0) continue
      if (delayed > 0) this.add(level, runs * delayed, second + 1, 1)
      if (failed > 0) lost += this.failAt(second, level, runs * failed)
    }
    return lost
  }

  private failAt(second: number, level: number, runs: number): number {
    const delay = this.delays[level]
    if (delay === undefined) return runs
    if (this.isSpread) this.add(level + 1, runs, second + 1, delay)
    else this.add(level + 1, runs, second + delay, 1)
    return 0
  }

  private add(level: number, runs: number, from: number, length: number): void {
    const each = runs / length
    const first = (from % this.ring) * this.levels + level
    const last = ((from + length) % this.ring) * this.levels + level
    this.changes[first] = (this.changes[first] as number) + each
    this.changes[last] = (this.changes[last] as number) - each
    this.waitingAt[level] = (this.waitingAt[level] as number) + runs
    if (level > this.top) {
      this.dueNow.fill(0, this.top + 1, level + 1)
      this.top = level
    }
  }
}
