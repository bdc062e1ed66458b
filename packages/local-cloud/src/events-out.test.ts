import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type Cloud, startCloud } from './cloud.ts'
import { clientSettings } from './gateway/test/start-gateway.ts'
import { zipOf } from './services/lambda/test/lambda.ts'

/** Puts an event for each record of a stream, as its own role; without the SDK, which would have to be bundled. */
const announce = `
exports.handler = async ({ Records }) => {
  const credential = process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-central-1/events/aws4_request'
  const Entries = Records.map(({ eventName, dynamodb }) => ({
    EventBusName: process.env.BUS,
    Source: 'customers',
    DetailType: eventName,
    Detail: JSON.stringify({ id: dynamodb.Keys.id.S }),
  }))
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0',
      'x-amz-target': 'AWSEvents.PutEvents',
      'content-type': 'application/x-amz-json-1.1',
    },
    body: JSON.stringify({ Entries }),
  })
  const { FailedEntryCount } = await response.json()
  if (FailedEntryCount !== 0) throw new Error('The bus refused ' + FailedEntryCount)
  return { batchItemFailures: [] }
}`

const trust = (Service: string) =>
  JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' } })
const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })
const policy = (...Statement: object[]) => JSON.stringify({ Statement })

const stackWith = (webhook: string) => ({
  provider: { aws: [{ region: 'eu-central-1' }] },
  resource: {
    aws_dynamodb_table: {
      customers: {
        ...{ name: 'customers', hash_key: 'id', attribute: [{ name: 'id', type: 'S' }] },
        ...{ stream_enabled: true, stream_view_type: 'NEW_AND_OLD_IMAGES' },
      },
    },
    aws_iam_role: {
      announce: { name: 'announce', assume_role_policy: trust('lambda.amazonaws.com') },
      webhook: { name: 'webhook', assume_role_policy: trust('events.amazonaws.com') },
    },
    aws_iam_role_policy: {
      announce: {
        role: '${aws_iam_role.announce.name}',
        policy: policy(
          allow(
            ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((name) => `dynamodb:${name}`),
            '${aws_dynamodb_table.customers.arn}/stream/*',
          ),
          allow('events:PutEvents', '${aws_cloudwatch_event_bus.customers.arn}'),
        ),
      },
      webhook: {
        role: '${aws_iam_role.webhook.name}',
        policy: policy(allow('events:InvokeApiDestination', '${aws_cloudwatch_event_api_destination.webhook.arn}')),
      },
    },
    aws_lambda_function: {
      announce: {
        ...{ function_name: 'announce', role: '${aws_iam_role.announce.arn}', filename: 'announce.zip' },
        ...{ handler: 'handler.handler', runtime: 'nodejs24.x', timeout: 10, memory_size: 128 },
        environment: { variables: { BUS: '${aws_cloudwatch_event_bus.customers.name}' } },
      },
    },
    aws_lambda_event_source_mapping: {
      announce: {
        event_source_arn: '${aws_dynamodb_table.customers.stream_arn}',
        function_name: '${aws_lambda_function.announce.arn}',
        ...{ starting_position: 'TRIM_HORIZON', batch_size: 10, bisect_batch_on_function_error: true },
        function_response_types: ['ReportBatchItemFailures'],
      },
    },
    aws_cloudwatch_event_bus: { customers: { name: 'customers' } },
    aws_cloudwatch_event_rule: {
      all: {
        ...{ name: 'all', event_bus_name: '${aws_cloudwatch_event_bus.customers.name}' },
        event_pattern: '{"source":["customers"]}',
      },
    },
    aws_cloudwatch_event_target: {
      queue: {
        ...{ rule: '${aws_cloudwatch_event_rule.all.name}', target_id: 'queue', arn: '${aws_sqs_queue.heard.arn}' },
        event_bus_name: '${aws_cloudwatch_event_bus.customers.name}',
      },
      webhook: {
        ...{ rule: '${aws_cloudwatch_event_rule.all.name}', target_id: 'webhook' },
        arn: '${aws_cloudwatch_event_api_destination.webhook.arn}',
        event_bus_name: '${aws_cloudwatch_event_bus.customers.name}',
        role_arn: '${aws_iam_role.webhook.arn}',
      },
    },
    aws_cloudwatch_event_connection: {
      webhook: {
        ...{ name: 'webhook', authorization_type: 'API_KEY' },
        auth_parameters: [{ api_key: [{ key: 'X-Secret', value: 'secret' }] }],
      },
    },
    aws_cloudwatch_event_api_destination: {
      webhook: {
        ...{ name: 'webhook', http_method: 'POST', invocation_endpoint: webhook },
        connection_arn: '${aws_cloudwatch_event_connection.webhook.arn}',
      },
    },
    aws_sqs_queue: { heard: { name: 'heard' } },
    aws_sqs_queue_policy: {
      heard: {
        queue_url: '${aws_sqs_queue.heard.url}',
        policy: policy({
          ...allow('sqs:SendMessage', '${aws_sqs_queue.heard.arn}'),
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': '${aws_cloudwatch_event_rule.all.arn}' } },
        }),
      },
    },
  },
})

