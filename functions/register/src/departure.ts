import { setTimeout as pause } from 'node:timers/promises'

/**
 * When answers to registrations leave, in milliseconds after the work began. The first is later than the work takes on
 * an ordinary day, so that every answer leaves then; each further one is for a day on which a service is slow. The
 * function ends after ten seconds.
 */
export const departuresMs: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000]

/**
 * Does the work and gives what came of it, a value or an error, at the next departure: how long the work took, and with
 * it what it met, stays inside.
 */
export async function atDeparture<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  try {
    return await work()
  } finally {
    await pause(untilDepartureMs(performance.now() - began))
  }
}

/** How long an answer still has to wait after work of this duration, both in milliseconds. */
export function untilDepartureMs(tookMs: number): number {
  const departure = departuresMs.find((ms) => ms >= tookMs) ?? tookMs
  // Timers count whole milliseconds, and the fraction would tell of the work.
  return Math.ceil(departure - tookMs)
}
