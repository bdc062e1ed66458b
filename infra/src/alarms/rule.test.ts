import fc from 'fast-check'
import { nothingWithin } from './rule.ts'

test('a missed success alarms after as long as was said, to within an hour a day, and CloudWatch can look back that far', () => {
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 604_800 }), (seconds) => {
      const { period, evaluationPeriods } = nothingWithin(seconds)
      const length = period * evaluationPeriods
      expect(period % 60).toBe(0)
      expect(length).toBeGreaterThanOrEqual(seconds)
      expect(length).toBeLessThan(seconds + period)
      expect(evaluationPeriods).toBeLessThanOrEqual(24)
      expect(length).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800)
    }),
  )
})

test('a day is 24 hours, a minute is one period', () => {
  expect(nothingWithin(86_400)).toMatchObject({ period: 3600, evaluationPeriods: 24 })
  expect(nothingWithin(60)).toMatchObject({ period: 60, evaluationPeriods: 1 })
})
