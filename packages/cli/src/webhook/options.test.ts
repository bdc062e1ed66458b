import { UsageError } from '@confirmation-reminder/options/usage-error'
import { readOptions } from './options.ts'

const read = (line: string) => readOptions(line.split(' ').filter(Boolean))

test('a command names what to do and the stage', () => {
  expect(read('secret --stage prod')).toEqual({ action: 'secret', stage: 'prod', dryRun: false })
  expect(read('redeliver --stage local --dry-run')).toEqual({ action: 'redeliver', stage: 'local', dryRun: true })
  expect(read('redeliver --help')).toBe('help')
})

test.each([
  ['nothing', '', 'Name the action, secret or redeliver.'],
  ['another action', 'deliver --stage dev', 'Name the action, secret or redeliver.'],
  ['no stage', 'secret', 'Missing --stage: it takes dev, prod or local.'],
  ['an unknown stage', 'redeliver --stage test', '--stage takes dev, prod or local, not "test".'],
  ['a dry run of a secret', 'secret --stage dev --dry-run', '--dry-run belongs to redeliver.'],
])('%s is refused with what to write', (_, line, message) => {
  expect(() => read(line)).toThrow(UsageError)
  expect(() => read(line)).toThrow(message)
})

test('a secret as an argument is refused, and not repeated', () => {
  const refused = () => read('secret hunter2hunter2hunter2 --stage dev')
  expect(refused).toThrow('secrets are read from standard input')
  expect(refused).not.toThrow('hunter2')
})
