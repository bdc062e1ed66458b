import type { Store } from './store.ts'

/** Records in the order in which they were written, in a sublevel of the store. */
export class Journal<T> {
  private constructor(
    private readonly records: ReturnType<typeof sublevel<T>>,
    private length: number,
  ) {}

  static async open<T>(store: Store, name: string): Promise<Journal<T>> {
    const records = sublevel<T>(store, name)
    const [last] = await records.keys({ reverse: true, limit: 1 }).all()
    return new Journal(records, last === undefined ? 0 : Number(last) + 1)
  }

  /** Resolves with the record's key as soon as the record is durable. */
  async append(record: T): Promise<string> {
    const { key, value } = this.next(record)
    await this.records.put(key, value)
    return key
  }

  /** What appends a record as part of a batch of the store. */
  next(record: T) {
    // Padded, so that LevelDB's order of texts is the order of numbers.
    const key = String(this.length++).padStart(12, '0')
    return { type: 'put' as const, sublevel: this.records, key, value: record }
  }

  /** These records, in the order of their keys. */
  async get(keys: string[]): Promise<T[]> {
    const found = await this.records.getMany(keys)
    return found.filter((record) => record !== undefined)
  }

  async list(): Promise<T[]> {
    return await this.records.values().all()
  }

  /** The latest records with their keys, in order: at most so many, and only those before a key, if there is one. */
  async latest(limit: number, before?: string): Promise<[string, T][]> {
    const range = { reverse: true, limit, ...(before !== undefined && { lt: before }) }
    return (await this.records.iterator(range).all()).reverse()
  }

  /** The records after a key with their keys, some hundred at a time; all, if there is no key. */
  async *after(key: string | undefined): AsyncGenerator<[string, T][]> {
    const entries = this.records.iterator(key === undefined ? {} : { gt: key })
    try {
      for (let part = await entries.nextv(200); part.length > 0; part = await entries.nextv(200)) yield part
    } finally {
      await entries.close()
    }
  }

  /** All records with their keys. */
  async entries(): Promise<[string, T][]> {
    return await this.records.iterator().all()
  }

  async delete(key: string): Promise<void> {
    await this.records.del(key)
  }
}

function sublevel<T>(store: Store, name: string) {
  return store.sublevel<string, T>(name, { valueEncoding: 'json' })
}
