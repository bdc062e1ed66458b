import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { toItem } from './attributes.ts'

/**
 * Deletes all that is stored of a customer, also the mark that holds mails off: the answer to a request for erasure
 * (GDPR, article 17). A run that waits finds no customer and ends. Returns whether there was anything.
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
