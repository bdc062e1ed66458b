import fc from 'fast-check'
import { TokenBucket } from './token-bucket.ts'

const amount = fc.double({ min: 0, max: 10_000, noNaN: true })

test('in any n seconds it grants at most its size and n times its rate', () => {
  fc.assert(
    fc.property(amount, amount, fc.array(amount, { minLength: 1, maxLength: 50 }), (perSecond, size, wanted) => {
      const bucket = new TokenBucket(perSecond, size)
      const granted = wanted.map((calls) => {
        const taken = bucket.take(calls)
        bucket.nextSecond()
        return taken
      })
      granted.forEach((_, from) => {
        let sum = 0
        for (let to = from; to < granted.length; to++) {
          sum += granted[to] as number
          expect(sum).toBeLessThanOrEqual((size + (to - from + 1) * perSecond) * (1 + 1e-9) + 1e-9)
        }
      })
    }),
  )
})

test('it grants all that is asked for, as long as that is at most its rate', () => {
  const bucket = new TokenBucket(14)
  for (let second = 0; second < 5; second++) {
    expect(bucket.take(10) + bucket.take(4)).toBe(14)
    expect(bucket.take(1)).toBe(0)
    bucket.nextSecond()
  }
})

test('a burst uses what quiet seconds left, and an infinite quota grants everything', () => {
  const bucket = new TokenBucket(300, 1_300)
  expect(bucket.take(5_000)).toBe(1_600)
  bucket.nextSecond()
  expect(bucket.take(5_000)).toBe(300)
  expect(new TokenBucket(Number.POSITIVE_INFINITY).take(1e12)).toBe(1e12)
})
