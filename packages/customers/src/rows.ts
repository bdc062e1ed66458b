import { isDeepStrictEqual } from 'node:util'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { fromItem, toItem } from './attributes.ts'
import type { Customer } from './customer.ts'
import { stageKeyId } from './stage-key.ts'

/** An item of a customers' table: the customer, and how often it was written. */
export interface Row {
  customer: Customer
  version: number
}

/** All customers of a table, a page at a time. */
export async function* rowsIn(client: DynamoDBClient, table: string): AsyncGenerator<Row[]> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    yield Items.filter((item) => item[customersTable.hashKey]?.S !== stageKeyId).map(rowOf)
  }
}

/**
 * Writes a row into a table that has no row of this customer. Written again, it changes nothing.
 * @returns the customer that the table has, if it has another row
 */
export async function putMissing(client: DynamoDBClient, table: string, row: Row): Promise<Customer | undefined> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({ ...row.customer, version: row.version }),
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': customersTable.hashKey },
      }),
    )
    return undefined
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return await otherThan(row, client, table)
  }
}

/** What `putMissing` would return; undefined if it would write. */
export async function otherThan(row: Row, client: DynamoDBClient, table: string): Promise<Customer | undefined> {
  const Key = toItem({ [customersTable.hashKey]: row.customer.customerId })
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  const found = Item && rowOf(Item)
  return found && !isDeepStrictEqual(found, row) ? found.customer : undefined
}

function rowOf(item: Record<string, AttributeValue>): Row {
  const { version, ...customer } = fromItem(item)
  // Only this package writes the table.
  return { customer: customer as unknown as Customer, version: Number(version) }
}
