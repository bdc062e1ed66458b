import { createRequire } from 'node:module'
import type { ClassicLevel } from 'classic-level'

interface Validation {
  types: object
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

/** The part of dynalite's database that we use. */
export interface DynaliteStore {
  db: ClassicLevel<string, unknown>
  tableDb: {
    awsAccountId: string
    awsRegion: string
    put(key: string, value: object, done: (error: Error | null) => void): void
  }
}

/** The error that dynalite throws if DynamoDB would refuse. */
export interface DynaliteRefusal extends Error {
  statusCode: number
  body: { __type: string; message?: string; Message?: string }
}

// dynalite's own entry is an HTTP server that ends the process on an unexpected error and cannot be closed before it
// listens; its actions are beside it, one per file, and need no server. The version is pinned in the catalog.
const require = createRequire(import.meta.url)
const { checkTypes, checkValidations } = require('dynalite/validations') as Validations

export function createDatabase(path: string): DynaliteStore {
  const { create } = require('dynalite/db') as { create(options: object): DynaliteStore }
  return create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
}

/**
 * An action of DynamoDB, by dynalite.
 * @throws DynaliteRefusal
 */
export function dynaliteAction(name: string, store: DynaliteStore): (input: object) => Promise<object> {
  const file = name.charAt(0).toLowerCase() + name.slice(1)
  const { types, custom } = require(`dynalite/validations/${file}`) as Validation
  const work = require(`dynalite/actions/${file}`) as Work
  return async (input) => {
    const checked = checkTypes(input, types)
    checkValidations(checked, types, custom, store)
    return await new Promise((resolve, reject) => {
      work(store, checked, (error, output) => (error ? reject(error) : resolve(output)))
    })
  }
}
