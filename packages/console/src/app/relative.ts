const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** A time as people say it: `in 23 hours`, `2 days ago`, `just now`. */
export function relative(ms: number, nowMs: number): string {
  const seconds = Math.round((ms - nowMs) / 1000)
  const away = Math.abs(seconds)
  if (away < 60) return seconds > 10 ? 'in less than a minute' : 'just now'
  return `${seconds > 0 ? 'in ' : ''}${duration(away)}${seconds > 0 ? '' : ' ago'}`
}

/** A length of time in its largest unit, and in the next one if the number is small: `1 day 2 hours`, `23 minutes`. */
export function duration(exactSeconds: number): string {
  if (exactSeconds < 1) return 'less than a second'
  if (exactSeconds < 60) return plural(Math.floor(exactSeconds), 'second')
  // Rounded to what is shown, so that a wait of a day is not "23 hours" a moment after its beginning.
  const shown = exactSeconds < 3 * 3600 ? 60 : 3600
  const seconds = Math.round(exactSeconds / shown) * shown
  const index = units.findIndex(([, length]) => seconds >= length)
  const [unit, length] = units[index] ?? units[2]
  const count = Math.floor(seconds / length)
  const next = units[index + 1]
  const rest = next && count < 3 ? Math.floor((seconds % length) / next[1]) : 0
  return next && rest > 0 ? `${plural(count, unit)} ${plural(rest, next[0])}` : plural(count, unit)
}

export const plural = (count: number, word: string) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
