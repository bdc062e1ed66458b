import { plan } from './command.ts'

const planned = (line: string, environment = {}) => plan(line.split(' '), environment)

test('a request is planned for an address in the table of the stage', () => {
  expect(planned('export ada@EXAMPLE.com --stage prod')).toEqual({
    action: 'export',
    address: 'ada@example.com',
    table: 'confirmation-reminder-prod-customers',
    client: {},
    dryRun: false,
  })
  expect(planned('erase ada@example.com --stage dev --dry-run')).toMatchObject({ action: 'erase', dryRun: true })
})

test('the Region may come by either of the names that the aws CLI knows', () => {
  const region = (environment: NodeJS.ProcessEnv) => planned('export ada@example.com --stage dev', environment)
  expect(region({ AWS_DEFAULT_REGION: 'eu-west-1' })).toMatchObject({ client: { region: 'eu-west-1' } })
  expect(region({ AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-west-2' })).toMatchObject({ client: {} })
})

test('the local cloud needs no environment, and what stands there goes first', () => {
  expect(planned('export ada@example.com --stage local')).toMatchObject({
    table: 'confirmation-reminder-dev-customers',
    client: { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', credentials: { accessKeyId: 'local' } },
  })
  const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4567', AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x' }
  expect(planned('export ada@example.com --stage local', environment)).toMatchObject({ client: {} })
})

test('--help goes before everything', () => {
  expect(planned('--help')).toBe('help')
  expect(planned('erase --help')).toBe('help')
})

test.each([
  ['nothing', '', 'export or erase'],
  ['another verb', 'forget ada@example.com --stage dev', 'export or erase'],
  ['no address', 'export --stage dev', 'one address'],
  ['two addresses', 'export ada@example.com bob@example.com --stage dev', 'one address'],
  ['no mail address', 'export ada --stage dev', 'no mail address'],
  ['no stage', 'export ada@example.com', '--stage dev'],
  ['an unknown stage', 'export ada@example.com --stage test', '--stage dev'],
  ['an unknown option', 'export ada@example.com --stage dev --force', '--force'],
])('%s is refused with what to say instead', (_, line, message) => {
  expect(() => plan(line.split(' ').filter(Boolean), {})).toThrow(message)
})
