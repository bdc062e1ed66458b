import { GetAliasCommand, GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import { Checkout, local } from '../checkout.ts'
import { LocalCloud } from '../local-cloud.ts'

// What is refused changes nothing, so one local cloud is enough for all tests. The last one ships.

let cloud: LocalCloud
let checkout: Checkout
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await LocalCloud.start()
  lambda = new LambdaClient(cloud.client)
})
afterAll(() => cloud?.dispose())
beforeEach(() => {
  checkout = new Checkout(cloud.cloudUrl)
})
afterEach(() => checkout.dispose())

const FunctionName = resourceName('dev', 'reminder')

test('code that breaks a released contract is refused before anything is uploaded, with what to do instead', async () => {
  checkout.edit('functions/reminder/src/handler.ts', (text) => text.replace("logged('reminder'", "logged('confirm'"))
  const { code, output } = await checkout.shipped(...local('reminder', '--canary', '0'))
  expect(code).toBe(1)
  expect(output).toMatch(/The new code of reminder fails with what is deployed.*token[\s\S]*Nothing was uploaded\./)
  const { CodeSha256 } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '1' }))
  const latest = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
  expect(latest.CodeSha256).toBe(CodeSha256)
})

test('a function that needs a variable which is not deployed is refused before anything is uploaded', async () => {
  checkout.edit(
    'functions/reminder/src/handler.ts',
    (text) => `${text}\nif (!process.env.FORGOTTEN) throw new Error('FORGOTTEN is missing')\n`,
  )
  const { code, output } = await checkout.shipped(...local('reminder', '--canary', '0'))
  expect([code, output]).toEqual([1, expect.stringContaining('FORGOTTEN is missing')])
})

test('a dry run of the running function does nothing but answer', async () => {
  const input = { customerId: '11111111-1111-4111-8111-111111111111', traceId: '22222222-2222-4222-8222-222222222222' }
  const Payload = JSON.stringify({ dryRun: true, input })
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: liveAlias, Payload }))
  expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toEqual({ dryRun: true })
})

test('a commit that is older than the live one is refused before anything is uploaded', async () => {
  const first = checkout.commit()
  checkout.editReminder("process.stdout.write('newer\\n')")
  const second = checkout.commit()
  expect(await checkout.shipped(...local('reminder', '--canary', '0'))).toMatchObject({ code: 0 })
  const live = await lambda.send(new GetAliasCommand({ FunctionName, Name: liveAlias }))

  checkout.goTo(first)
  const { code, output } = await checkout.shipped(...local('reminder', '--canary', '0'))
  expect([code, output]).toEqual([
    1,
    expect.stringContaining(`live is commit ${second.slice(0, 12)}, which is newer than this checkout.`),
  ])
  expect(await lambda.send(new GetAliasCommand({ FunctionName, Name: liveAlias }))).toMatchObject({
    FunctionVersion: live.FunctionVersion,
    RevisionId: live.RevisionId,
  })
})
