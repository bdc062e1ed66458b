import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { fromItem, toItem } from './attributes.ts'
import type { Customer } from './customer.ts'

/** An item of a customers' table: the customer, and how often it was written. */
export interface Row {
  customer: Customer
  version: number
}

/** The row as DynamoDB stores it. */
export const itemOf = ({ customer, version }: Row) => toItem({ ...customer, version })

/** The row that DynamoDB stored. */
export function rowOf(item: Record<string, AttributeValue>): Row {
  const { version, ...customer } = fromItem(item)
  // Only this package writes the table.
  return { customer: customer as unknown as Customer, version: Number(version) }
}
