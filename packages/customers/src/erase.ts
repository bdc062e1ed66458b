import { DeleteItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { toItem } from './attributes.ts'

/**
 * Deletes everything stored about a customer, including the tombstone that blocks mails, for a request for erasure
 * (GDPR, article 17). A waiting run finds no customer and ends. Returns whether anything was stored.
 */
export async function eraseCustomer(client: DynamoDBClient, table: string, customerId: string): Promise<boolean> {
  const item = { TableName: table, Key: toItem({ [customersTable.hashKey]: customerId }) }
  // Read before, because a client repeats a deletion whose response was lost, and the repetition finds nothing.
  const { Item } = await client.send(new GetItemCommand({ ...item, ConsistentRead: true }))
  await client.send(new DeleteItemCommand(item))
  return Item !== undefined
}
