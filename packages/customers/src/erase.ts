import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { toItem } from './attributes.ts'

/**
 * Deletes everything stored about a customer, including the tombstone that blocks mails, for a request for erasure
 * (GDPR, article 17). A waiting run finds no customer and ends. Returns whether anything was stored.
 */
export async function eraseCustomer(client: DynamoDBClient, table: string, customerId: string): Promise<boolean> {
  const { Attributes } = await client.send(
    new DeleteItemCommand({
      TableName: table,
      Key: toItem({ [customersTable.hashKey]: customerId }),
      ReturnValues: 'ALL_OLD',
    }),
  )
  return Attributes !== undefined
}
