import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import { Checkout, local } from '../checkout.ts'
import { LocalCloud } from '../local-cloud.ts'
import { registerAll, registerUntilAccepted } from '../register-all.ts'
import { stackOf } from '../synthesise.ts'

let cloud: LocalCloud
let checkout: Checkout
let lambda: LambdaClient
beforeEach(async () => {
  cloud = await LocalCloud.start()
  checkout = new Checkout(cloud.cloudUrl)
  lambda = new LambdaClient(cloud.client)
})
afterEach(async () => {
  checkout?.dispose()
  await cloud?.dispose()
})

const FunctionName = resourceName('dev', 'reminder')
const live = async () => {
  const alias = { FunctionName, Name: liveAlias }
  const { FunctionVersion, RoutingConfig, Description } = await lambda.send(new GetAliasCommand(alias))
  return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights, description: Description }
}
const harmless = "process.stdout.write('the new reminder\\n')"
const addresses = (count: number) => Array.from({ length: count }, (_, n) => `customer-${n}@example.com`)

test('a broken reminder: the canary fails, live is rolled back, and no reminder is lost', async () => {
  // Ten in a hundred calls meet the canary: that none of these does happens once in ten million.
  const emails = addresses(150)
  await registerAll(cloud, emails)
  await cloud.skip(86_000)
  checkout.editReminder('process.exit(1)')
  const ship = checkout.ship(...local('reminder', '--canary', '60'))
  await ship.said('live is version 1, with 10 % to version 2')

  await cloud.skip(1_000)
  expect(await ship.ended).toBe(3)
  expect(ship.output).toMatch(/The canary failed: \d+ of \d+ calls of the new version failed, of the old one 0 of \d+/)
  expect(await live()).toMatchObject({ version: '1', weights: undefined })

  await cloud.skip(3_600)
  const mails = await cloud.mails()
  const received = emails.map((email) => mails.filter(({ to }) => to.includes(email)).length)
  expect(new Set(received)).toEqual(new Set([2]))
})

test('a working reminder changes the running system, survives a restart, and can be rolled back', async () => {
  checkout.editReminder(harmless)
  const dryRun = await checkout.shipped(...local('reminder', '--dry-run'))
  expect(dryRun).toMatchObject({ code: 0, output: expect.stringMatching(/Upload the code.*\n.*Publish.*\n.*Try/) })
  expect(await live()).toMatchObject({ version: '1' })

  const ship = checkout.ship(...local('reminder', '--canary', '1'))
  await ship.said('with 10 % to version 2')
  await cloud.skip(61)
  expect(await ship.ended).toBe(0)
  expect(ship.output).toContain('Version 2 is reminder 0.')
  expect(ship.output).toContain('Version 2 received no calls during the canary: only the dry runs have tested it.')
  expect(await live()).toEqual({
    version: '2',
    weights: undefined,
    description: expect.stringMatching(/; live before version 2: 1$/),
  })

  await cloud.terminate()
  await cloud.start()
  lambda = new LambdaClient(cloud.client)
  expect(cloud.output).toContain('live stays at version 2')
  await registerUntilAccepted(cloud, 'ada@example.com')
  await cloud.skipDays(1)
  expect(cloud.output).toContain('the new reminder')
  expect(await cloud.mails('ada@example.com')).toHaveLength(2)

  const again = new Checkout(cloud.cloudUrl)
  const status = await again.shipped('status', 'reminder', '--stage', 'local')
  expect(status.output).toMatch(/2\s+100 %.*reminder 0/)
  expect(status.output).toContain(`No run waits; a run would call ${FunctionName}:live.`)
  expect(await again.shipped('rollback', 'reminder', '--stage', 'local')).toMatchObject({ code: 0 })
  expect(await live()).toMatchObject({ version: '1', weights: undefined })
  const nothing = await again.shipped(...local('reminder'))
  expect(nothing).toMatchObject({ code: 0, output: expect.stringContaining('Nothing else to do') })
  again.dispose()
})

test('the second of two ships is refused; Ctrl-C rolls the first back', async () => {
  checkout.editReminder(harmless)
  const first = checkout.ship(...local('reminder'))
  await first.said('with 10 % to version 2')
  const second = await checkout.shipped(...local('reminder'))
  expect(second.code).toBe(4)
  expect(second.output).toMatch(/\S+@\S+ is shipping reminder .*; live is version 1, with 10 % to version 2/)
  first.process.kill('SIGINT')
  expect(await first.ended).toBe(130)
  expect(await live()).toMatchObject({ version: '1', weights: undefined })
  expect(await checkout.shipped(...local('reminder', '--canary', '0'))).toMatchObject({ code: 0 })
  expect(await live()).toMatchObject({ version: '2', weights: undefined })
})

test('a ship notices that another user changed live, and does not overwrite it', async () => {
  checkout.editReminder(harmless)
  const ship = checkout.ship(...local('reminder'))
  await ship.said('with 10 % to version 2')
  const theirs = { FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} }, Description: 'by hand' }
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: liveAlias, ...theirs }))
  await cloud.skip(400)
  expect(await ship.ended).toBe(4)
  expect(ship.output).toContain('Nothing of theirs was overwritten')
  expect(await live()).toEqual({ version: '2', weights: undefined, description: 'by hand' })
})

test('status reports changes of Terraform as pending until the next ship, even of the same code', async () => {
  const stack = mkdtempSync(join(tmpdir(), 'confirmation-reminder-stack-'))
  cpSync(stackOf('dev'), stack, { recursive: true })
  const configured = await LocalCloud.start(stack)
  try {
    const first = new Checkout(configured.cloudUrl)
    first.editReminder(harmless)
    expect(await first.shipped(...local('reminder', '--canary', '0'))).toMatchObject({ code: 0 })
    await configured.terminate()
    const file = join(stack, 'cdk.tf.json')
    const terraform = JSON.parse(readFileSync(file, 'utf8'))
    terraform.resource.aws_lambda_function.reminder_function.memory_size = 320
    writeFileSync(file, JSON.stringify(terraform))
    await configured.start()

    lambda = new LambdaClient(configured.client)
    const memory = async () => {
      const reference = { FunctionName, Qualifier: liveAlias }
      return (await lambda.send(new GetFunctionConfigurationCommand(reference))).MemorySize
    }
    expect(await memory()).toBe(256)
    const again = new Checkout(configured.cloudUrl)
    again.editReminder(harmless)
    const status = await again.shipped('status', 'reminder', '--stage', 'local')
    expect(status.output).toContain('Pending until the next ship: Terraform changed MemorySize.')
    const ship = await again.shipped(...local('reminder', '--canary', '0'))
    expect(ship.output).toContain("Terraform's changes go live with it: MemorySize.")
    expect(await memory()).toBe(320)
    for (const checkout of [first, again]) checkout.dispose()
  } finally {
    await configured.dispose()
    rmSync(stack, { recursive: true, force: true })
  }
})

test('the next ship finds and repairs one that was killed during its canary', async () => {
  checkout.editReminder(harmless)
  const ship = checkout.ship(...local('reminder'))
  await ship.said('with 10 % to version 2')
  ship.process.kill('SIGKILL')
  await ship.ended
  expect(await live()).toMatchObject({ version: '1', weights: { 2: 0.1 } })
  const next = await checkout.shipped(...local('reminder', '--canary', '0'))
  expect(next.output).toMatch(/The ship of reminder .* ended half-way, and live is version 1, with 10 % to version 2/)
  expect(next.output).toContain('live is version 1 alone again.')
  expect(next.code).toBe(0)
  expect(await live()).toMatchObject({ version: '2', weights: undefined })
})
