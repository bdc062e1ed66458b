import fc from 'fast-check'
import { quantile } from '../statistics.ts'
import { table } from './table.ts'

test('the table is Markdown, with one ratio, or the median of several and their middle half', () => {
  const lines = [
    { what: 'counted', bytes: 337_832, calls: 7, ratios: [4.0567] },
    { what: 'timed', bytes: 2_345, calls: 0, ratios: [3, 1, 5, 2, 4] },
    { what: 'from node_modules', calls: 1, ratios: [6] },
  ]
  expect(table('instructions', lines)).toBe(
    [
      '|  | KB | calls | instructions |',
      '|---|---:|---:|---:|',
      '| counted | 338 | 7 | 4.06 |',
      '| timed | 2.3 | 0 | 3.00 (2.00–4.00) |',
      '| from node_modules | – | 1 | 6.00 |',
    ].join('\n'),
  )
})

test('a quantile is one of the values, in the order of shares', () => {
  const values = fc.array(fc.integer(), { minLength: 1 })
  fc.assert(
    fc.property(values, (all) => {
      const [least = 0, low = 0, high = 0, most = 0] = [0, 0.25, 0.75, 1].map((share) => quantile(all, share))
      expect([least, most]).toEqual([Math.min(...all), Math.max(...all)])
      expect(all).toEqual(expect.arrayContaining([low, high]))
      expect(least <= low && low <= high && high <= most).toBe(true)
    }),
  )
})