// A whole local cloud, several times, on a machine that may be busy.
jest.setTimeout(180_000)

const folder = mkdtempSync(join(tmpdir(), 'events-out-'))
const heard: string[] = []
let server: Server
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const event = JSON.parse(Buffer.concat(chunks).toString())
    heard.push(`${request.headers['x-secret']} ${event.detail.id}`)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  writeFileSync(join(folder, 'announce.zip'), zipOf({ 'handler.js': announce, 'package.json': '{}' }))
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stackWith(url)))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

async function start(data: string) {
  const lines: string[] = []
  const ports = { cloudPort: 0, apiPort: 0 }
  const dataFolder = join(folder, data)
  const cloud: Cloud = await startCloud({
    ...{ stackFolder: folder, dataFolder, ...ports },
    log: (line) => lines.push(line),
  })
  const settings = clientSettings(Number(new URL(cloud.cloudUrl).port))
  const [dynamodb, sqs] = [new DynamoDBClient(settings), new SQSClient(settings)]
  const put = (id: string) => dynamodb.send(new PutItemCommand({ TableName: 'customers', Item: { id: { S: id } } }))
  const skip = async (seconds: number) => {
    const response = await fetch(`${cloud.cloudUrl}/_local/clock`, {
      method: 'POST',
      body: JSON.stringify({ skipSeconds: seconds }),
    })
    if (!response.ok) throw new Error(await response.text())
  }
  const stored = async () =>
    ((await dynamodb.send(new ScanCommand({ TableName: 'customers' }))).Items ?? []).map(({ id }) => id?.S ?? '')
  const queued = async () => {
    const ids: string[] = []
    for (;;) {
      const receive = { QueueUrl: 'heard', MaxNumberOfMessages: 10, VisibilityTimeout: 600 }
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive))
      if (Messages.length === 0) return ids
      ids.push(...Messages.map(({ Body = '' }) => JSON.parse(Body).detail.id))
    }
  }
  const stop = async () => {
    await cloud.stop()
    dynamodb.destroy()
    sqs.destroy()
  }
  return { put, skip, stored, queued, lines, dataFolder, stop }
}

test('what is written is heard on the bus, by the queue and by the webhook, before the clock skips', async () => {
  const { put, skip, queued, stop, lines } = await start('first')
  for (const id of ['a', 'b', 'c']) await put(id)
  await skip(1)
  expect(await queued()).toEqual(['a', 'b', 'c'])
  expect([...heard].sort()).toEqual(['secret a', 'secret b', 'secret c'])
  expect(lines.filter((line) => line.includes('could not deliver'))).toEqual([])
  await stop()
})

test('a kill between the write and the announcement loses no event, and announces nothing that is not written', async () => {
  let before = await start('killed-0')
  for (let kill = 1; kill <= 5; kill++) {
    const written = Promise.all(Array.from({ length: 12 }, (_, n) => before.put(`${kill}-${n}`)))
    for (let turn = 0; turn < kill * 12; turn++) await new Promise(setImmediate)
    // The copy is what a kill at this moment leaves.
    cpSync(before.dataFolder, join(folder, `killed-${kill}`), { recursive: true })
    await written
    await before.stop()
    before = await start(`killed-${kill}`)
  }
  await before.skip(60)
  const [stored, queued] = [await before.stored(), await before.queued()]
  expect([...new Set(queued)].sort()).toEqual([...stored].sort())
  expect(stored.length).toBeGreaterThan(0)
  await before.stop()
})
