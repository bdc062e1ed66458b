import { UsageError } from '@confirmation-reminder/options/usage-error'
import { readOptions } from './options.ts'

const read = (line: string, environment = {}) => readOptions(line.split(' ').filter(Boolean), environment)

test('a request names an address and the table of the stage', () => {
  expect(read('export ada@EXAMPLE.com --stage prod')).toEqual({
    action: 'export',
    address: 'ada@example.com',
    table: 'confirmation-reminder-prod-customers',
    client: {},
    dryRun: false,
  })
  expect(read('erase ada@example.com --stage dev --dry-run')).toMatchObject({ action: 'erase', dryRun: true })
})

test('the Region is read from either variable of the AWS CLI', () => {
  const region = (environment: NodeJS.ProcessEnv) => read('export ada@example.com --stage dev', environment)
  expect(region({ AWS_DEFAULT_REGION: 'eu-west-1' })).toMatchObject({ client: { region: 'eu-west-1' } })
  expect(region({ AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-west-2' })).toMatchObject({ client: {} })
})

test('the local cloud needs no environment variables, but they take precedence', () => {
  expect(read('export ada@example.com --stage local')).toMatchObject({
    table: 'confirmation-reminder-dev-customers',
    client: { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', credentials: { accessKeyId: 'local' } },
  })
  const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4567', AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x' }
  expect(read('export ada@example.com --stage local', environment)).toMatchObject({ client: {} })
})

test('--help takes precedence over all else', () => {
  expect(read('--help')).toBe('help')
  expect(read('erase --help')).toBe('help')
})

test.each([
  ['nothing', '', 'export or erase'],
  ['another verb', 'forget ada@example.com --stage dev', 'export or erase'],
  ['no address', 'export --stage dev', 'one address'],
  ['two addresses', 'export ada@example.com bob@example.com --stage dev', 'one address'],
  ['an invalid address', 'export ada --stage dev', 'not a valid email address'],
  ['no stage', 'export ada@example.com', 'Missing --stage: it takes dev, prod or local.'],
  ['an unknown stage', 'export ada@example.com --stage test', '--stage takes dev, prod or local, not "test".'],
  ['an unknown option', 'export ada@example.com --stage dev --force', '--force'],
])('%s is refused with what to write instead', (_, line, message) => {
  expect(() => read(line)).toThrow(UsageError)
  expect(() => read(line)).toThrow(message)
})
