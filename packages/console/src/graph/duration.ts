const units: [name: string, plural: string, seconds: number][] = [
  ['day', 'days', 86_400],
  ['h', 'h', 3600],
  ['min', 'min', 60],
  ['s', 's', 1],
]

/** A duration in its two largest units, as in `23 h 59 min` and `2 days`. Less than a second is none: `0 s`. */
export function duration(milliseconds: number): string {
  let rest = Math.max(0, Math.floor(milliseconds / 1000))
  const first = units.findIndex(([, , seconds]) => rest >= seconds)
  if (first < 0) return '0 s'
  const parts: string[] = []
  for (const [name, plural, seconds] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count} ${count === 1 ? name : plural}`)
  }
  return parts.join(' ')
}
