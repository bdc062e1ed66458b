import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { commandLine, readOptions } from './options.ts'

const now = Date.parse('2026-11-27T08:00:00Z')
const read = (line: string) => {
  const options = readOptions(line.split(' ').filter(Boolean))
  if (options === 'help') return options
  return { ...options, since: new Date(options.since(now)).toISOString() }
}

test('without options it is slow and takes every error', () => {
  expect(read('--stage prod --since 6h')).toEqual({
    stage: 'prod',
    since: '2026-11-27T02:00:00.000Z',
    errors: [],
    perSecond: 1,
    dryRun: false,
  })
})

test('without a stage it is the local cloud', () => {
  expect(read('--since 6h')).toMatchObject({ stage: 'local' })
})

test('all options are read', () => {
  const line = '--stage local --since 2026-11-27T07:00Z --error A --error B --per-second 20 --dry-run'
  expect(read(line)).toEqual({
    stage: 'local',
    since: '2026-11-27T07:00:00.000Z',
    errors: ['A', 'B'],
    perSecond: 20,
    dryRun: true,
  })
  expect(read('--help')).toBe('help')
})

test.each([
  ['an unknown stage', '--stage production --since 6h', '--stage takes dev, prod or local, not "production".'],
  ['no moment', '--stage dev', 'Missing --since: it takes a duration such as 90m, 6h or 2d'],
  ['a rate of 0', '--stage dev --since 6h --per-second 0', '--per-second takes a whole number from 1 to 100, not "0".'],
  ['an argument', '--stage dev --since 6h MailRefused', 'Unexpected argument "MailRefused".'],
])('%s is refused with what to write', (_, line, message) => {
  expect(() => read(line)).toThrow(UsageError)
  expect(() => read(line)).toThrow(message)
})

test('the command to continue means the same moment and the same runs', () => {
  const line = '--stage prod --since 6h --error MailRefused --per-second 5 --dry-run'
  const options = readOptions(line.split(' '))
  if (options === 'help') throw new Error('This is not a request for help.')
  const again = commandLine(options, options.since(now))
  expect(again).toBe(`npm run redrive -- ${line.replace('6h', '2026-11-27T02:00:00.000Z')}`)
  expect(read(again.replace('npm run redrive --', ''))).toEqual(read(line))
})

test("the runbook's commands can be run", () => {
  const runbook = readFileSync(join(__dirname, '../../../../docs/runbook.md'), 'utf8')
  const commands = [...runbook.matchAll(/npm run redrive --( -[^\n`]+)/g)].map(([, line = '']) => line)
  expect(commands.length).toBeGreaterThan(2)
  for (const line of commands) {
    const filled = line.replace('"$STAGE"', 'prod').replace('"$HELD_AT"', '2026-11-27T07:00:00Z')
    expect(read(filled)).toMatchObject({ stage: 'prod' })
  }
})
