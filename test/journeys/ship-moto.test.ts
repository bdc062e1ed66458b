import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import type { EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import { strToU8, zipSync } from 'fflate'
import { Checkout, local, regionOfShell } from '../checkout.ts'
import { Moto, motoIsPresent } from '../moto.ts'

const FunctionName = resourceName('dev', 'reminder')
const Variables: EnvironmentVariables<'reminder'> = {
  CUSTOMERS_TABLE: resourceName('dev', 'customers'),
  BRAND: JSON.stringify(brand),
  PUBLIC_URL: 'https://signup.example.com',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'support@example.com',
  MAIL_CONFIGURATION_SET: resourceName('dev', 'mail'),
  EVENTS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/mail-events',
  EVENTS_UNDELIVERED_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/mail-events-undelivered',
  EVENTS_DEAD_LETTERS_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/mail-events-dead',
  QUIET_HOURS: '',
  SPREAD_SECONDS: '0',
}

if (motoIsPresent) {
  let moto: Moto
  let lambda: LambdaClient
  let checkout: Checkout
  beforeAll(async () => {
    moto = await Moto.start()
    checkout = new Checkout(moto.url)
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    lambda = new LambdaClient({ endpoint: moto.url, region: regionOfShell, credentials })
    // moto makes no function whose role IAM does not know.
    const Role = await roleIn(moto.url)
    const ZipFile = zipSync({ 'handler.js': strToU8('exports.handler = async () => null') })
    const made = {
      FunctionName,
      Role,
      Runtime: 'nodejs22.x',
      Handler: 'handler.handler',
      Environment: { Variables },
    } as const
    await lambda.send(new CreateFunctionCommand({ ...made, Code: { ZipFile }, Publish: true }))
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: liveAlias, FunctionVersion: '1' }))
  })
  afterAll(async () => {
    checkout?.dispose()
    await moto?.stop()
  })

  const live = async () => {
    const { FunctionVersion, RoutingConfig } = await lambda.send(new GetAliasCommand({ FunctionName, Name: liveAlias }))
    return [FunctionVersion, Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})]
  }

  test('moto_server: the same ship runs, shows its canary, promotes, and finds nothing to do the next time', async () => {
    const ship = checkout.ship(...local('reminder', '--canary', '0.02'))
    await ship.said('live is version 1, with 10 % to version 2')
    expect(await ship.ended).toBe(0)
    expect(ship.output).toContain('Version 2 answers dry runs')
    expect(await live()).toEqual(['2', []])
    expect(await checkout.shipped(...local('reminder'))).toMatchObject({
      code: 0,
      output: expect.stringContaining('Nothing else to do'),
    })
  })

  test('moto_server: a killed ship is repaired, and a rollback goes to the previous version', async () => {
    checkout.editReminder("process.stdout.write('another\\n')")
    const ship = checkout.ship(...local('reminder'))
    await ship.said('live is version 2, with 10 % to version 3')
    ship.process.kill('SIGKILL')
    await ship.ended
    const next = await checkout.shipped(...local('reminder', '--canary', '0'))
    expect([next.code, next.output]).toEqual([0, expect.stringContaining('ended half-way')])
    expect(await live()).toEqual(['3', []])
    expect(await checkout.shipped('rollback', 'reminder', '--stage', 'local')).toMatchObject({ code: 0 })
    expect(await live()).toEqual(['2', []])
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: liveAlias, Payload: '{"n":1}' }))
    expect(Buffer.from(answer.Payload ?? []).toString()).toBe('{"n":1}')
  })
} else {
  test.todo('moto_server is not installed here: with it, the same ship is tried against an emulator that is not ours')
}

/** Makes a role, by IAM's query protocol: no client of IAM is needed elsewhere. */
async function roleIn(url: string): Promise<string> {
  const trust = { Version: '2012-10-17', Statement: [] }
  const body = new URLSearchParams({
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: 'reminder',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  })
  const authorization =
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0'
  const answer = await (await fetch(url, { method: 'POST', headers: { authorization }, body })).text()
  return /<Arn>(.*?)<\/Arn>/.exec(answer)?.[1] ?? `no role: ${answer}`
}
