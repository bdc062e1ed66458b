import { linear, logarithmic, type Scale } from './scale.ts'
import { bar, colours, line, picture, point, text, width } from './svg.ts'

/** A line of a chart: its points in the units of the axes. */
export interface Series {
  name: string
  points: readonly (readonly [x: number, y: number])[]
}

interface LineChart {
  title: string
  /** What the axes show, with its unit. */
  x: { label: string; most: number; step: number }
  y: { label: string; most: number; tick: (value: number) => string; isLogarithmic?: boolean }
  series: readonly Series[]
  limit?: { at: number; name: string }
}

const edge = 12
const left = 52

/** Lines over time, with their names below. */
export function lineChart({ title, x, y, series, limit }: LineChart): string {
  const [top, bottom] = [56, 280]
  const xs = linear(x.most, left, width - edge, x.step)
  const ys = y.isLogarithmic ? logarithmic(1, y.most, bottom, top) : linear(y.most, bottom, top)
  const height = bottom + 52 + series.length * 20
  return picture(title, height, [
    text(y.label, edge, 44, 'quiet'),
    ...ys.ticks.flatMap((tick) => [
      line('grid', left, ys.at(tick), width - edge, ys.at(tick)),
      text(y.tick(tick), left - 6, ys.at(tick) + 4, 'quiet', 'end'),
    ]),
    ...xs.ticks.map((tick, n) =>
      text(String(tick), xs.at(tick), bottom + 18, 'quiet', n === xs.ticks.length - 1 ? 'end' : 'middle'),
    ),
    text(x.label, width - edge, bottom + 36, 'quiet', 'end'),
    ...(limit
      ? [
          line('limit', left, ys.at(limit.at), width - edge, ys.at(limit.at)),
          text(limit.name, width - edge, ys.at(limit.at) - 6, 'limits', 'end'),
        ]
      : []),
    ...series.flatMap(({ name, points }, n) => {
      const row = bottom + 56 + n * 20
      const path = points.map(([px, py]) => `${point(xs.at(px))},${point(ys.at(py))}`).join(' ')
      return [
        `<polyline class="line l${n % colours}" points="${path}"/>`,
        bar(`c${n % colours}`, edge, row - 9, 14, 10),
        text(name, edge + 20, row),
      ]
    }),
  ])
}

interface BarChart {
  title: string
  label: string
  bars: readonly { name: string; parts: readonly number[]; value: string }[]
  /** The names of the parts. */
  legend?: readonly string[]
  axis: { most: number; least?: number; tick: (value: number) => string }
}

/** Bars from left to right, each below its name, so that long names have room. */
export function barChart({ title, label, bars, legend = [], axis }: BarChart): string {
  const row = 40
  const top = 56 + legend.length * 20 + (legend.length > 0 ? 8 : 0)
  const bottom = top + bars.length * row + 6
  const end = width - 90
  const xs: Scale =
    axis.least === undefined
      ? linear(axis.most, edge, end, axis.most / 3)
      : logarithmic(axis.least, axis.most, edge, end)
  return picture(title, bottom + 40, [
    text(label, edge, 44, 'quiet'),
    ...legend.flatMap((name, n) => [bar(`c${n}`, edge, 56 + n * 20, 14, 10), text(name, edge + 20, 65 + n * 20)]),
    ...xs.ticks.flatMap((tick, n) => [
      line('grid', xs.at(tick), top, xs.at(tick), bottom),
      text(axis.tick(tick), xs.at(tick), bottom + 18, 'quiet', n === 0 ? 'start' : 'middle'),
    ]),
    ...bars.flatMap(({ name, parts, value }, n) => {
      const y = top + n * row
      let from = 0
      const drawn = parts.map((part, colour) => {
        const begin = axis.least === undefined ? xs.at(from) : edge
        from += part
        return bar(`c${colour}`, begin, y + 20, xs.at(from) - begin, 14)
      })
      return [text(name, edge, y + 15), ...drawn, text(value, xs.at(from) + 6, y + 32)]
    }),
  ])
}
