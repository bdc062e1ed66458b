import { isDeepStrictEqual } from 'node:util'
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { toItem } from './attributes.ts'
import { openClient } from './client.ts'
import type { Customer } from './customer.ts'
import { itemOf, type Row, rowOf } from './row.ts'

/** The decision of a transition. If nothing changes, `customer` is the same object that the transition got. */
export interface Decision {
  outcome: string
  customer: Customer | undefined
}

/** The customers of a stage. */
export interface Customers {
  /** The customer as stored at this moment. */
  find(customerId: string): Promise<Customer | undefined>
  /**
   * Reads the customer, lets the transition decide, and writes its decision, unless another writer wrote in
   * between: then it starts again. `guess: 'absent'` saves the read if most customers are new.
   * @throws Error if others keep writing the same customer. Retry later.
   */
  change<D extends Decision>(
    customerId: string,
    transition: (stored: Customer | undefined) => D,
    options?: { guess?: 'absent' },
  ): Promise<D>
}

/** What a key has. */
type Found = Row | typeof absent

const absent = { customer: undefined, version: 0 } as const

// Each failure means that another writer succeeded. A registration and its run write a handful of times in all.
const attempts = 10

/** Opens the customers' table. */
export function openCustomers(table: string, client = openClient()): Customers {
  async function read(customerId: string): Promise<Found> {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: table,
        Key: toItem({ [customersTable.hashKey]: customerId }),
        ConsistentRead: true,
      }),
    )
    return Item ? rowOf(Item) : absent
  }

  /** Writes, if the item has not changed. Otherwise returns the current item. */
  async function write(customer: Customer, before: Found): Promise<'written' | Found> {
    const Item = itemOf({ customer, version: before.version + 1 })
    try {
      await client.send(new PutItemCommand({ TableName: table, Item, ...onlyAfter(before) }))
      return 'written'
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      const row = error.Item ? rowOf(error.Item) : await read(customer.customerId)
      // The client repeats a write whose response was lost, and is refused because of the write itself.
      return isDeepStrictEqual(row, rowOf(Item)) ? 'written' : row
    }
  }

  return {
    find: async (customerId) => (await read(customerId)).customer,
    async change(customerId, transition, { guess } = {}) {
      let row = guess === 'absent' ? absent : await read(customerId)
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const decision = transition(row.customer)
        if (!decision.customer || decision.customer === row.customer) return decision
        const result = await write(decision.customer, row)
        if (result === 'written') return decision
        row = result
      }
      throw new Error(`Customer ${customerId} was changed by others ${attempts} times in a row. Try again later.`)
    },
  }
}

/** The condition that the item was not written since. The trace detects an item deleted and created again in between. */
function onlyAfter({ customer, version }: Found): Partial<PutItemCommandInput> {
  if (!customer) {
    return {
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': customersTable.hashKey },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }
  }
  return {
    ConditionExpression: '#version = :version AND #traceId = :traceId',
    ExpressionAttributeNames: { '#version': 'version', '#traceId': 'traceId' },
    ExpressionAttributeValues: toItem({ ':version': version, ':traceId': customer.traceId }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}
