import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { GetSendQuotaCommand, SESClient } from '@aws-sdk/client-ses'
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn'
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import type { Service } from '../core/service.ts'
import { gatewayFor, temporaryStore } from './test/start-gateway.ts'
import { tokenIn } from './token.ts'

const calls: string[] = []
const service = (...names: string[]): Service => ({
  actions: Object.fromEntries(
    names.map((name) => [name, async () => ({ StatusCode: 200, Payload: '{}', done: calls.push(name) })]),
  ),
})
const secrets: Record<string, string> = { local: 'the-token', 'local-function-1': 'another secret' }
let gateway: Awaited<ReturnType<typeof gatewayFor>>
beforeAll(async () => {
  const services = {
    dynamodb: service('ListTables'),
    lambda: service('ListFunctions', 'Invoke'),
    monitoring: service('DescribeAlarms'),
    ses: service('GetSendQuota'),
    sns: service('ListTopics'),
    states: service('ListStateMachines'),
  }
  const keys = { token: 'the-token', secretOf: (id: string) => new Map(Object.entries(secrets)).get(id) }
  gateway = await gatewayFor(services, undefined, keys)
})
afterAll(() => gateway.stop())
beforeEach(() => calls.splice(0))

/** Calls every service, and an action whose path and query need encoding. */
async function callAll(accessKeyId: string, secretAccessKey: string): Promise<PromiseSettledResult<unknown>[]> {
  const settings = { ...gateway.client, credentials: { accessKeyId, secretAccessKey, sessionToken: 'any' } }
  const FunctionName = 'arn:aws:lambda:eu-central-1:123456789012:function:f g(ü)'
  return Promise.allSettled([
    new CloudWatchClient(settings).send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'ä ~*' })),
    new DynamoDBClient(settings).send(new ListTablesCommand({})),
    new LambdaClient(settings).send(new ListFunctionsCommand({ Marker: "a b+c/=&~*!'()", MaxItems: 3 })),
    new LambdaClient(settings).send(
      new InvokeCommand({ FunctionName, Qualifier: '$LATEST', Payload: Buffer.from('{}') }),
    ),
    new SESClient(settings).send(new GetSendQuotaCommand({})),
    new SFNClient(settings).send(new ListStateMachinesCommand({})),
    new SNSClient(settings).send(new ListTopicsCommand({ NextToken: 'ä b' })),
  ])
}

test.each(Object.entries(secrets))('what %s signs with its secret is done', async (accessKeyId, secret) => {
  const ended = await callAll(accessKeyId, secret)
  expect(ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([])
  expect(calls).toHaveLength(7)
})

test.each([
  ['with another secret', 'local', 'a token', 'InvalidSignatureException'],
  ['with the secret of another', 'local', 'another secret', 'InvalidSignatureException'],
  ['with no secret that it knows', 'any', 'the-token', 'UnrecognizedClientException'],
  ['with a name that every object inherits', 'constructor', 'the-token', 'UnrecognizedClientException'],
])('what is signed %s is refused', async (_, accessKeyId, secret, name) => {
  const ended = await callAll(accessKeyId, secret)
  expect(ended.map((one) => one.status === 'rejected' && one.reason.name)).toEqual(ended.map(() => name))
  expect(calls).toEqual([])
})

test('a signature is valid for one request only', async () => {
  const settings = { ...gateway.client, credentials: { accessKeyId: 'local', secretAccessKey: 'the-token' } }
  const client = new SFNClient(settings)
  let signed: { headers: Record<string, string>; body: string } | undefined
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers, body } = args.request as { headers: Record<string, string>; body: string }
      signed = { headers, body }
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  await client.send(new ListStateMachinesCommand({}))
  if (!signed) throw new Error('Nothing was signed.')
  const { 'content-length': _, ...headers } = signed.headers
  const replay = async (path: string, changed: Record<string, string>, body: string) =>
    (await fetch(`${gateway.client.endpoint}${path}`, { method: 'POST', headers: { ...headers, ...changed }, body }))
      .status
  expect(await replay('/', {}, signed.body)).toBe(200)
  expect(await replay('/', {}, '{"maxResults":1}')).toBe(403)
  expect(await replay('/?a=b', {}, signed.body)).toBe(403)
  expect(await replay('/a', {}, signed.body)).toBe(403)
  expect(await replay('/', { 'x-amz-target': 'AWSStepFunctions.Other' }, signed.body)).toBe(403)
  expect(await replay('/', { 'x-amz-date': '20200101T000000Z' }, signed.body)).toBe(403)
  const unsigned = headers.authorization?.replace(/SignedHeaders=[^,]+/, 'SignedHeaders=') ?? ''
  expect(await replay('/', { authorization: unsigned }, signed.body)).toBe(403)
})

test.each([
  ['/', {}, 401],
  ['/?token=the-token', {}, 200],
  ['/?token=', {}, 401],
  ['/?token=a-token', {}, 401],
  ['/_local/mails', {}, 401],
  ['/_local/mails?token=the-token', {}, 401],
  ['/runs/a?token=the-token', {}, 200],
  ['/_local/events?token=the-token', {}, 200],
  ['/_local/events?token=a-token', {}, 401],
  ['/_local/mails', { authorization: 'Bearer a_token' }, 401],
  ['/_local/mails', { authorization: 'Basic the_token' }, 401],
  ['/_local/mails', { authorization: 'Bearer' }, 401],
  ['/_local/mails', { authorization: 'Bearer the-token' }, 200],
  ['/_local/mails', { authorization: 'bearer the-token' }, 200],
  ['/_local/gallery', {}, 401],
  ['/_local/gallery?token=the-token', {}, 200],
  ['/gallery/mail-reminder/en?token=the-token', {}, 200],
  ['/_local/galleries?token=the-token', {}, 401],
  ['/elsewhere', {}, 401],
])('people who ask for %s with %j get %d', async (path, headers, status) => {
  const answer = await fetch(`${gateway.client.endpoint}${path}`, { headers: headers as Record<string, string> })
  expect(answer.status).toBe(status)
  if (status === 401) expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('--token') })
})

test('a signature, valid or not, does not open /_local/', async () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=local/20261123/r/ses/aws4_request, SignedHeaders=host, Signature=0'
  const answer = await fetch(`${gateway.client.endpoint}/_local/mails`, { headers: { authorization } })
  expect(answer.status).toBe(401)
})

test('a data folder keeps its token, which cannot be guessed', async () => {
  const { store, remove } = await temporaryStore()
  const token = await tokenIn(store)
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(await tokenIn(store)).toBe(token)
  await remove()
  const another = await temporaryStore()
  expect(await tokenIn(another.store)).not.toBe(token)
  await another.remove()
})
