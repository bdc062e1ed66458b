/** A number as people write it, as in 1,000. */
export const count = (number: number): string => number.toLocaleString('en')

/** A number of things, as in `1 customer` or `1,000 customers`. */
export const amount = (number: number, thing: string): string => `${count(number)} ${thing}${number === 1 ? '' : 's'}`

/** A time in words: `40 s`, `12 min` or `3 h 5 min`. */
export function durationOf(seconds: number): string {
  if (seconds <= 99) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
