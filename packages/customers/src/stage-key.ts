import { createHmac, randomBytes } from 'node:crypto'
import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { fromItem, toItem } from './attributes.ts'
import { openClient } from './client.ts'

/** The purpose of a MAC. The same text has unrelated MACs for two purposes. */
export type Purpose = 'customer' | 'source'

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
 * Opens the key in a customers' table. It is read once and then cached. With `make`, a key is created if none exists;
 * several callers that do so at the same time all get the same key.
 */
export function openStageKey(table: string, { client = openClient(), make = false } = {}): StageKey {
  async function find(): Promise<Buffer | undefined> {
    const Key = toItem({ [customersTable.hashKey]: stageKeyId })
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
    return Item && read(fromItem(Item).secret)
  }

  async function store(secret: Buffer): Promise<void> {
    // Without an expiry: it lives as long as the table, and is part of the table's backups.
    const Item = toItem({ [customersTable.hashKey]: stageKeyId, secret: secret.toString('base64url'), about })
    const ExpressionAttributeNames = { '#key': customersTable.hashKey }
    const ConditionExpression = 'attribute_not_exists(#key)'
    await client
      .send(new PutItemCommand({ TableName: table, Item, ConditionExpression, ExpressionAttributeNames }))
      .catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      })
  }

  async function load(): Promise<Buffer> {
    const found = await find()
    if (found) return found
    if (!make) throw new NoStageKey(`The table ${table} has no key yet: there has been no registration in this stage.`)
    await store(randomBytes(keyBytes))
    // Another caller may have been first: the stored key counts.
    return await load()
  }

  return keyFrom(load)
}

/** A key over a secret from any source. If reading the secret fails, the next call reads it again. */
export function keyFrom(load: () => Promise<Uint8Array>): StageKey {
  let loading: Promise<Uint8Array> | undefined
  const secret = () => {
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
