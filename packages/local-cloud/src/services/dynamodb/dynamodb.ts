import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { type Checked, openDatabase } from '../../core/durable/open-database.ts'
import type { Action, Service } from '../../core/service.ts'
import type { StackModel, Table } from '../../core/stack-model.ts'
import { withDeletionProtection } from './deletion-protection.ts'
import {
  createDatabase,
  type DynaliteRefusal,
  type DynaliteStore,
  dynaliteAction,
  type TableRecord,
} from './dynalite.ts'
import { checkNesting } from './nesting.ts'
import { streamActions } from './streams/actions.ts'
import { recording } from './streams/recording.ts'
import { dropStreams, Stream } from './streams/stream.ts'
import { timeToLive } from './time-to-live.ts'

/** The actions that write items. */
const writes = ['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem']

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

export interface DynamoDb extends Service {
  /** The streams of tables, which Lambda polls. */
  streams: readonly Stream[]
  settled(): Promise<void>
  stop(): Promise<void>
}

/**
 * DynamoDB, by dynalite, on disk in `folder`. The tables of the stack are there and ACTIVE when it resolves, and items
 * that expire go as `timeToLive` says.
 * - `checked`: what a check of the folder has found; without it, it is checked now.
 * @throws Error with one sentence, where another process has the folder open, what it holds is damaged, or a table on disk
 *   has another key.
 */
export async function startDynamoDb({
  stack: { region, accountId, tables },
  folder,
  checked,
  clock,
}: {
  stack: Pick<StackModel, 'region' | 'accountId' | 'tables'>
  folder: string
  checked?: Checked
  clock: Clock
}): Promise<DynamoDb> {
  const make = () => {
    const all = createDatabase(folder)
    return { database: all.db, all }
  }
  const store = await openDatabase(folder, make, { checked })
  Object.assign(store.tableDb, { awsRegion: region, awsAccountId: accountId })
  const streams = new Map<string, Stream>()
  try {
    await Promise.all(tables.map((table) => provide(table, store)))
    const without = tables.filter(({ stream }) => !stream)
    await dropStreams(store.db, without)
    for (const table of tables) {
      if (hasStream(table)) streams.set(table.name, await Stream.open(table, store.db, clock))
    }
  } catch (error) {
    await store.db.close()
    throw error
  }
  const expiry = timeToLive({
    tables,
    clock,
    run: (action, input) =>
      dynaliteAction(action, store, () => recording(store, streams, { byTimeToLive: true }))(input),
  })
  const actions = {
    ...withStreams(actionsOf(store, streams), streams),
    ...streamActions(streams, clock, clock.now()),
    DescribeTimeToLive: expiry.describe as Action,
  }
  const isProtected = tables.filter(({ deletionProtected }) => deletionProtected).map(({ name }) => name)
  return {
    streams: [...streams.values()],
    actions: byName(withDeletionProtection(actions, isProtected), `arn:aws:dynamodb:${region}:${accountId}:table/`),
    settled: async () => {
      await expiry.settled()
      for (const stream of streams.values()) await stream.settled()
    },
    async stop() {
      await expiry.stop()
      for (const stream of streams.values()) await stream.stop()
      await store.db.close()
    },
  }
}

const hasStream = (table: Table): table is Table & Required<Pick<Table, 'stream'>> => table.stream !== undefined

function actionsOf(store: DynaliteStore, streams: ReadonlyMap<string, Stream>): Record<string, Action> {
  const actions = actionNames.map((name) => {
    const records = streams.size > 0 && writes.includes(name)
    const run = dynaliteAction(name, store, records ? () => recording(store, streams) : undefined)
    const action = async (input: object) => {
      checkNesting(input)
      if (name === 'TagResource') checkTags(input)
      return await run(input).catch((error: unknown) => Promise.reject(asAwsError(error)))
    }
    return [name, action] as const
  })
  return Object.fromEntries(actions)
}

/** The actions, with tables that name their streams. Only Terraform makes and changes streams. */
function withStreams(
  actions: Readonly<Record<string, Action>>,
  streams: ReadonlyMap<string, Stream>,
): Record<string, Action> {
  const refusing = (name: string): Action => {
    const run = actions[name] as Action
    return async (input: { StreamSpecification?: { StreamEnabled?: unknown } }) => {
      if (input.StreamSpecification?.StreamEnabled === undefined) return await run(input as never)
      const message = `The local cloud does not support StreamSpecification in ${name}: set stream_enabled in the Terraform.`
      throw new AwsError('ValidationException', message)
    }
  }
  return {
    ...actions,
    CreateTable: refusing('CreateTable'),
    UpdateTable: refusing('UpdateTable'),
    DescribeTable: async (input) => {
      const { Table } = (await (actions.DescribeTable as Action)(input)) as { Table: { TableName: string } }
      const stream = streams.get(Table.TableName)?.settings
      if (!stream) return { Table }
      const ofStream = {
        LatestStreamArn: stream.arn,
        LatestStreamLabel: stream.label,
        StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
      }
      return { Table: { ...Table, ...ofStream } }
    },
  }
}

/**
 * The actions, with tables that may also be named by their ARN.
 * - `arns`: the beginning of the ARNs.
 */
function byName(actions: Readonly<Record<string, Action>>, arns: string): Record<string, Action> {
  return Object.fromEntries(
    Object.entries(actions).map(([name, run]) => {
      const action = async (input: { TableName?: unknown }) => {
        const { TableName: given } = input
        const isArn = typeof given === 'string' && given.startsWith(arns)
        return await run((isArn ? { ...input, TableName: given.slice(arns.length) } : input) as never)
      }
      return [name, action]
    }),
  )
}

/** Refuses tags without a key or value, which dynalite tries to store. */
function checkTags({ Tags }: { Tags?: { Key?: unknown; Value?: unknown }[] }): void {
  if (!Array.isArray(Tags)) return
  for (const [index, tag] of Tags.entries()) {
    const lacking = ['Key' as const, 'Value' as const].find((member) => (tag?.[member] ?? undefined) === undefined)
    if (lacking === undefined) continue
    const member = `tags.${index + 1}.member.${lacking.toLowerCase()}`
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    )
  }
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
  const { __type, message = body.Message ?? '', Item } = body
  return new AwsError(__type.replace(/^.*#/, ''), message, statusCode, Item && { Item })
}
