import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { Refusal } from '../terminal/refusal.ts'

/** A table as far as a restore needs to know it. */
export interface RestoredTable {
  /** How many items it has, as DynamoDB last counted them. */
  items: number
  /** The moment to which DynamoDB restored it, in milliseconds since 1970. */
  atMs?: number
}

/**
 * The restored table.
 * @throws Refusal if it cannot be one of customers, or is not restored yet
 */
export async function restoredTable(client: DynamoDBClient, from: string, to: string): Promise<RestoredTable> {
  if (from === to) throw new Refusal(`${from} is the table of the stage itself: restore it to a table of another name.`)
  const { Table: table = {} } = await client.send(new DescribeTableCommand({ TableName: from })).catch(missing(from))
  if (table.TableStatus !== 'ACTIVE' || table.RestoreSummary?.RestoreInProgress) {
    throw new Refusal(`The table ${from} is not restored yet: wait until its status is ACTIVE.`)
  }
  const keys = table.KeySchema?.map(({ AttributeName }) => AttributeName)
  if (keys?.join() !== customersTable.hashKey) {
    throw new Refusal(`The table ${from} has the key ${keys?.join()}: it is no table of customers.`)
  }
  const { ItemCount: items = 0, RestoreSummary: { RestoreDateTime: moment } = {} } = table
  return { items, ...(moment && { atMs: moment.getTime() }) }
}

/** @throws Refusal if the table of the stage is not there */
export async function checkTarget(client: DynamoDBClient, to: string): Promise<void> {
  await client.send(new DescribeTableCommand({ TableName: to })).catch(missing(to))
}

function missing(table: string): (error: Error) => never {
  return (error) => {
    if (error.name !== 'ResourceNotFoundException') throw error
    throw new Refusal(
      `There is no table ${table}: check the stage, the account and the Region. If it was deleted, docs/runbook.md says how to create it while the functions are held.`,
    )
  }
}
