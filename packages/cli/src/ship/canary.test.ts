import fc from 'fast-check'
import { faultOf } from './canary.ts'

const calls = (invocations: number, errors: number) => ({ invocations, errors })

test.each([
  ['no calls at all', calls(0, 0), calls(0, 0)],
  ['calls without errors', calls(90, 0), calls(10, 0)],
  ['errors that are as frequent in the version before', calls(90, 45), calls(10, 5)],
])('%s: goes on', (_, before, after) => {
  expect(faultOf({ before, after, alarms: {} }, {})).toBeUndefined()
})

test.each([
  ['the first error, if the previous version has none', calls(90, 0), calls(10, 1), '1 of 10 calls'],
  ['errors, if the previous version had no calls', calls(0, 0), calls(1, 1), '1 of 1 calls'],
  ['errors that are more frequent than before', calls(90, 9), calls(10, 2), 'of the old one 9 of 90'],
])('%s: must not go on', (_, before, after, reason) => {
  expect(faultOf({ before, after, alarms: {} }, {})).toContain(reason)
})

test('an alarm that goes off ends the canary; one that was already on does not', () => {
  const fine = { before: calls(9, 0), after: calls(1, 0) }
  expect(faultOf({ ...fine, alarms: { Errors: 'Threshold Crossed' } }, {})).toMatch(/alarm Errors went off: Threshold/)
  expect(faultOf({ ...fine, alarms: { Errors: 'Threshold Crossed' } }, { Errors: 'long since' })).toBeUndefined()
})

test('a version without errors is never rolled back because of the other one', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (invocations, errors, mine) => {
      const before = calls(invocations + errors, errors)
      expect(faultOf({ before, after: calls(mine, 0), alarms: {} }, {})).toBeUndefined()
    }),
  )
})
