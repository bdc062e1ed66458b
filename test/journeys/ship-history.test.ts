import { GetAliasCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import { Checkout, local } from '../checkout.ts'
import { LocalCloud } from '../local-cloud.ts'

// One function's life: each test goes on where the one before ended.

let cloud: LocalCloud
let checkout: Checkout
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await LocalCloud.start()
  checkout = new Checkout(cloud.cloudUrl)
  lambda = new LambdaClient(cloud.client)
})
afterAll(async () => {
  checkout?.dispose()
  await cloud?.dispose()
})

const FunctionName = resourceName('dev', 'reminder')
const live = async () => (await lambda.send(new GetAliasCommand({ FunctionName, Name: liveAlias }))).FunctionVersion
const rollback = (...more: string[]) => checkout.shipped('rollback', ...local('reminder', ...more))
const ship = () => checkout.shipped(...local('reminder', '--canary', '0'))
const newCode = (n: number) => checkout.editReminder(`process.stdout.write('code ${n}\\n')`)
const faults = (rules: object[]) => cloud.control('PUT', 'faults', { rules })
const fault = (action: string, rule: object) => faults([{ service: 'lambda', action, ...rule }])
const error = (name: string, times = 1) => ({ kind: 'error', error: name, times })

test('before the first ship there is nothing to go back to, which a rollback and a status say', async () => {
  const { code, output } = await rollback()
  expect([code, output]).toEqual([1, expect.stringMatching(/live is version 1\. .*there is none to go back to/)])
  const status = await checkout.shipped('status', ...local('reminder'))
  expect(status).toMatchObject({
    code: 0,
    output: expect.stringMatching(/A rollback needs --to\..*records no version/),
  })
})

test('a version whose dry run was refused, then one that ships, then a failed upload: a rollback skips the first', async () => {
  newCode(1)
  await fault('Invoke', error('InvalidRequestContentException'))
  expect(await ship()).toMatchObject({
    code: 1,
    output: expect.stringContaining('live is version 1 alone, as before.'),
  })
  newCode(2)
  expect(await ship()).toMatchObject({ code: 0, output: expect.stringContaining('live is version 3; before it was') })
  newCode(3)
  await fault('UpdateFunctionCode', error('CodeStorageExceededException'))
  const { code, output } = await ship()
  expect([code, output]).toEqual([1, expect.stringContaining('no more storage for the code of functions: delete')])
  expect(await rollback('--dry-run')).toMatchObject({
    code: 0,
    output: 'live is version 3. Give all calls to version 1.\n',
  })
})

test('the same, where the last ship is killed while it uploads', async () => {
  await fault('UpdateFunctionCode', { kind: 'latency', latencyMilliseconds: 3_600_000, times: 1 })
  const killed = checkout.ship(...local('reminder'))
  await killed.said('Uploading.')
  killed.process.kill('SIGKILL')
  await killed.ended
  const dry = await rollback('--dry-run')
  expect(dry.output).toMatch(
    /died while shipping .*: this ends it\.\nlive is version 3\. Give all calls to version 1\.\n$/,
  )
  const status = await checkout.shipped('status', ...local('reminder'))
  expect(status.output).toMatch(/died while shipping[\s\S]*A rollback goes to version 1\./)
  await cloud.skip(3_600)
})

test('throttles, errors of AWS and other updates that end soon are waited for', async () => {
  await faults([
    { service: 'lambda', action: 'GetAlias', ...error('TooManyRequestsException', 2) },
    { service: 'lambda', action: 'PublishVersion', ...error('ServiceException') },
    { service: 'lambda', action: 'UpdateAlias', ...error('ResourceConflictException') },
  ])
  expect(await ship()).toMatchObject({ code: 0, output: expect.stringContaining('ended half-way') })
  expect(await rollback('--dry-run')).toMatchObject({ output: expect.stringContaining('Give all calls to version 3.') })
})

test('a reader that goes does not end a ship half-way', async () => {
  newCode(4)
  const unread = checkout.ship(...local('reminder'))
  await unread.said('with 10 % to version')
  unread.process.stdout?.destroy()
  await cloud.skip(301)
  expect(await unread.ended).toBe(0)
  expect(await rollback('--dry-run')).toMatchObject({ output: expect.stringContaining('Give all calls to version 4.') })
  const status = checkout.ship('status', '--stage', 'local')
  status.process.stdout?.destroy()
  expect([await status.ended, status.output]).toEqual([0, ''])
})

test('an alias that was changed by hand is called that, and no version is guessed', async () => {
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: liveAlias, FunctionVersion: '2' }))
  const { code, output } = await rollback()
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/live was changed without this command.* for version 5.* 5, 4, 3, 1\./),
  ])
  expect(await live()).toBe('2')
  expect(await rollback('--to', '4')).toMatchObject({ code: 0 })
  expect(await live()).toBe('4')
})
