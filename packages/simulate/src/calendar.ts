// Looked up once: Jest's sandbox makes each look-up of a global slow, and these are asked for millions of times.
const { abs, max, min } = Math

/** How many runs are due in each second of a simulation. Runs beyond its end stay out of it. */
export class Calendar {
  private readonly changes: Float64Array
  private current = 0

  /** @param seconds the length of the simulation */
  constructor(private readonly seconds: number) {
    this.changes = new Float64Array(seconds + 1)
  }

  /** Spreads runs evenly over the seconds from `from` on, of which there are `length`, at least one. */
  add(runs: number, from: number, length = 1): void {
    const each = runs / max(1, length)
    if (from >= this.seconds) return
    this.changes[from] = (this.changes[from] ?? 0) + each
    const end = min(this.seconds, from + max(1, length))
    this.changes[end] = (this.changes[end] ?? 0) - each
  }

  /** How many are due in this second. Each second is asked for once, in order. */
  due(second: number): number {
    this.current += this.changes[second] ?? 0
    // Sums of fractions leave a remainder of some billionths of a run.
    if (abs(this.current) < 1e-9) this.current = 0
    return max(0, this.current)
  }
}
