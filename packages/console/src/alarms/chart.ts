import type { AlarmDetail, Datapoint } from '../api.ts'

/** The drawing of an alarm's metric, in the units of its SVG. */
export interface Chart {
  width: number
  height: number
  /** The area of the bars. */
  plot: { x: number; y: number; width: number; height: number }
  bars: { x: number; y: number; width: number; height: number; datapoint: Datapoint }[]
  /** Where the threshold is, from above. */
  threshold: number
  /** The periods that the next evaluation looks at. */
  window: { x: number; width: number }
  /** Values at the left. */
  levels: { y: number; label: string }[]
  /** Times below. */
  times: { x: number; at: string }[]
}

const height = 200
const left = 48
const bottom = 24
const top = 10
const right = 8
// A value of 0 is drawn too: it was measured.
const leastHeight = 2

/** Lays out the metric of an alarm: a bar for each period with data, and the threshold. */
export function chartOf(
  { rule, datapoints, from, to }: Pick<AlarmDetail, 'rule' | 'datapoints' | 'from' | 'to'>,
  width = 640,
): Chart {
  const plot = { x: left, y: top, width: width - left - right, height: height - top - bottom }
  const [fromMs, toMs, periodMs] = [Date.parse(from), Date.parse(to), rule.period * 1000]
  const count = Math.max(1, Math.round((toMs - fromMs) / periodMs))
  const slot = plot.width / count
  const highest = Math.max(rule.threshold, ...datapoints.map(({ value }) => value))
  // Some space above, so that neither a bar nor the threshold touches the edge.
  const scale = highest > 0 ? highest * 1.15 : 1
  const yOf = (value: number) => plot.y + plot.height * (1 - Math.max(0, value) / scale)
  const gap = Math.min(2, slot / 4)
  const shown = Math.min(rule.evaluationPeriods, count)
  return {
    width,
    height,
    plot,
    bars: datapoints.map((datapoint) => {
      const index = Math.floor((Date.parse(datapoint.at) - fromMs) / periodMs)
      const y = Math.min(yOf(datapoint.value), plot.y + plot.height - leastHeight)
      return { x: plot.x + index * slot + gap / 2, y, width: slot - gap, height: plot.y + plot.height - y, datapoint }
    }),
    threshold: yOf(rule.threshold),
    window: { x: plot.x + (count - shown) * slot, width: shown * slot },
    levels: [...new Set([0, rule.threshold, ...(highest > 1.4 * rule.threshold ? [highest] : [])])].map((value) => ({
      y: yOf(value),
      label: short(value),
    })),
    times: [0, 0.5, 1].map((part) => ({
      x: plot.x + part * plot.width,
      at: new Date(fromMs + part * (toMs - fromMs)).toISOString(),
    })),
  }
}

/** A number in few characters: `0.05`, `12`, `800k`. */
export function short(value: number): string {
  if (Math.abs(value) >= 1e6) return `${trimmed(value / 1e6)}M`
  if (Math.abs(value) >= 1e3) return `${trimmed(value / 1e3)}k`
  return trimmed(value)
}

const trimmed = (value: number) => String(Number(value.toPrecision(3)))
