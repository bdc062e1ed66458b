const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN

/** The value in the middle. */
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The median and the middle half, with two digits behind the point: `0.51 (0.49–0.55)`. */
export const spread = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} (${quantile(values, 0.25).toFixed(2)}–${quantile(values, 0.75).toFixed(2)})`
