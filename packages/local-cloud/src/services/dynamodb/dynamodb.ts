import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { openDatabase } from '../../core/durable/open-database.ts'
import type { Action, Service } from '../../core/service.ts'
import type { StackModel, Table } from '../../core/stack-model.ts'
import {
  createDatabase,
  type DynaliteRefusal,
  type DynaliteStore,
  dynaliteAction,
  type TableRecord,
} from './dynalite.ts'
import { checkNesting } from './nesting.ts'
import { timeToLive } from './time-to-live.ts'

const actionNames = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
]

/**
 * DynamoDB, by dynalite, on disk in `folder`. The tables of the stack are there and ACTIVE when it resolves, and items
 * that expire go as `timeToLive` says.
 * @throws Error with one sentence, where another process has the folder open, what it holds is damaged, or a table on disk
 *   has another key.
 */
export async function startDynamoDb({
  stack: { region, accountId, tables },
  folder,
  clock,
}: {
  stack: Pick<StackModel, 'region' | 'accountId' | 'tables'>
  folder: string
  clock: Clock
}): Promise<Service & { settled(): Promise<void>; stop(): Promise<void> }> {
  const store = await openDatabase(folder, () => {
    const all = createDatabase(folder)
    return { database: all.db, all }
  })
  Object.assign(store.tableDb, { awsRegion: region, awsAccountId: accountId })
  try {
    await Promise.all(tables.map((table) => provide(table, store)))
  } catch (error) {
    await store.db.close()
    throw error
  }
  const expiry = timeToLive({ tables, clock, run: (action, input) => dynaliteAction(action, store)(input) })
  return {
    actions: { ...actionsOf(store), DescribeTimeToLive: expiry.describe },
    settled: expiry.settled,
    async stop() {
      await expiry.stop()
      await store.db.close()
    },
  }
}

function actionsOf(store: DynaliteStore): Record<string, Action> {
  const actions = actionNames.map((name) => {
    const run = dynaliteAction(name, store)
    const action = async (input: object) => {
      checkNesting(input)
      return await run(input).catch((error: unknown) => Promise.reject(asAwsError(error)))
    }
    return [name, action] as const
  })
  return Object.fromEntries(actions)
}

/**
 * Creates a table, unless it is on disk.
 * @throws Error with one sentence, where it has another key there
 */
async function provide(table: Table, store: DynaliteStore): Promise<void> {
  const wanted = createTableInput(table)
  const found = await describe(table, store)
  if (!found) {
    await dynaliteAction('CreateTable', store)(wanted)
    while ((await describe(table, store))?.TableStatus !== 'ACTIVE') await delay(1)
    return
  }
  const [here, there] = [keyOf(found), keyOf(wanted)]
  if (here !== there) {
    throw new Error(
      `The table ${table.name} on disk has the key ${here}, the Terraform says ${there}: start with --reset to delete all data.`,
    )
  }
  // A process that was killed while it created the table leaves it in that state.
  if (found.TableStatus === 'CREATING') {
    await promisify(store.tableDb.put)(table.name, { ...found, TableStatus: 'ACTIVE' })
  }
}

/** The table on disk, if it exists. */
async function describe({ name }: Table, store: DynaliteStore): Promise<TableRecord | undefined> {
  try {
    return ((await dynaliteAction('DescribeTable', store)({ TableName: name })) as { Table: TableRecord }).Table
  } catch (error) {
    if (asAwsError(error) instanceof AwsError) return undefined
    throw error
  }
}

type Keys = Pick<TableRecord, 'KeySchema' | 'AttributeDefinitions'>

function createTableInput({ name, hashKey, rangeKey, attributes }: Table): Keys & Record<string, unknown> {
  const keys = [hashKey, ...(rangeKey === undefined ? [] : [rangeKey])]
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    // DynamoDB refuses definitions of attributes that no key uses.
    AttributeDefinitions: attributes
      .filter((attribute) => keys.includes(attribute.name))
      .map((attribute) => ({ AttributeName: attribute.name, AttributeType: attribute.type })),
  }
}

/** A key in words, such as `customerId (S)`. */
function keyOf({ KeySchema, AttributeDefinitions }: Keys): string {
  const type = (key: string) => AttributeDefinitions.find(({ AttributeName }) => AttributeName === key)?.AttributeType
  return KeySchema.map(({ AttributeName }) => `${AttributeName} (${type(AttributeName)})`).join(', ')
}

function asAwsError(error: unknown): unknown {
  const { statusCode, body } = error as Partial<DynaliteRefusal>
  if (!statusCode || !body) return error
  return new AwsError(body.__type.replace(/^.*#/, ''), body.message ?? body.Message ?? '', statusCode)
}
