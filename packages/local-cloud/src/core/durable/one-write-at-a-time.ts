import type { ClassicLevel } from 'classic-level'
import type { Acknowledged } from './acknowledged.ts'

interface Operation {
  type: 'put' | 'del'
  key: unknown
  value?: unknown
}

/** What abstract-level calls on an implementation; it documents these for those who write one. */
interface Implementation {
  _put(key: unknown, value: unknown): Promise<void>
  _del(key: unknown): Promise<void>
  _batch(operations: Operation[], options: object): Promise<void>
  _clear(range: object): Promise<void>
  _chainedBatch(): never
  _close(): Promise<void>
  keys(range: object): { all(): Promise<unknown[]> }
}

/**
 * Makes a database write one batch at a time: writes that come in the meantime go into the next one. So a failed write is
 * LevelDB's last: nothing is written after it, and no later write is acknowledged.
 * @param failed ends the process. It gets the first failure; writes that failed or came later never settle.
 */
export function writeOneAtATime(
  database: ClassicLevel<string, unknown>,
  acknowledged: Acknowledged,
  failed: (error: unknown) => void,
): void {
  const implementation = database as unknown as Implementation
  const writeBatch = implementation._batch.bind(database)
  const close = implementation._close.bind(database)
  let waiting: { operations: Operation[]; written: () => void }[] = []
  let writing: Promise<void> | undefined

  const write = (operations: Operation[]) =>
    new Promise<void>((written) => {
      waiting.push({ operations, written })
      // What is asked for at the same moment goes together from the first on.
      writing ??= Promise.resolve().then(writeWhatWaits)
    })

  async function writeWhatWaits(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      const operations = group.flatMap((one) => one.operations)
      try {
        await writeBatch(operations, {})
        acknowledged.advance(operations.length)
      } catch (error) {
        // `writing` stays as it is, and with it everything that waits.
        failed(error)
        return
      }
      for (const { written } of group) written()
    }
    writing = undefined
  }

  Object.assign(implementation, {
    _put: (key, value) => write([{ type: 'put', key, value }]),
    _del: (key) => write([{ type: 'del', key }]),
    _batch: write,
    // LevelDB would not say how many it deletes.
    _clear: async (range) => {
      const keys = await implementation.keys(range).all()
      if (keys.length > 0) await write(keys.map((key) => ({ type: 'del', key })))
    },
    _chainedBatch: () => {
      throw new Error('A batch is written as a list of operations.')
    },
    _close: async () => {
      await writing
      acknowledged.close()
      await close()
    },
  } satisfies Partial<Implementation>)
}
