import type { DurableClock } from '../core/durable-clock.ts'

// Everything due within the same second happens together.
const shortestStepSeconds = 1

/**
 * Moves the clock in steps: it stops at each due time, waits until everything due has happened, and continues. In one
 * step, everything of a day would happen at its end and in no order: a retry after a minute would come a day late, and a
 * reminder after its registration has lapsed.
 * @param settled resolves when everything due by the clock has happened
 */
export async function skipInSteps(
  seconds: number,
  {
    clock,
    settled,
  }: { clock: Pick<DurableClock, 'now' | 'offsetMs' | 'nextStopMs' | 'skip'>; settled: () => Promise<void> },
): Promise<void> {
  // Work in progress belongs to the time before: a skip of the clock must not make a task time out.
  await settled()
  const end = clock.offsetMs + Math.round(seconds * 1000)
  do {
    const untilNext = Math.max((clock.nextStopMs - clock.now()) / 1000, shortestStepSeconds)
    // The clock may be moved meanwhile.
    await clock.skip(Math.max(0, Math.min((end - clock.offsetMs) / 1000, untilNext)))
    await settled()
  } while (clock.offsetMs < end)
}
