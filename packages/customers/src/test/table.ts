import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import dynalite from 'dynalite'

export const tableName = 'customers'

/** DynamoDB in memory with an empty customers' table. Clients without a configuration find it by the environment. */
export async function startTable() {
  const server = dynalite({ createTableMs: 0 })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const client = new DynamoDBClient({})
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: customersTable.hashKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: customersTable.hashKey, KeyType: 'HASH' }],
    }),
  )
  return {
    client,
    async stop() {
      client.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
