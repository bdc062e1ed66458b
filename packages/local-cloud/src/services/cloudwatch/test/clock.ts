import type { Clock } from '../../../core/clock.ts'

/** A clock that shows what it was last set to, so that tests decide which boundaries pass. */
export class TestClock implements Clock {
  private timers: { dueMs: number; fire: () => void }[] = []
  private ms: number

  constructor(start: string) {
    this.ms = Date.parse(start)
  }

  now(): number {
    return this.ms
  }

  at(dueMs: number, fire: () => void): () => void {
    const timer = { dueMs, fire }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  skip(seconds: number): void {
    this.ms += seconds * 1000
    for (let due = this.due(); due; due = this.due()) {
      this.timers = this.timers.filter((other) => other !== due)
      due.fire()
    }
  }

  private due() {
    return this.timers.filter(({ dueMs }) => dueMs <= this.ms).sort((a, b) => a.dueMs - b.dueMs)[0]
  }
}
