/** Where a value is on an axis, and where the axis has lines. */
export interface Scale {
  at(value: number): number
  ticks: readonly number[]
}

/** An axis in proportion from 0 to `most` at least, in steps of a round number unless the axis has its own. */
export function linear(most: number, from: number, to: number, step = roundUp(most / 4)): Scale {
  const end = Math.ceil(most / step) * step
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, n) => n * step)
  return { at: (value) => from + (value / end) * (to - from), ticks }
}

/** An axis on which each step is ten times the one before. Values below `least` are at its beginning. */
export function logarithmic(least: number, most: number, from: number, to: number): Scale {
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))]
  const ticks = Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n))
  const at = (value: number) => from + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (to - from)
  return { at, ticks }
}

/** The next number of 1, 2, 5 or 10 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((times) => times * power >= value) ?? 10) * power
}
