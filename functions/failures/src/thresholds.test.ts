import fc from 'fast-check'
import { postDue, thresholdAfter, thresholdAt } from './thresholds.ts'

test('each of the first three is a threshold, and then each power of ten', () => {
  expect([1, 2, 3, 4, 9, 10, 11, 99, 100, 999, 1_000, 12_345].map(thresholdAt)).toEqual([
    1, 2, 3, 3, 3, 10, 10, 10, 100, 100, 1_000, 10_000,
  ])
})

test('the threshold after a count is the next one above it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (count) => {
      let next = count + 1
      while (thresholdAt(next) === thresholdAt(count)) next++
      expect(thresholdAfter(count)).toBe(next)
    }),
    { numRuns: 50 },
  )
})

test('counts that come one by one are posted once per threshold', () => {
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
      expect(posts).toBe(Math.min(last, 3) + String(last).length - 1)
    }),
    { numRuns: 50 },
  )
})

test('a post that was lost is due at every later count', () => {
  expect(postDue({ count: 1, posted: 0 })).toBe(1)
  expect(postDue({ count: 2, posted: 0 })).toBe(2)
  expect(postDue({ count: 14, posted: 3 })).toBe(10)
  expect(postDue({ count: 14, posted: 10 })).toBeUndefined()
})
