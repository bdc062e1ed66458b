import type { Limits, Wall } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** Work that waits for longer than this counts as held up, in seconds. */
export const patienceSeconds = 60

/** What is used at once, or in a day: there is no bucket. */
const atOnce: ReadonlySet<Wall> = new Set(['concurrency', 'open', 'mailsPerDay'])
/** Where too much work waits instead of being refused. */
const delaying: ReadonlySet<Wall> = new Set(['transitions', 'wakes', 'mailEvents', 'putEvents', 'webhookCalls'])

/** Sees when limits would be reached that hold nothing up. */
export class Watch {
  readonly reached: Partial<Record<Wall, number>> = {}
  private readonly buckets: Partial<Record<Wall, TokenBucket>> = {}
  private readonly backlogs: Partial<Record<Wall, number>> = {}

  constructor(private readonly limits: Limits) {
    for (const wall of Object.keys(limits) as Wall[]) {
      if (!atOnce.has(wall)) this.buckets[wall] = new TokenBucket(limits[wall].limit, limits[wall].bucket)
    }
  }

  /** So much of it is used in this second. Called once a second for each wall. */
  use(wall: Wall, amount: number, second: number): void {
    if (this.reached[wall] !== undefined) return
    if (this.isTooMuch(wall, amount)) this.reached[wall] = second
  }

  private isTooMuch(wall: Wall, amount: number): boolean {
    const { limit } = this.limits[wall]
    const bucket = this.buckets[wall]
    if (!bucket) return amount > limit
    const wanted = amount + (this.backlogs[wall] ?? 0)
    const missing = wanted - bucket.take(wanted)
    bucket.nextSecond()
    if (!delaying.has(wall)) return missing > 1e-9
    this.backlogs[wall] = missing
    return missing > patienceSeconds * limit
  }
}
