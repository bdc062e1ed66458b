const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** A timestamp of the States Language (RFC 3339, capital T and Z) in milliseconds since 1970; undefined if it is none. */
export function parseTimestamp(value: unknown): number | undefined {
  const ms = typeof value === 'string' && rfc3339.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
