import type { DurableClock } from './durable-clock.ts'

// What is due within the same second happens together.
const shortestStepSeconds = 1

/**
 * Moves the clock, but not past what must have happened before the rest: it stops there, lets it happen, and goes on.
 * A day that is skipped in one leap would have everything of that day happen at once and in no order.
 * @param nextStepMs when the next of what must not be leapt over is due
 * @param settled resolves when all that the clock has let fall due has happened
 */
export async function skipInSteps(
  seconds: number,
  {
    clock,
    nextStepMs,
    settled,
  }: { clock: Pick<DurableClock, 'now' | 'skip'>; nextStepMs: () => number; settled: () => Promise<void> },
): Promise<void> {
  // What is under way belongs to the time before: a task must not grow old by a leap of the clock.
  await settled()
  let left = seconds
  do {
    const untilNext = Math.max((nextStepMs() - clock.now()) / 1000, shortestStepSeconds)
    const step = Math.min(left, untilNext)
    await clock.skip(step)
    await settled()
    left -= step
  } while (left > 0)
}
