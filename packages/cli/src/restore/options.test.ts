import { UsageError } from '@confirmation-reminder/options/usage-error'
import { readOptions } from './options.ts'

const now = Date.UTC(2026, 10, 27, 12)
const read = (...args: string[]) => readOptions(args) as Exclude<ReturnType<typeof readOptions>, 'help'>

test('the restored table is enough', () => {
  const { at, ...options } = read('--from', 'restored')
  expect(options).toEqual({ stage: 'local', from: 'restored', withoutLogs: false, replaceKey: false, dryRun: false })
  expect(at).toBeUndefined()
})

test('every option is read', () => {
  const flags = ['--without-logs', '--replace-key', '--dry-run']
  const { at, ...options } = read('--stage', 'prod', '--from', 'a.b-c_d', '--at', '2026-11-26T08:00:00Z', ...flags)
  expect(options).toEqual({ stage: 'prod', from: 'a.b-c_d', withoutLogs: true, replaceKey: true, dryRun: true })
  expect(at?.(now)).toBe(Date.UTC(2026, 10, 26, 8))
  expect(readOptions(['--help'])).toBe('help')
})

test.each([
  [[], 'Missing --from: it takes the name of the restored table.'],
  [['--from', 'a/b'], '--from takes the name of a table, not "a/b".'],
  [['--from', 'abc', '--stage', 'test'], '--stage takes'],
  [['--from', 'abc', '--at', 'yesterday'], '--at takes'],
])('wrong options are refused: %s', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError)
  expect(() => readOptions(args)).toThrow(message)
})

test('a moment in the future is refused', () => {
  expect(() => read('--from', 'abc', '--at', '2026-11-28T08:00:00Z').at?.(now)).toThrow('--at is in the future')
})
