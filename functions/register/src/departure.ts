import { setTimeout as pause } from 'node:timers/promises'
import { departuresMs } from '@confirmation-reminder/contracts/departures'
import { stopwatch } from '@confirmation-reminder/handler/stopwatch'

/**
 * Does the work and returns its result, a value or an error, at the next departure: the response does not reveal how
 * long the work took, and so not what it found.
 */
export async function atDeparture<T>(work: () => Promise<T>): Promise<T> {
  const passed = stopwatch()
  try {
    return await work()
  } finally {
    await pause(untilDepartureMs(passed()))
  }
}

/** How long a response still has to wait after work of this duration, both in milliseconds. */
export function untilDepartureMs(tookMs: number): number {
  const departure = departuresMs.find((ms) => ms >= tookMs) ?? tookMs
  // Timers count whole milliseconds, and the fraction would reveal how long the work took.
  return Math.ceil(departure - tookMs)
}
