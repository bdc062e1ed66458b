import { spread } from '../statistics.ts'

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
const ratioOf = (ratios: number[]) => (ratios.length > 1 ? spread(ratios) : (ratios[0] ?? Number.NaN).toFixed(2))
