import { postDue, thresholdAfter, thresholdAt } from './thresholds.ts'

test('each of the first three is a threshold, and then each power of ten', () => {
  expect([1, 2, 3, 4, 9, 10, 11, 99, 100, 999, 1_000, 12_345].map(thresholdAt)).toEqual([
    1, 2, 3, 3, 3, 10, 10, 10, 100, 100, 1_000, 10_000,
  ])
})

test('the threshold after a count is the next one above it', () => {
  const wrong: number[] = []
  let next = 100_000
  for (let count = next - 1; count > 0; count--) {
    if (thresholdAt(count) !== thresholdAt(count + 1)) next = count + 1
    if (thresholdAfter(count) !== next) wrong.push(count)
  }
  expect(wrong).toEqual([])
})

test('counts that come one by one are posted once per threshold', () => {
  const wrong: number[] = []
  let posted = 0
  let posts = 0
  for (let count = 1; count <= 20_000; count++) {
    const threshold = postDue({ count, posted })
    if (threshold !== undefined) {
      posts++
      posted = threshold
    }
    if (posts !== Math.min(count, 3) + String(count).length - 1) wrong.push(count)
  }
  expect(wrong).toEqual([])
})

test('a post that was lost is due at every later count', () => {
  expect(postDue({ count: 1, posted: 0 })).toBe(1)
  expect(postDue({ count: 2, posted: 0 })).toBe(2)
  expect(postDue({ count: 14, posted: 3 })).toBe(10)
  expect(postDue({ count: 14, posted: 10 })).toBeUndefined()
})
