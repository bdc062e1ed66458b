import { type Zippable, zipSync } from 'fflate'

/** A zip that depends on nothing but names and contents: no clock, no time zone, no umask, no order of reading. */
export function zip(files: Record<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {}
  for (const [name, contents] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    entries[name] = [contents, { level: 9, mtime: earliest, os: unix, attrs: readableByAll }]
  }
  return zipSync(entries)
}

// The earliest moment that a zip can hold. Zips hold local time, so a local date gives the same bytes in every time zone.
const earliest = new Date(1980, 0, 1)
const unix = 3
// A regular file, rw-r--r--: Lambda runs the code as a user that does not own it.
const readableByAll = 0o100644 << 16
