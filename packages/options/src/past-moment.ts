import { UsageError } from './usage-error.ts'
import { refuse } from './values.ts'

/** What an option that takes a past moment expects. */
export const pastMomentForms = 'a duration such as 90m, 6h or 2d, or a moment such as 2026-11-27T08:00:00Z'

const unitMs = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/**
 * Reads a moment of the past: ISO 8601 with a time zone, or how long ago it was.
 * @returns the moment in milliseconds since 1970, given the present moment: the clock of a local cloud may be days ahead.
 * That function throws UsageError if the moment is in the future.
 * @throws UsageError that says what the option takes, also when the value is missing
 */
export function pastMoment(option: string, value: string | undefined): (nowMs: number) => number {
  if (value === undefined) throw new UsageError(`Missing ${option}: it takes ${pastMomentForms}.`)
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? []
  if (count !== undefined) return (nowMs) => nowMs - Number(count) * (unitMs.get(unit) ?? 0)
  const moment = isoMoment(value) ?? refuse(option, value, pastMomentForms)
  return (nowMs) => {
    if (moment > nowMs) throw new UsageError(`${option} is in the future: it is ${new Date(nowMs).toISOString()} now.`)
    return moment
  }
}

const isoForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

/** Undefined if it is no moment, or one that no calendar has, such as 30 February. */
function isoMoment(value: string): number | undefined {
  const [, minute] = isoForm.exec(value) ?? []
  if (minute === undefined) return undefined
  // Date.parse takes 30 February for 2 March.
  const written = Date.parse(`${minute}Z`)
  if (Number.isNaN(written) || !new Date(written).toISOString().startsWith(minute)) return undefined
  const moment = Date.parse(value)
  return Number.isNaN(moment) ? undefined : moment
}
