import { VirtualClock } from './clock.ts'
import type { Store } from './store.ts'

/** The virtual clock, whose offset outlives the process. */
export class DurableClock extends VirtualClock {
  private moving: Promise<void> = Promise.resolve()

  private constructor(
    private readonly keep: (offsetMs: number) => Promise<void>,
    offsetMs: number,
  ) {
    super(offsetMs)
  }

  static async open(store: Store): Promise<DurableClock> {
    const kept = store.sublevel<string, number>('clock', { valueEncoding: 'json' })
    return new DurableClock((offsetMs) => kept.put('offsetMs', offsetMs), (await kept.get('offsetMs')) ?? 0)
  }

  /** Moves forward; concurrent skips add up. Resolves when everything due has fired, but not necessarily ended. */
  skip(seconds: number): Promise<void> {
    const moved = this.moving.then(async () => {
      const offsetMs = this.offsetMs + Math.round(seconds * 1000)
      await this.keep(offsetMs)
      this.moveTo(offsetMs)
    })
    this.moving = moved.catch(() => undefined)
    return moved
  }
}
