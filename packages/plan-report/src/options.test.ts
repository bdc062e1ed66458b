import { UsageError } from '@confirmation-reminder/options/usage-error'
import { readOptions } from './options.ts'

test.each(['--labels', '--label'])('no %s of a pull request accepts its dangers', (option) => {
  expect(() => readOptions(['p', option, 'danger-accepted'])).toThrow(`Unknown option ${option}.`)
})

test('the -- that pnpm passes on is not a plan', () => {
  expect(readOptions(['--', 'plan.json']).plan).toBe('plan.json')
})

test('cost needs no plan, everything else does', () => {
  expect(readOptions(['--cost', '--registrations', '1000000'])).toMatchObject({ cost: true, registrations: 1_000_000 })
  expect(() => readOptions([])).toThrow('Name a plan.json, or add --cost.')
})

test('a report in the longest characters is no longer than a step summary of GitHub, 1 MiB', () => {
  const { longest = Number.NaN } = readOptions(['p', '--summary'])
  const newline = 1
  expect(Buffer.byteLength('€'.repeat(longest)) + newline).toBeLessThanOrEqual(1024 * 1024)
  expect(longest).toBeGreaterThan(340_000)
})

test('quotas are given by name', () => {
  expect(readOptions(['--cost', '--quota', 'mailsPerSecond=200']).raised).toEqual({ mailsPerSecond: 200 })
})

test.each([
  [['p', 'q'], 'name one plan at a time'],
  [['--cost', '--digest'], 'Name a plan.json.'],
  [['p', '--longest', 'short'], '--longest takes a positive number, not "short".'],
  [['p', '--longest', '5000', '--summary'], '--summary says how long the report may be: leave out --longest.'],
  [['p', '--stage', 'test'], '--stage takes dev or prod, not "test".'],
  [['--cost', '--registrations', 'many'], '--registrations takes a positive number, not "many".'],
  [['--cost', '--registrations', '-1'], '--registrations needs a value'],
  [['--cost', '--registrations', '0'], '--registrations takes a positive number'],
  [['--cost', '--quota', 'mails=1'], '--quota takes <name>=<n>, not "mails=1". The names are openExecutions, '],
  [['--cost', '--quota', 'mailsPerSecond'], '--quota mailsPerSecond takes a positive number'],
  [['p', '--verbose'], 'Unknown option --verbose'],
])('%j is refused with what to write', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError)
  expect(() => readOptions(args)).toThrow(message)
})
