import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { commandLine, readOptions } from './options.ts'

const now = Date.parse('2026-11-27T08:00:00Z')
const read = (line: string) => {
  const options = readOptions(line.split(' ').filter(Boolean))
  if (options === 'help') return options
  const { since } = options
  return { ...options, since: since && new Date(since(now)).toISOString() }
}

test('without --since it is all customers', () => {
  expect(read('--stage prod')).toEqual({ stage: 'prod', since: undefined, dryRun: false })
})

test('all options are read', () => {
  const since = '2026-11-27T02:00:00.000Z'
  expect(read('--stage local --since 6h --dry-run')).toEqual({ stage: 'local', since, dryRun: true })
  expect(read(`--stage dev --since ${since}`)).toMatchObject({ since })
  expect(read('--help')).toBe('help')
})

test.each([
  ['no stage', '', 'Missing --stage: it takes dev, prod or local.'],
  ['an unknown stage', '--stage test', '--stage takes dev, prod or local, not "test".'],
  ['a moment without a time zone', '--stage dev --since 2026-11-27', '--since takes a duration such as 90m, 6h or 2d'],
  ['a moment to come', '--stage dev --since 2026-11-28T08:00:00Z', '--since is in the future'],
  ['an argument', '--stage dev ada@example.com', 'Unexpected argument "ada@example.com".'],
])('%s is refused with what to write', (_, line, message) => {
  expect(() => read(line)).toThrow(UsageError)
  expect(() => read(line)).toThrow(message)
})

test.each(['--stage prod', '--stage local --since 6h --dry-run'])(
  'the command to continue means the same as %s',
  (line) => {
    const options = readOptions(line.split(' '))
    if (options === 'help') throw new Error('This is not a request for help.')
    const again = commandLine(options, options.since?.(now))
    expect(again).toBe(`npm run announce -- ${line.replace('6h', '2026-11-27T02:00:00.000Z')}`)
    expect(read(again.replace('npm run announce --', ''))).toEqual(read(line))
  },
)

test('the documented commands can be run', () => {
  const texts = ['runbook.md', 'events.md'].map((file) =>
    readFileSync(join(__dirname, '../../../../docs', file), 'utf8'),
  )
  const commands = [...texts.join('\n').matchAll(/npm run announce --( -[^\n`]+)/g)].map(([, line = '']) => line)
  expect(commands.length).toBeGreaterThan(2)
  for (const line of commands) expect(read(line.replace('"$STAGE"', 'prod'))).toMatchObject({ stage: 'prod' })
})
