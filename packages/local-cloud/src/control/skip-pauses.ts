import { setTimeout as pause } from 'node:timers/promises'
import type { DurableClock } from '../core/durable-clock.ts'

// Long enough that a function that has got a response is seen to work on it.
const lookEveryMs = 2

/** What may be under way, and how long it waits. */
export interface UnderWay {
  clock: Pick<DurableClock, 'now' | 'nextStopMs' | 'skip'>
  /** When the first of the waits ends, by the virtual clock: Infinity without any, undefined if something is working. */
  waitsUntil(): number | undefined
  /** Continues the invocations whose wait the clock has reached. */
  endDueWaits(): void
}

/**
 * While it is on, the clock is moved forward whenever all that is under way only waits: for a pause between retries, a timeout,
 * or a delayed response. It stops when the first of these waits ends, so that everything happens in the order and at the times
 * of a machine that computes in no time.
 */
export class PauseSkipper {
  private current: { isOn: boolean } = { isOn: false }
  private looking: Promise<void> = Promise.resolve()

  constructor(private readonly underWay: UnderWay) {}

  get isOn(): boolean {
    return this.current.isOn
  }

  /** Switches it on or off. Resolves when, switched off, it moves the clock no more. */
  async switch(on: boolean): Promise<void> {
    if (on === this.isOn) return
    if (on) {
      const current = { isOn: true }
      this.current = current
      this.looking = this.looking.then(() => this.lookWhile(current))
    } else {
      this.current.isOn = false
      await this.looking
    }
  }

  stop(): Promise<void> {
    return this.switch(false)
  }

  private async lookWhile(current: { readonly isOn: boolean }): Promise<void> {
    const { clock } = this.underWay
    while (current.isOn) {
      await pause(lookEveryMs)
      const untilMs = this.underWay.waitsUntil() ?? Infinity
      if (untilMs === Infinity || !current.isOn) continue
      const waitMs = Math.min(untilMs, clock.nextStopMs) - clock.now()
      if (waitMs <= 0) continue
      await clock.skip(Math.ceil(waitMs) / 1000)
      this.underWay.endDueWaits()
    }
  }
}
