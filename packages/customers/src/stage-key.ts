import { createHmac, randomBytes } from 'node:crypto'
import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { fromItem, toItem } from './attributes.ts'
import { openClient } from './client.ts'

/** What a MAC is for. The same text has unrelated MACs for two purposes. */
export type Purpose = 'customer' | 'source'

/** The secret of a stage, which never leaves this file: names come out of it that cannot be computed without it. */
export interface StageKey {
  /**
   * HMAC-SHA-256 of a text for a purpose, 32 bytes.
   * @throws the SDK's error, if the key cannot be read; or Error, if there is none. The next call tries again.
   */
  mac(purpose: Purpose, text: string): Promise<Buffer>
}

/** The item of the customers' table that holds the key. No customer's id is like it: those are UUIDs. */
export const stageKeyId = 'stage-key'
const keyBytes = 32
const about =
  'The key that turns an address into a customerId. Never delete or change it: every customer would become a ' +
  'stranger, and those who withdrew would get mail again. See docs/decisions/0008-keyed-ids.md.'

/**
 * Opens the key that a customers' table keeps. It is read once and then remembered. With `make`, a key is made where
 * there is none yet; where several do that at the same time, all of them get the same one.
 */
export function openStageKey(table: string, { client = openClient(), make = false } = {}): StageKey {
  async function find(): Promise<Buffer | undefined> {
    const Key = toItem({ [customersTable.hashKey]: stageKeyId })
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
    return Item && read(fromItem(Item).secret)
  }

  async function store(secret: Buffer): Promise<void> {
    // No moment of expiry: it lives as long as the table, and goes into and comes out of its backups with it.
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
    // Another may have been first: the key is what is stored.
    return await load()
  }

  return keyFrom(load)
}

/** A key over a secret that comes from somewhere. A secret that could not be had is asked for again. */
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

/** There is no key yet, and so there are no customers. */
export class NoStageKey extends Error {}

function read(secret: unknown): Buffer {
  const bytes = Buffer.from(typeof secret === 'string' ? secret : '', 'base64url')
  if (bytes.length === keyBytes) return bytes
  throw new Error(`The item ${stageKeyId} of the customers' table holds no key: restore the table from a backup.`)
}
