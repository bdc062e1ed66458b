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
import { toItem } from './attributes.ts'
import { type Customer, isExpired } from './customer.ts'
import { itemOf, type Row, rowOf } from './row.ts'
import { stageKeyId } from './stage-key.ts'

/** All customers of a table, a page at a time. */
export async function* rowsIn(client: DynamoDBClient, table: string): AsyncGenerator<Row[]> {
  for await (const items of itemsIn(client, table)) yield items.map(rowOf)
}

/** The items of all customers of a table as DynamoDB stored them, a page at a time. */
export async function* itemsIn(
  client: DynamoDBClient,
  table: string,
): AsyncGenerator<Record<string, AttributeValue>[]> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    yield Items.filter((item) => item[customersTable.hashKey]?.S !== stageKeyId)
  }
}

/** A table of customers, and the present time in milliseconds since 1970. */
export interface Target {
  client: DynamoDBClient
  table: string
  now: number
}

/**
 * Writes a row into a table that has no row of this customer, or one that has lapsed. Written again, it changes nothing.
 * @returns the customer that the table has, if it has another row
 */
export async function putMissing(row: Row, target: Target): Promise<Customer | undefined> {
  try {
    await target.client.send(
      new PutItemCommand({
        TableName: target.table,
        Item: itemOf(row),
        ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt <= :now',
        ExpressionAttributeNames: { '#key': customersTable.hashKey, '#expiresAt': customersTable.ttlAttribute },
        ExpressionAttributeValues: toItem({ ':now': Math.floor(target.now / 1000) }),
      }),
    )
    return undefined
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return await otherThan(row, target)
  }
}

/** What `putMissing` would return; undefined if it would write. */
export async function otherThan(row: Row, { client, table, now }: Target): Promise<Customer | undefined> {
  const Key = toItem({ [customersTable.hashKey]: row.customer.customerId })
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  const found = Item && rowOf(Item)
  return found && !isExpired(found.customer, now) && !isDeepStrictEqual(found, rowOf(itemOf(row)))
    ? found.customer
    : undefined
}
