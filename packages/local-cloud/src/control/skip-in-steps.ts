import type { DurableClock } from '../core/durable-clock.ts'

// What is due within the same second happens together.
const shortestStepSeconds = 1

/**
 * Moves the clock, but not past what must have happened before the rest: it stops there, lets it happen, and goes on.
 * In one leap, everything of a day would happen at its end and in no order: what is tried again after a minute would come a
 * day late, and a reminder after its registration has lapsed.
 * @param settled resolves when all that the clock has let fall due has happened
 */
export async function skipInSteps(
  seconds: number,
  { clock, settled }: { clock: Pick<DurableClock, 'now' | 'nextStopMs' | 'skip'>; settled: () => Promise<void> },
): Promise<void> {
  // What is under way belongs to the time before: a task must not grow old by a leap of the clock.
  await settled()
  let left = seconds
  do {
    const untilNext = Math.max((clock.nextStopMs - clock.now()) / 1000, shortestStepSeconds)
    const step = Math.min(left, untilNext)
    await clock.skip(step)
    await settled()
    left -= step
  } while (left > 0)
}
