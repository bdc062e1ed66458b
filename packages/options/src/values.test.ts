import { UsageError } from './usage-error.ts'
import { oneOf, positiveNumber, wholeNumber } from './values.ts'

test('values within the limits are read', () => {
  expect(oneOf('--stage', 'prod', ['dev', 'prod'])).toBe('prod')
  expect([wholeNumber('--seed', '0', 0, 9), wholeNumber('--seed', '9', 0, 9)]).toEqual([0, 9])
  expect(positiveNumber('--registrations', '0.5')).toBe(0.5)
})

test.each([
  [() => oneOf('--stage', 'moon', ['dev', 'prod']), '--stage takes dev or prod, not "moon".'],
  [() => oneOf('--stage', undefined, ['dev', 'prod', 'local']), 'Missing --stage: it takes dev, prod or local.'],
  [() => wholeNumber('--seed', '10', 0, 9), '--seed takes a whole number from 0 to 9, not "10".'],
  [() => wholeNumber('--seed', '1e0', 0, 9), '--seed takes a whole number from 0 to 9, not "1e0".'],
  [() => wholeNumber('--port', '', 0, 9, 'a port'), '--port takes a port from 0 to 9, not "".'],
  [() => positiveNumber('--longest', '0.0'), '--longest takes a positive number, not "0.0".'],
  [() => positiveNumber('--longest', '1e3'), '--longest takes a positive number, not "1e3".'],
])('%# is refused with what the option takes', (reading, message) => {
  expect(reading).toThrow(UsageError)
  expect(reading).toThrow(message)
})
