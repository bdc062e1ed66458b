import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { withoutTimeouts } from '@confirmation-reminder/contracts/test/without-timeouts'
import dynalite from 'dynalite'

withoutTimeouts(DynamoDBClient)

export const tableName = 'customers'

/** A table of strings by one key. */
export interface TableDefinition {
  name: string
  hashKey: string
}

/**
 * DynamoDB in memory with empty tables: the customers' and others. Clients without a configuration find it by the
 * environment.
 */
export async function startTable(...others: TableDefinition[]) {
  returnItemsOfFailedConditions()
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const client = new DynamoDBClient({})
  const make = async ({ name, hashKey }: TableDefinition) => {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: hashKey, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: hashKey, KeyType: 'HASH' }],
      }),
    )
  }
  for (const definition of [{ name: tableName, ...customersTable }, ...others]) await make(definition)
  return {
    client,
    /** Makes a table again that a test deleted. */
    make,
    /** Deletes the customers' table. */
    lose: () => client.send(new DeleteTableCommand({ TableName: tableName })),
    async stop() {
      client.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** Teaches dynalite a parameter that it ignores: the error for a failed condition then has the item, as on AWS. */
function returnItemsOfFailedConditions(): void {
  const require = createRequire(__filename)
  for (const action of ['putItem', 'updateItem', 'deleteItem']) {
    require(`dynalite/validations/${action}`).types.ReturnValuesOnConditionCheckFailure = { type: 'String' }
  }
  const database = require('dynalite/db')
  const { checkConditional } = database
  database.checkConditional = (input: { ReturnValuesOnConditionCheckFailure?: string }, item?: object) => {
    const error = checkConditional(input, item)
    if (error && item && input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') error.body.Item = item
    return error
  }
}
