import fc from 'fast-check'
import { auc } from './auc.ts'

const times = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 })

test.each([
  [[1, 2], [3, 4], 1],
  [[3, 4], [1, 2], 1],
  [[1, 2, 3], [1, 2, 3], 0.5],
  [[5], [5, 5], 0.5],
  [[1, 3], [2, 4], 0.75],
])('%j against %j is %d', (ones, others, expected) => {
  expect(auc(ones, others)).toBe(expected)
})

test('is the share of pairs in which one is the slower, ties counting half, in either order', () => {
  fc.assert(
    fc.property(times, times, (ones, others) => {
      const pairs = ones.flatMap((one) => others.map((other): number => (one > other ? 1 : one === other ? 0.5 : 0)))
      const share = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length
      expect(auc(ones, others)).toBeCloseTo(Math.max(share, 1 - share))
      expect(auc(others, ones)).toBeCloseTo(auc(ones, others))
    }),
  )
})
