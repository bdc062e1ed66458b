import * as v from 'valibot'

/** The time of day in which no reminder goes out. Minutes count from midnight of the local day; it may span midnight. */
export interface QuietHours {
  fromMinute: number
  toMinute: number
  /** A name of the IANA time zone database. */
  timeZone: string
}

const form = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d) (\S+)$/

/** Quiet hours as settings and the environment write them, `21:00-08:00 Europe/Berlin`, or an empty string for none. */
export const QuietHoursText = v.pipe(
  v.string(),
  v.check(
    (text) => text === '' || parseQuietHours(text) !== undefined,
    'is not of the form 21:00-08:00 Europe/Berlin, with two different times and an IANA time zone, or empty',
  ),
  v.transform(parseQuietHours),
)

/** The quiet hours that a text describes; undefined if it is empty or invalid. */
export function parseQuietHours(text: string): QuietHours | undefined {
  const [, fromHour, fromMinute, toHour, toMinute, timeZone = ''] = form.exec(text) ?? []
  const hours = {
    fromMinute: Number(fromHour) * 60 + Number(fromMinute),
    toMinute: Number(toHour) * 60 + Number(toMinute),
    timeZone,
  }
  return isTimeZone(timeZone) && hours.fromMinute !== hours.toMinute ? hours : undefined
}

/** How long they last on a usual day, in seconds. */
export function lengthSeconds({ fromMinute, toMinute }: QuietHours): number {
  return ((toMinute - fromMinute + 24 * 60) % (24 * 60)) * 60
}

function isTimeZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
