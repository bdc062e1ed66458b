import { readOptions, UsageError } from './options.ts'

test('without options it is the published test', () => {
  expect(readOptions([])).toEqual({ registrations: 10_000, seed: 1, stack: undefined, help: false })
})

test.each([
  ['--registrations', '0', '--registrations takes a whole number from 1 on, not "0"'],
  ['--registrations', '1e3', '--registrations takes a whole number'],
  ['--seed', '-1', '--seed'],
  ['--sed', '1', '--sed'],
])('%s %s is refused and says what is possible', (option, value, said) => {
  expect(() => readOptions([option, value])).toThrow(UsageError)
  expect(() => readOptions([option, value])).toThrow(said)
})
