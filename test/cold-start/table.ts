/** One line of the result. */
export interface Line {
  what: string
  /** What is loaded, in bytes. Left out: most of it stays in node_modules. */
  bytes?: number | undefined
  calls: number
  /** Costs as ratios to an empty handler, one for each round. */
  ratios: number[]
}

/** The result in Markdown, as docs/cold-start.md has it. */
export function table(unit: string, lines: Line[]): string {
  const cells = [
    ['', 'KB', 'calls', unit],
    ...lines.map(({ what, bytes, calls, ratios }) => [
      what,
      bytes === undefined ? '–' : (bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0),
      String(calls),
      ratioOf(ratios),
    ]),
  ]
  const [head = [], ...rest] = cells.map((row) => `| ${row.join(' | ')} |`)
  return [head, '|---|---:|---:|---:|', ...rest].join('\n')
}

/** One ratio, or the median of several with their middle half. */
function ratioOf(ratios: number[]): string {
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(2))
  return ratios.length > 1 ? `${median} (${low}–${high})` : `${median}`
}

/** The value below which this share of the values is, which are at least one. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN
}
