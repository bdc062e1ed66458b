import { help, readOptions } from './options.ts'

test('labels come one by one or as GitHub joins them', () => {
  expect(readOptions(['p', '--labels', 'bug, danger-accepted', '--label', 'x']).labels).toEqual([
    'bug',
    'danger-accepted',
    'x',
  ])
})

test('the two dashes that pnpm hands on are no plan', () => {
  expect(readOptions(['--', 'plan.json']).plan).toBe('plan.json')
})

test('cost needs no plan, everything else does', () => {
  expect(readOptions(['--cost', '--registrations', '1000000'])).toMatchObject({ cost: true, registrations: 1_000_000 })
  expect(() => readOptions([])).toThrow('Name a plan.json, or ask for --cost.')
})

test('quotas are negotiated by name', () => {
  expect(readOptions(['--cost', '--quota', 'mailsPerSecond=200']).raised).toEqual({ mailsPerSecond: 200 })
})

test.each([
  [['p', 'q'], 'One plan at a time'],
  [['--cost', '--digest'], 'Name a plan.json.'],
  [['p', '--longest', 'short'], '--longest takes a positive number, not "short".'],
  [['p', '--stage', 'test'], 'There is no stage "test": it is dev or prod.'],
  [['--cost', '--registrations', 'many'], '--registrations takes a positive number, not "many".'],
  [['--cost', '--registrations', '-1'], 'registrations'],
  [['--cost', '--registrations', '0'], '--registrations takes a positive number'],
  [['--cost', '--quota', 'mails=1'], 'the name is one of openExecutions, '],
  [['--cost', '--quota', 'mailsPerSecond'], '--quota mailsPerSecond takes a positive number'],
  [['p', '--verbose'], '--verbose'],
])('%j is refused with what to write', (args, message) => {
  expect(() => readOptions(args)).toThrow(message)
})

test('the help fits a screen', () => {
  expect(help.split('\n').length).toBeLessThanOrEqual(24)
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
})
