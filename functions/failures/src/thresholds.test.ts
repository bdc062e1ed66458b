import fc from 'fast-check'
import { postDue, thresholdAt } from './thresholds.ts'

test('a threshold is the highest power of ten that the count has reached', () => {
  expect([1, 2, 9, 10, 11, 99, 100, 999, 1_000, 12_345].map(thresholdAt)).toEqual([
    1, 1, 1, 10, 10, 10, 100, 100, 1_000, 10_000,
  ])
})

test('counts that come one by one are posted once per power of ten', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (last) => {
      let posted = 0
      let posts = 0
      for (let count = 1; count <= last; count++) {
        const threshold = postDue({ count, posted })
        if (threshold === undefined) continue
        posts++
        posted = threshold
      }
      expect(posts).toBe(String(last).length)
    }),
    { numRuns: 50 },
  )
})

test('a post that was lost is due at every later count', () => {
  expect(postDue({ count: 1, posted: 0 })).toBe(1)
  expect(postDue({ count: 2, posted: 0 })).toBe(1)
  expect(postDue({ count: 14, posted: 1 })).toBe(10)
  expect(postDue({ count: 14, posted: 10 })).toBeUndefined()
})
