import { type DynaliteStore, type Item, type Items, placeOfItem } from '../dynalite.ts'
import type { Change, Stream } from './stream.ts'

/**
 * The store for one call of an action that writes items. Where a table has a stream, an item and the record of its change go
 * into the database in one batch: a kill leaves both or neither. An action reads each item that it writes before, under a lock.
 */
export function recording(
  store: DynaliteStore,
  streams: ReadonlyMap<string, Stream>,
  { byTimeToLive }: Pick<Change, 'byTimeToLive'> = { byTimeToLive: false },
): DynaliteStore {
  const getItemDb = (table: string): Items => {
    const items = store.getItemDb(table)
    const stream = streams.get(table)
    if (!stream) return items
    const found = new Map<string, Item | undefined>()
    const change = (key: string, after: Item | undefined, done: (error: Error | null) => void): boolean => {
      const recorded = stream.record({ before: found.get(key), after, byTimeToLive })
      if (!recorded) return false
      const place = placeOfItem(table, key)
      const item = after ? { type: 'put' as const, key: place, value: after } : { type: 'del' as const, key: place }
      store.db.batch([item, recorded.write]).then(
        () => {
          recorded.written()
          setImmediate(done, null)
        },
        (error: Error) => setImmediate(done, error),
      )
      return true
    }
    return {
      ...items,
      get: (key, read) =>
        items.get(key, (error, item) => {
          found.set(key, item)
          read(error, item)
        }),
      put: (key, item, done) => {
        if (!change(key, item, done)) items.put(key, item, done)
      },
      del: (key, done) => {
        if (!change(key, undefined, done)) items.del(key, done)
      },
    }
  }
  return { ...store, getItemDb }
}
