import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { CustomNotification } from '@confirmation-reminder/contracts/custom-notification'
import { failuresTable } from '@confirmation-reminder/contracts/failures-table'
import dynalite from 'dynalite'

export const tableName = 'failures'
export const topicArn = 'arn:aws:sns:eu-central-1:000000000000:notify'

/**
 * DynamoDB in memory, and as much of SNS and Step Functions as the function needs. Clients without a configuration find
 * them by the environment.
 */
export async function startServices() {
  /** What was published, in order. */
  const posts: CustomNotification[] = []
  const requests: { publish: URLSearchParams[]; history: object[] } = { publish: [], history: [] }
  /** How many of the next requests are refused. */
  const refusing = { publish: 0, history: 0 }

  const sns = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    requests.publish.push(form)
    if (refusing.publish > 0) {
      refusing.publish--
      response.writeHead(403, { 'content-type': 'text/xml' })
      const error = '<Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not allowed</Message></Error>'
      return response.end(`<ErrorResponse>${error}</ErrorResponse>`)
    }
    posts.push(JSON.parse(form.get('Message') ?? ''))
    response.writeHead(200, { 'content-type': 'text/xml' })
    return response.end('<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>')
  })
  const states = createServer(async (request, response) => {
    requests.history.push(JSON.parse(await text(request)))
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    if (refusing.history > 0) {
      refusing.history--
      response.writeHead(400)
      return response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not allowed' }))
    }
    const event = (id: number, type: string, more: object = {}) => ({ id, type, timestamp: 1_785_320_220, ...more })
    const events = [
      event(4, 'ExecutionFailed'),
      event(3, 'LambdaFunctionFailed'),
      event(2, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'TriggerNotification' } }),
      event(1, 'ExecutionStarted'),
    ]
    return response.end(JSON.stringify({ events }))
  })
  const dynamo = dynalite({ createTableMs: 0 })

  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: await listen(dynamo),
    AWS_ENDPOINT_URL_SNS: await listen(sns),
    AWS_ENDPOINT_URL_SFN: await listen(states),
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const client = new DynamoDBClient({})
  await createTable(client)
  return {
    client,
    posts,
    requests,
    refusing,
    async stop() {
      client.destroy()
      for (const server of [dynamo, sns, states]) {
        const closed = new Promise((closed) => server.close(closed))
        server.closeAllConnections()
        await closed
      }
    },
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function createTable(client: DynamoDBClient): Promise<void> {
  const { hashKey } = failuresTable
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: hashKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: hashKey, KeyType: 'HASH' }],
    }),
  )
  for (let status: string | undefined; status !== 'ACTIVE'; ) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
    status = Table?.TableStatus
  }
}
