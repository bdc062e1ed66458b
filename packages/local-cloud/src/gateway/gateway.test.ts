import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { LambdaClient, ListFunctionsCommand, ListLayersCommand } from '@aws-sdk/client-lambda'
import { ListIdentitiesCommand, SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import {
  DescribeExecutionCommand,
  ListActivitiesCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../core/aws-error.ts'
import type { Service } from '../core/service.ts'
import { startGateway } from './gateway.ts'
import { gatewayFor } from './test/start-gateway.ts'

const echo: Service = {
  actions: {
    ListStateMachines: async () => ({
      stateMachines: [{ name: 'm', stateMachineArn: 'arn', type: 'STANDARD', creationDate: new Date(1_500) }],
    }),
    DescribeExecution: async ({ executionArn }: { executionArn: string }) => {
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`)
    },
    StopExecution: async () => {
      throw new Error('a bug')
    },
  },
}
const sent: object[] = []
const ses: Service = {
  actions: {
    SendEmail: async (input: object) => {
      sent.push(input)
      return { MessageId: 'a<b' }
    },
    SendRawEmail: async () => {
      throw new AwsError('SerializationException', 'Start of structure or map found where not expected.')
    },
  },
}
const dynamodb: Service = { actions: { ListTables: async () => ({ TableNames: ['t'] }) } }

let gateway: Awaited<ReturnType<typeof gatewayFor>>
beforeAll(async () => {
  gateway = await gatewayFor({ states: echo, ses, dynamodb, lambda: { actions: {} } })
})
afterAll(() => gateway.stop())

const mail = {
  Source: 'a@b.c',
  Destination: { ToAddresses: ['d@e.f', 'g@h.i'], CcAddresses: [] },
  Message: { Subject: { Data: 's & t = ü' }, Body: { Text: { Data: 'x\ny' } } },
}

/** A request that is signed, however badly. */
function signed(service: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const authorization = `AWS4-HMAC-SHA256 Credential=any/20261123/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=00`
  return fetch(gateway.client.endpoint, { method: 'POST', body, headers: { authorization, ...headers } })
}

describe('each client is answered in its own protocol', () => {
  test('awsJson: members and times come through', async () => {
    const { stateMachines } = await new SFNClient(gateway.client).send(new ListStateMachinesCommand({}))
    expect(stateMachines).toEqual([
      { name: 'm', stateMachineArn: 'arn', type: 'STANDARD', creationDate: new Date(1_500) },
    ])
  })

  test('awsJson: a refusal has its name, its message and the request’s id', async () => {
    const refused = new SFNClient(gateway.client).send(new DescribeExecutionCommand({ executionArn: 'arn:x' }))
    await expect(refused).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
      message: "Execution Does Not Exist: 'arn:x'",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
  })

  test('awsQuery: lists, empty lists and text of all sorts arrive, and the answer is read', async () => {
    const { MessageId } = await new SESClient(gateway.client).send(new SendEmailCommand(mail))
    expect(MessageId).toBe('a<b')
    expect(sent).toEqual([{ ...mail, Destination: { ToAddresses: ['d@e.f', 'g@h.i'], CcAddresses: '' } }])
  })
})

test('a request whose types are wrong is refused with the code of its protocol', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const query = await signed('ses', 'Action=SendRawEmail&RawMessage=x', form)
  expect([query.status, await query.text()]).toEqual([400, expect.stringContaining('<Code>MalformedInput</Code>')])
})

describe('what is not supported names itself', () => {
  test('an action, in awsJson, awsQuery and REST', async () => {
    await expect(new SFNClient(gateway.client).send(new ListActivitiesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('ListActivities'),
    })
    await expect(new SESClient(gateway.client).send(new ListIdentitiesCommand({}))).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('ListIdentities'),
    })
    await expect(new LambdaClient(gateway.client).send(new ListLayersCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('/layers'),
    })
    await expect(new LambdaClient(gateway.client).send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('ListFunctions'),
    })
  })

  test('a service', async () => {
    const json = await signed('kinesis', '{}', { 'x-amz-target': 'Kinesis_20131202.ListStreams' })
    expect(json.status).toBe(400)
    expect(await json.json()).toEqual({
      __type: 'UnknownOperationException',
      message: 'The local cloud does not support the service kinesis.',
    })
    const xml = await signed('s3', '')
    expect(await xml.text()).toContain('<Code>InvalidAction</Code>')
  })

  test('names that every object inherits are no services and no actions', async () => {
    for (const service of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      for (const headers of [{ 'x-amz-target': 'A.toString' }, form, {}] as Record<string, string>[]) {
        const answer = await signed(service, '{}', headers)
        expect([answer.status, await answer.text()]).toEqual([
          expect.any(Number),
          expect.stringContaining(`does not support the service ${service}`),
        ])
        expect(answer.status).toBeLessThan(500)
      }
    }
    const inherited = await signed('ses', 'Action=constructor', { 'content-type': 'application/x-www-form-urlencoded' })
    expect([inherited.status, await inherited.text()]).toEqual([400, expect.stringContaining('InvalidAction')])
    const action = await signed('states', '{}', { 'x-amz-target': 'AWSStepFunctions.toString' })
    expect(await action.json()).toMatchObject({ __type: 'UnknownOperationException' })
  })
})

test('a body that is not JSON is refused', async () => {
  const answer = await signed('states', '{"a":', { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ __type: 'SerializationException' })
})

test('an unexpected error is InternalFailure for the caller, and is in the log', async () => {
  const answer = await signed('states', '{}', { 'x-amz-target': 'AWSStepFunctions.StopExecution' })
  expect(answer.status).toBe(500)
  expect(await answer.json()).toMatchObject({ __type: 'InternalFailure' })
  expect(gateway.logged.join()).toContain('Error: a bug')
})

test('unsigned requests and all below /_local/ go to the control surface', async () => {
  const { endpoint } = gateway.client
  expect(await (await fetch(`${endpoint}/page?x=1`)).text()).toBe('unsigned /page?x=1')
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20261123/r/ses/aws4_request, SignedHeaders=host, Signature=0'
  const local = await fetch(`${endpoint}/_local/mails`, { headers: { authorization } })
  expect(await local.text()).toBe('unsigned /_local/mails')
})

test('a credential in the query is ignored', async () => {
  const credential = encodeURIComponent('any/20261123/eu-central-1/ses/aws4_request')
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-SignedHeaders=host&X-Amz-Signature=00`
  const path = `/?Action=SendEmail&${query}`
  const before = sent.length
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(`${gateway.client.endpoint}${path}`, { method })
    expect(await answer.text()).toBe(`unsigned ${path}`)
  }
  expect(sent).toHaveLength(before)
})

test.each([
  ['another algorithm', 'AWS4-HMAC-SHA1 Credential=a/20261123/r/ses/aws4_request, SignedHeaders=host, Signature=0'],
  ['no day', 'AWS4-HMAC-SHA256 Credential=a/r/ses/aws4_request, SignedHeaders=host, Signature=0'],
  ['another end', 'AWS4-HMAC-SHA256 Credential=a/20261123/r/ses/aws5_request, SignedHeaders=host, Signature=0'],
  ['another scheme', 'Bearer AWS4-HMAC-SHA256 Credential=a/20261123/r/ses/aws4_request, Signature=0'],
])('a credential with %s is none', async (_, authorization) => {
  const answer = await fetch(gateway.client.endpoint, { method: 'POST', headers: { authorization } })
  expect(await answer.text()).toBe('unsigned /')
})

describe('each service accepts only its own protocol', () => {
  const form = 'application/x-www-form-urlencoded'

  test.each(['states', 'dynamodb', 'lambda'])('%s accepts no form', async (service) => {
    const before = sent.length
    for (const action of ['StopExecution', 'ListTables', 'UpdateFunctionCode']) {
      const answer = await signed(service, `Action=${action}`, { 'content-type': form })
      expect([answer.status, await answer.text()]).toEqual([
        expect.any(Number),
        expect.stringContaining('does not support'),
      ])
      expect(answer.status).toBeLessThan(500)
    }
    expect(sent).toHaveLength(before)
  })

  test.each([
    ['GET', '/?Action=SendEmail', undefined, {}],
    ['GET', '/?Action=SendEmail', undefined, { 'content-type': form }],
    ['POST', '/?Action=SendEmail', '', { 'content-type': form }],
    ['POST', '/', 'Action=SendEmail', { 'content-type': 'text/plain' }],
    ['POST', '/', '{}', { 'x-amz-target': 'X.SendEmail' }],
    ['PUT', '/', 'Action=SendEmail', { 'content-type': form }],
  ])('SES accepts no %s of %s with %j and %j', async (method, path, body, headers) => {
    const before = sent.length
    const authorization = 'AWS4-HMAC-SHA256 Credential=a/20261123/r/ses/aws4_request, SignedHeaders=host, Signature=0'
    const init = { method, headers: { authorization, ...headers } as Record<string, string>, ...(body && { body }) }
    const answer = await fetch(`${gateway.client.endpoint}${path}`, init)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toMatch(/<Code>(MalformedInput|MissingAction)<\/Code>/)
    expect(sent).toHaveLength(before)
  })

  test('awsJson accepts no GET', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=a/20261123/r/states/aws4_request, SignedHeaders=host, Signature=0'
    const headers = { authorization, 'x-amz-target': 'AWSStepFunctions.ListStateMachines' }
    const answer = await fetch(gateway.client.endpoint, { headers })
    expect(await answer.json()).toMatchObject({ __type: 'UnknownOperationException' })
  })
})

test('a request larger than the limit is refused, not kept', async () => {
  const answer = await signed('states', 'x'.repeat(33 * 1024 * 1024), { 'x-amz-target': 'A.B' })
  expect(answer.status).toBe(413)
  expect(await answer.json()).toMatchObject({ __type: 'RequestEntityTooLarge' })
})

test('a request that breaks off half-way affects no other request', async () => {
  const socket = connect(gateway.port, '127.0.0.1')
  const authorization =
    'AWS4-HMAC-SHA256 Credential=a/20261123/r/dynamodb/aws4_request, SignedHeaders=host, Signature=0'
  socket.write(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\nContent-Length: 100\r\n\r\n{"half`,
  )
  await once(socket, 'ready')
  socket.resetAndDestroy()
  await once(socket, 'close')
  const { TableNames } = await new DynamoDBClient(gateway.client).send(new ListTablesCommand({}))
  expect(TableNames).toEqual(['t'])
})

describe('faults', () => {
  afterEach(() => gateway.faults.replace({ rules: [] }))

  test('SES throttles as often as the rule says, and sends nothing meanwhile', async () => {
    const before = sent.length
    await gateway.faults.replace({
      rules: [{ service: 'ses', action: 'SendEmail', kind: 'error', error: 'Throttling', times: 2 }],
    })
    const client = new SESClient(gateway.client)
    const throttled = {
      name: 'Throttling',
      message: 'Maximum sending rate exceeded.',
      $metadata: { httpStatusCode: 400 },
    }
    await expect(client.send(new SendEmailCommand(mail))).rejects.toMatchObject(throttled)
    await expect(client.send(new SendEmailCommand(mail))).rejects.toMatchObject(throttled)
    expect(sent).toHaveLength(before)
    await client.send(new SendEmailCommand(mail))
    expect(gateway.faults.list()).toMatchObject([{ times: 0 }])
  })

  test('DynamoDB fails with its own qualified name, other actions do not', async () => {
    const error = 'ProvisionedThroughputExceededException'
    await gateway.faults.replace({
      rules: [{ service: 'dynamodb', action: 'ListTables', kind: 'error', error, times: 1 }],
    })
    await new SFNClient(gateway.client).send(new ListStateMachinesCommand({}))
    const raw = await signed('dynamodb', '{}', { 'x-amz-target': 'DynamoDB_20120810.ListTables' })
    expect(await raw.json()).toMatchObject({ __type: `com.amazonaws.dynamodb.v20120810#${error}` })
    const { TableNames } = await new DynamoDBClient(gateway.client).send(new ListTablesCommand({}))
    expect(TableNames).toEqual(['t'])
  })
})

test('a taken port stops the start with one sentence', async () => {
  const second = startGateway({ port: gateway.port, services: {}, unsigned: () => {}, log: () => {} })
  await expect(second).rejects.toThrow(`Port ${gateway.port} is taken`)
})

describe('a request', () => {
  const target = { 'x-amz-target': 'AWSStepFunctions.DescribeExecution' }

  test('may be compressed', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=any/20261123/eu-central-1/states/aws4_request, Signature=00'
    const answer = await fetch(gateway.client.endpoint, {
      method: 'POST',
      body: gzipSync(JSON.stringify({ executionArn: 'x'.repeat(100_000) })),
      headers: { authorization, ...target, 'content-encoding': 'gzip' },
    })
    expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/'x{100000}'$/) })
  })

  test.each([
    ['is no gzip', Buffer.from('{}')],
    ['breaks off', gzipSync('{"executionArn":"x"}').subarray(0, 20)],
    ['is damaged', Buffer.concat([gzipSync('{}').subarray(0, -8), Buffer.alloc(8)])],
    ['is empty', Buffer.alloc(0)],
  ])('whose gzip %s is refused', async (_, body) => {
    const answer = await signed('states', body, { ...target, 'content-encoding': 'gzip' })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { __type: 'SerializationException', message: expect.stringContaining('gzip') },
    ])
  })

  test('whose gzip unpacks to more than the limit is too large', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(64 * 1024)
    const answer = await signed('states', bomb, { ...target, 'content-encoding': 'gzip' })
    expect([answer.status, await answer.json()]).toMatchObject([413, { __type: 'RequestEntityTooLarge' }])
  })

  test('that nests 30,000 deep is refused, with DynamoDB’s own error if it is for DynamoDB', async () => {
    const deep = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    const states = await signed('states', deep, target)
    expect([states.status, await states.json()]).toEqual([
      400,
      {
        __type: 'SerializationException',
        message: 'The request body cannot be read: it nests deeper than 1000 levels.',
      },
    ])
    const item = await signed('dynamodb', deep, { 'x-amz-target': 'DynamoDB_20120810.ListTables' })
    expect([item.status, await item.json()]).toMatchObject([
      400,
      {
        __type: 'com.amazonaws.dynamodb.v20120810#ValidationException',
        message: expect.stringMatching(/^Nesting Levels/),
      },
    ])
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const query = await signed('ses', `Action=SendEmail&a${'.member.1'.repeat(30_000)}=x`, form)
    expect([query.status, await query.text()]).toEqual([400, expect.stringContaining('<Code>MalformedInput</Code>')])
  })

  test('that is not UTF-8 is refused', async () => {
    const answer = await signed('states', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), target)
    expect(await answer.json()).toMatchObject({ __type: 'SerializationException' })
  })

  test('with a path that is badly encoded is refused', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=a/20261123/r/lambda/aws4_request, SignedHeaders=host, Signature=0'
    for (const path of ['/2015-03-31/functions/%', '/2015-03-31/functions/%C3%28', '/%00', '//evil/_local/x', '/\\']) {
      const answer = await fetch(`${gateway.client.endpoint}${path}`, { headers: { authorization } })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      expect(await answer.json()).toMatchObject({ Type: 'User' })
    }
  })

  test('is answered with the time of its signer', async () => {
    const answer = await signed('states', '{}', { ...target, 'x-amz-date': '20300102T030405Z' })
    expect(answer.headers.get('date')).toBe('Wed, 02 Jan 2030 03:04:05 GMT')
    const undated = await signed('states', '{}', target)
    expect(Math.abs(Date.parse(undated.headers.get('date') ?? '') - Date.now())).toBeLessThan(60_000)
  })

  test('goes to the service of its Region, if the Region has its own', async () => {
    const named = (name: string): Service => ({ actions: { ListStateMachines: async () => ({ name }) } })
    const regional = await gatewayFor({ states: named('here'), 'states/us-east-1': named('there') })
    const ask = async (region: string) => {
      const authorization = `AWS4-HMAC-SHA256 Credential=any/20261123/${region}/states/aws4_request, Signature=00`
      const headers = { authorization, 'x-amz-target': 'AWSStepFunctions.ListStateMachines' }
      return (await fetch(regional.client.endpoint, { method: 'POST', body: '{}', headers })).json()
    }
    expect(await ask('us-east-1')).toEqual({ name: 'there' })
    expect(await ask('eu-central-1')).toEqual({ name: 'here' })
    await regional.stop()
  })
})
