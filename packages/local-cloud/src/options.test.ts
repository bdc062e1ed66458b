import { UsageError } from '@confirmation-reminder/options/usage-error'
import { readOptions } from './options.ts'

test('without options it runs the dev stage on the usual ports', () => {
  expect(readOptions([])).toEqual({
    stage: 'dev',
    cloudPort: 4566,
    apiPort: 3000,
    data: '.local',
    reset: false,
    stack: undefined,
    applyOnly: false,
    variables: {},
    accountConcurrency: 1000,
    hosts: [],
    token: false,
    iam: true,
    help: false,
  })
})

test('the -- that pnpm passes on is ignored', () => {
  expect(readOptions(['--', '--stage', 'prod'])).toMatchObject({ stage: 'prod' })
})

test('options are taken as given, with a space or an equals sign', () => {
  const args = [
    '--stage',
    'prod',
    '--cloud-port=0',
    '--api-port',
    '65535',
    '--data',
    '/d',
    '--reset',
    '--stack',
    's',
    '--apply-only',
    '--var',
    'public_url=https://example.com/?a=b',
    '--var=colour=',
    '--account-concurrency',
    '10',
    '--host',
    'DevBox.local',
    '--host=[fd00::1]',
    '--token',
    '--iam',
    'off',
    '--help',
  ]
  expect(readOptions(args)).toEqual({
    stage: 'prod',
    cloudPort: 0,
    apiPort: 65_535,
    data: '/d',
    reset: true,
    stack: 's',
    applyOnly: true,
    variables: { public_url: 'https://example.com/?a=b', colour: '' },
    accountConcurrency: 10,
    hosts: ['devbox.local', '[fd00::1]'],
    token: true,
    iam: false,
    help: true,
  })
})

test('of a variable that is set twice, the last value counts', () => {
  expect(readOptions(['--var', 'a=1', '--var', 'b=2', '--var', 'a=3']).variables).toEqual({ a: '3', b: '2' })
})

test.each([
  [['--stag', 'dev'], 'Unknown option --stag. Did you mean --stage?'],
  [['moon'], 'moon'],
  [['--stage', 'moon'], '--stage takes dev or prod, not "moon".'],
  [['--stage'], '--stage needs a value.'],
  [['--cloud-port', '65536'], '--cloud-port takes a port from 0 to 65535, not "65536".'],
  [['--api-port', '-1'], '--api-port'],
  [['--api-port', '3e3'], '--api-port takes a port from 0 to 65535, not "3e3".'],
  [['--api-port', ''], '--api-port takes a port from 0 to 65535, not "".'],
  [['--data', ''], '--data takes a folder'],
  [['--stack', ''], '--stack takes a folder'],
  [['--var', 'colour'], '--var takes name=value, not "colour".'],
  [['--var', '=red'], '--var takes name=value, not "=red".'],
  [['--var'], '--var'],
  [['--account-concurrency', '0'], '--account-concurrency takes a whole number from 1 to 999999999, not "0".'],
  [['--account-concurrency', '1.5'], '--account-concurrency'],
  [['--reset=yes'], '--reset'],
  [['--host', ''], '--host takes a name without a port, not "".'],
  [['--host', 'devbox:80'], '--host takes a name without a port, not "devbox:80".'],
  [['--host', 'http://devbox'], '--host'],
  [['--host', 'devbox.'], '--host'],
  [['--host', '*'], '--host'],
  [['--token=mine'], '--token'],
  [['--token', 'mine'], 'mine'],
])('%j is refused in one line that names the option', (args, message) => {
  const reading = () => readOptions(args)
  expect(reading).toThrow(UsageError)
  expect(reading).toThrow(message)
  expect(reading).toThrow(/^[^\n]+\.$/)
})
