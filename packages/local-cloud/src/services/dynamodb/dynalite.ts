import { createRequire } from 'node:module'
import type { ClassicLevel } from 'classic-level'
import { hasNulls } from '../../gateway/input.ts'
import { type Type, withoutNulls } from './nulls.ts'

interface Validation {
  types: Record<string, Type>
  custom?: object
}
interface Validations {
  checkTypes(input: object, types: object): object
  checkValidations(input: object, types: object, custom: object | undefined, store: DynaliteStore): void
}
type Work = (store: DynaliteStore, input: object, done: (error: Error | null, output: object) => void) => void

/** A table as dynalite stores it, and DescribeTable returns it. */
export interface TableRecord {
  TableStatus: string
  KeySchema: { AttributeName: string; KeyType: string }[]
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[]
}

/** An item as DynamoDB writes it in JSON: attribute values by name. */
export type Item = Record<string, object>
type Done = (error: Error | null) => void
/** The items of a table, by dynalite's form of their keys. */
export interface Items {
  get(key: string, done: (error: Error | null, item?: Item) => void): void
  put(key: string, item: Item, done: Done): void
  del(key: string, done: Done): void
}

/** The part of dynalite's database that we use. */
export interface DynaliteStore {
  db: ClassicLevel<string, unknown>
  getItemDb(table: string): Items
  tableDb: {
    awsAccountId: string
    awsRegion: string
    put(key: string, value: object, done: Done): void
  }
}

/** Where dynalite keeps an item in its database. */
export const placeOfItem = (table: string, key: string) => `item-${table}~${key}`

/** The error that dynalite throws if DynamoDB would refuse. */
export interface DynaliteRefusal extends Error {
  statusCode: number
  body: { __type: string; message?: string; Message?: string; Item?: Item }
}

// dynalite's own entry is an HTTP server that ends the process on an unexpected error and cannot be closed before it
// listens; its actions are beside it, one per file, and need no server. The version is pinned in the catalog.
const require = createRequire(import.meta.url)
const { checkTypes, checkValidations } = require('dynalite/validations') as Validations

const database = () =>
  require('dynalite/db') as { create(options: object): DynaliteStore; itemSize(item: object): number }

/** The size of an item in bytes, as DynamoDB calculates it. */
export const itemSize = (item: Item): number => database().itemSize(item)

export function createDatabase(path: string): DynaliteStore {
  return database().create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
}

/** The member that dynalite ignores, of these actions. */
const onFailure = {
  actions: ['PutItem', 'UpdateItem', 'DeleteItem'],
  types: { ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] } },
}

/**
 * An action of DynamoDB, by dynalite.
 * - `during`: the store that a call uses; left out, the same.
 * @throws DynaliteRefusal
 */
export function dynaliteAction(
  name: string,
  store: DynaliteStore,
  during: () => DynaliteStore = () => store,
): (input: object) => Promise<object> {
  const file = name.charAt(0).toLowerCase() + name.slice(1)
  const { types, custom } = require(`dynalite/validations/${file}`) as Validation
  const work = require(`dynalite/actions/${file}`) as Work
  const allTypes = onFailure.actions.includes(name) ? { ...types, ...onFailure.types } : types
  return async (input) => {
    const readable = hasNulls(input) ? withoutNulls(input, allTypes) : input
    const checked = checkTypes(readable, allTypes) as { ReturnValuesOnConditionCheckFailure?: string }
    checkValidations(checked, allTypes, custom, store)
    const act = checked.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? withItemOnFailure(work) : work
    return await new Promise((resolve, reject) => {
      act(during(), checked, (error, output) => (error ? reject(error) : resolve(output)))
    })
  }
}

/** An action whose error for a failed condition has the item, if there is one. */
function withItemOnFailure(work: Work): Work {
  return (store, input, done) => {
    // The only item that the action reads, under its lock: the one that the condition is checked with.
    let found: Item | undefined
    const getItemDb = (table: string): Items => {
      const items = store.getItemDb(table)
      return {
        ...items,
        get: (key, read) =>
          items.get(key, (error, item) => {
            found = item
            read(error, item)
          }),
      }
    }
    work({ ...store, getItemDb }, input, (error, output) => {
      const { body } = (error ?? {}) as Partial<DynaliteRefusal>
      if (found && body?.__type.endsWith('#ConditionalCheckFailedException')) body.Item = found
      done(error, output)
    })
  }
}
