import fc from 'fast-check'
import type { AlarmRule } from '../api.ts'
import { chartOf, short } from './chart.ts'

const rule: AlarmRule = {
  namespace: 'AWS/Lambda',
  metricName: 'Errors',
  dimensions: {},
  statistic: 'Sum',
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  period: 60,
  evaluationPeriods: 15,
  datapointsToAlarm: 1,
  treatMissingData: 'notBreaching',
}
const begin = Date.UTC(2026, 10, 27)
const iso = (minute: number) => new Date(begin + minute * 60_000).toISOString()
const range = { from: iso(0), to: iso(30) }

test('each period with data has its bar, in its place', () => {
  const datapoints = [0, 29].map((minute) => ({ at: iso(minute), value: 1, breaches: true }))
  const { bars, plot, window } = chartOf({ rule, datapoints, ...range })
  const slot = plot.width / 30
  expect(bars.map(({ x }) => Math.floor((x - plot.x) / slot))).toEqual([0, 29])
  // The evaluation looks at the last half.
  expect(window.width).toBeCloseTo(plot.width / 2)
  expect(window.x + window.width).toBeCloseTo(plot.x + plot.width)
})

test('everything is inside of the drawing, for any values', () => {
  const values = fc.array(fc.tuple(fc.nat({ max: 29 }), fc.double({ min: 0, max: 1e9, noNaN: true })), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1e9, noNaN: true }), (measured, threshold) => {
      const datapoints = measured.map(([minute, value]) => ({ at: iso(minute), value, breaches: value >= threshold }))
      const chart = chartOf({ rule: { ...rule, threshold }, datapoints, ...range })
      const { plot } = chart
      const inside = (y: number) => y >= plot.y - 0.001 && y <= plot.y + plot.height + 0.001
      expect(inside(chart.threshold)).toBe(true)
      for (const { x, y, width, height } of chart.bars) {
        expect([inside(y), inside(y + height), height > 0, width > 0]).toEqual([true, true, true, true])
        expect(x).toBeGreaterThanOrEqual(plot.x)
        expect(x + width).toBeLessThanOrEqual(plot.x + plot.width + 0.001)
      }
    }),
  )
})

test('a bar that breaches reaches the threshold, and one that does not stays below', () => {
  const datapoints = [1, 5, 0.5].map((value, n) => ({ at: iso(n), value, breaches: value >= 1 }))
  const chart = chartOf({ rule, datapoints, ...range })
  for (const { y, datapoint } of chart.bars) expect(y <= chart.threshold).toBe(datapoint.breaches)
})

test('numbers are short', () => {
  expect([0, 0.05, 0.001, 12, 1234, 800_000, 2_500_000].map(short)).toEqual([
    '0',
    '0.05',
    '0.001',
    '12',
    '1.23k',
    '800k',
    '2.5M',
  ])
})
