import type { QuietHours } from '@confirmation-reminder/contracts/quiet-hours'

/** When a stage sends its reminders. */
export interface Timetable {
  quietHours?: QuietHours | undefined
  /** Over how long reminders that fall due together are spread. */
  spreadSeconds: number
}

const minute = 60_000

/**
 * The earliest time for a customer's reminder that is due now (milliseconds since 1970): at once, or after its share of
 * the spread, or in the morning, when the spread begins again for all reminders of the night. A reminder that was
 * postponed before has had its share and only avoids the quiet hours.
 */
export function sendingTime(
  now: number,
  { quietHours, spreadSeconds }: Timetable,
  { customerId, postponedBefore }: { customerId: string; postponedBefore: boolean },
): number {
  const share = Math.floor(shareOf(customerId) * spreadSeconds) * 1000
  const due = postponedBefore ? now : now + share
  const morning = quietHours && endOfQuietHours(due, quietHours)
  return morning === undefined || morning === due ? due : morning + share
}

/** A customer's place in any spread, from 0 to below 1: always the same, and evenly distributed over all customers, as their ids are. */
export function shareOf(customerId: string): number {
  return Number.parseInt(customerId.slice(0, 8), 16) / 2 ** 32
}

/** The first moment from this one on that is not quiet, to the minute. Clocks may be put forward or back in between. */
export function endOfQuietHours(at: number, hours: QuietHours): number {
  let end = at
  // By the minute, because only the calendar knows how long a night is; a night has few minutes.
  while (isQuiet(end, hours)) end = (Math.floor(end / minute) + 1) * minute
  return end
}

/** Whether it is quiet at this moment. The first minute is quiet, the last is not. */
export function isQuiet(at: number, { fromMinute, toMinute, timeZone }: QuietHours): boolean {
  const minuteOfDay = localMinute(at, timeZone)
  return fromMinute < toMinute
    ? minuteOfDay >= fromMinute && minuteOfDay < toMinute
    : minuteOfDay >= fromMinute || minuteOfDay < toMinute
}

const formats = new Map<string, Intl.DateTimeFormat>()

function localMinute(at: number, timeZone: string): number {
  const options = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', options)
  formats.set(timeZone, format)
  const [hour = 0, minuteOfHour = 0] = format.format(at).split(':').map(Number)
  return hour * 60 + minuteOfHour
}
