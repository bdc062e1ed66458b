import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { customerIdOf } from '@confirmation-reminder/customers/customer-id'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { register } from '@confirmation-reminder/customers/register'
import { openStageKey } from '@confirmation-reminder/customers/stage-key'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { startTable } from '@confirmation-reminder/customers/test/table'
import { run } from './run.ts'

let table: Awaited<ReturnType<typeof startTable>>
const name = resourceName('dev', 'customers')
let customerId: string

beforeAll(async () => {
  table = await startTable({ name, ...customersTable })
})
afterAll(() => table.stop())

const environment = () => ({ ...process.env, AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL_DYNAMODB })

/** Runs the command in this process. */
async function ran(...args: string[]) {
  const lines = { stdout: '', stderr: '' }
  const to = (stream: keyof typeof lines) => (line: string) => {
    lines[stream] += `${line}\n`
  }
  const code = await run(args, environment(), { log: to('stdout'), error: to('stderr') })
  return { code, ...lines }
}

/** Runs the command as its users do. */
async function ranAsProcess(...args: string[]) {
  const env = environment()
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'main.ts'), ...args], { env })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, stdout, stderr }
}

test('in a stage without registrations it says so, and creates no key', async () => {
  for (const action of ['export', 'erase']) {
    const asked = await ran(action, 'ada@example.com', '--stage', 'local')
    expect(asked).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('there has been no registration'),
    })
  }
  const { Items } = await table.client.send(new ScanCommand({ TableName: name }))
  expect(Items).toEqual([])
})

test('export prints all of a customer; erase deletes it, except with --dry-run, in upper or lower case', async () => {
  customerId = await customerIdOf(openStageKey(name, { make: true }), 'Ada@example.com')
  const event = registrationEvent({ customerId, now: Date.now() })
  await openCustomers(name).change(customerId, (stored) => register(stored, event))

  const exported = await ranAsProcess('export', 'ADA@example.com', '--stage', 'local')
  expect(exported).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(exported.stdout)).toMatchObject({ customerId, email: 'ada@example.com', state: 'PENDING' })

  const dry = await ran('erase', 'ada@example.com', '--stage', 'local', '--dry-run')
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('would delete') })
  expect(await openCustomers(name).find(customerId)).toBeDefined()

  const erased = await ran('erase', 'aDa@example.com', '--stage', 'local')
  expect(erased).toMatchObject({ code: 0, stdout: expect.stringContaining('Erased.') })
  expect(await openCustomers(name).find(customerId)).toBeUndefined()

  const gone = await ran('export', 'ada@example.com', '--stage', 'local')
  expect(gone).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('No customer has this address') })
})

test('a wrong command line says so and touches nothing', async () => {
  expect(await ranAsProcess('erase', '--stage', 'local')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Name exactly one address'),
  })
})
