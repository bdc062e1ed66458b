const rfc3339 = /^(\d{4}-\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** A timestamp of the States Language (RFC 3339, capital T and Z) in milliseconds since 1970; undefined for any other value. */
export function parseTimestamp(value: unknown): number | undefined {
  const [text, month, day] = (typeof value === 'string' && rfc3339.exec(value)) || []
  if (text === undefined || Number(day) > daysIn(`${month}`)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** Needed because JavaScript reads 31 February as 3 March. */
function daysIn(month: string): number {
  const end = new Date(`${month}-01`)
  end.setUTCMonth(end.getUTCMonth() + 1, 0)
  return end.getUTCDate()
}
