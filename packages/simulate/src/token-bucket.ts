// Looked up once: Jest's sandbox makes each look-up of a global slow, and these are asked for millions of times.
const { min } = Math
const infinite = Number.POSITIVE_INFINITY

/**
 * A quota of AWS as a token bucket, second by second. In n seconds it grants at most `size + n × perSecond` calls. It begins full.
 */
export class TokenBucket {
  private stored: number
  private left: number

  /**
   * @param perSecond how many tokens come each second
   * @param size how many tokens it keeps of quiet seconds; 0 is a rate without a burst
   */
  constructor(
    private readonly perSecond: number,
    private readonly size = 0,
  ) {
    this.stored = size
    this.left = size + perSecond
  }

  /** How many calls it grants in the rest of this second. */
  get available(): number {
    return this.left
  }

  /** Takes tokens for calls of this second. Returns how many of the calls are granted. */
  take(calls: number): number {
    const granted = min(calls, this.left)
    // Of an infinite quota nothing is missing.
    if (this.left !== infinite) this.left -= granted
    return granted
  }

  /** Begins the next second. */
  nextSecond(): void {
    this.stored = min(this.size, this.left)
    this.left = this.stored + this.perSecond
  }
}
