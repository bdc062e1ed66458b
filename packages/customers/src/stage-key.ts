import { createHmac, randomBytes } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { fromItem, toItem } from './attributes.ts'
import { openClient } from './client.ts'

/** The purpose of a MAC. The same text has unrelated MACs for two purposes. */
export type Purpose = 'customer' | 'source' | 'proof'

/** The secret of a stage, which never leaves this file: it derives names that cannot be calculated without it. */
export interface StageKey {
  /**
   * HMAC-SHA-256 of a text for a purpose, 32 bytes.
   * @throws the SDK's error if the key cannot be read, or Error if none exists. The next call tries again.
   */
  mac(purpose: Purpose, text: string): Promise<Buffer>
}

/** The item of the customers' table that holds the key. It differs from every customer's id, because those are UUIDs. */
export const stageKeyId = 'stage-key'
const keyBytes = 32
const about =
  'The key that turns an address into a customerId. Never delete or change it: every customer would become a ' +
  'stranger, and those who withdrew would get mail again. See docs/decisions/0008-keyed-ids.md.'

/**
 * Opens the key in a customers' table. It is read once and then cached for `keyCachedSeconds`. With `make`, a key is created if none exists;
 * several callers that do so at the same time all get the same key.
 */
export function openStageKey(table: string, { client = openClient(), make = false } = {}): StageKey {
  async function load(): Promise<Buffer> {
    const found = await find(client, table)
    if (found) return found
    if (!make) throw new NoStageKey(`The table ${table} has no key yet: there has been no registration in this stage.`)
    await store(client, table, randomBytes(keyBytes))
    // Another caller may have been first: the stored key counts.
    return await load()
  }

  return keyFrom(load)
}

async function find(client: DynamoDBClient, table: string): Promise<Buffer | undefined> {
  const Key = toItem({ [customersTable.hashKey]: stageKeyId })
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  return Item && read(fromItem(Item).secret)
}

/** Stores a key, unless the table has another one than `replaces`. */
async function store(client: DynamoDBClient, table: string, secret: Buffer, replaces?: Buffer): Promise<void> {
  // Without an expiry: it lives as long as the table, and is part of the table's backups.
  const Item = toItem({ [customersTable.hashKey]: stageKeyId, secret: secret.toString('base64url'), about })
  const condition = replaces
    ? {
        ConditionExpression: '#secret = :replaced',
        ExpressionAttributeNames: { '#secret': 'secret' },
        ExpressionAttributeValues: toItem({ ':replaced': replaces.toString('base64url') }),
      }
    : {
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': customersTable.hashKey },
      }
  await client.send(new PutItemCommand({ TableName: table, Item, ...condition })).catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  })
}

/**
 * Whether two tables have the same key: only then does an address have the same id in both.
 * @throws NoStageKey if the first table has none
 */
export async function compareStageKeys(
  client: DynamoDBClient,
  { from, to }: { from: string; to: string },
): Promise<'same' | 'missing' | 'different'> {
  const [source, target] = await Promise.all([find(client, from), find(client, to)])
  if (!source)
    throw new NoStageKey(`The table ${from} has no key: it is no table of customers, or none had registered.`)
  if (!target) return 'missing'
  return source.equals(target) ? 'same' : 'different'
}

/**
 * Gives a table the key of another one, in place of the key that it has.
 * @throws NoStageKey if that other table has none; Error if the key changes at the same moment
 */
export async function copyStageKey(client: DynamoDBClient, tables: { from: string; to: string }): Promise<void> {
  const [source, target] = await Promise.all([find(client, tables.from), find(client, tables.to)])
  if (source) await store(client, tables.to, source, target)
  if ((await compareStageKeys(client, tables)) === 'same') return
  throw new Error(`The key of ${tables.to} has changed at the same moment: is the function register held?`)
}

/**
 * How long a function uses a key without reading it again. It is read again because a restore of the table may replace it,
 * and functions live for hours.
 */
export const keyCachedSeconds = 600

/** A key over a secret from any source. If reading the secret fails, the next call reads it again. */
export function keyFrom(load: () => Promise<Uint8Array>): StageKey {
  let loading: Promise<Uint8Array> | undefined
  let loadedAt = 0
  const secret = () => {
    const now = Date.now()
    if (now - loadedAt >= keyCachedSeconds * 1000) {
      loading = undefined
      loadedAt = now
    }
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
  return {
    mac: async (purpose, text) =>
      createHmac('sha256', await secret())
        .update(`${purpose}:${text}`)
        .digest(),
  }
}

/** No key exists yet, and so no customers exist. */
export class NoStageKey extends Error {}

function read(secret: unknown): Buffer {
  const bytes = Buffer.from(String(secret), 'base64url')
  if (bytes.length === keyBytes) return bytes
  throw new Error(`The item ${stageKeyId} of the customers' table holds no key: restore the table from a backup.`)
}
