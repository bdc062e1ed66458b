import { cohortSizes, outageNames } from './outages.ts'

test('few customers register in cohorts of the same size', () => {
  expect(cohortSizes(200, [], 3)).toEqual([67, 67, 66])
  expect(cohortSizes(12, ['table'], 3)).toEqual([4, 4, 4])
  expect(cohortSizes(30, outageNames)).toEqual([5, 5, 5, 5, 5, 5])
})

test('those whom the outages do not admit register before and after all outages', () => {
  expect(cohortSizes(1_250, outageNames)).toEqual([646, 40, 40, 6, 40, 40, 438])
  expect(cohortSizes(300, ['ses'], 3)).toEqual([130, 40, 100, 30])
})

test('every customer registers', () => {
  for (let customers = 1; customers < 500; customers++) {
    expect(cohortSizes(customers, outageNames).reduce((sum, size) => sum + size, 0)).toBe(customers)
  }
})
