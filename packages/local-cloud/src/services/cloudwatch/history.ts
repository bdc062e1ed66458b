import type { Store } from '../../core/store.ts'

export const historyItemTypes = ['ConfigurationUpdate', 'StateUpdate', 'Action'] as const
export type HistoryItemType = (typeof historyItemTypes)[number]

/** One item of an alarm's history. */
export interface HistoryItem {
  alarmName: string
  /** Milliseconds since 1970. */
  atMs: number
  type: HistoryItemType
  summary: string
  data: object
}

// As long as AWS keeps it.
const retentionMs = 30 * 24 * 3600 * 1000

/** The history of the alarms, numbered in the order in which it happened. Durable. */
export class History {
  private readonly items: ReturnType<typeof itemsOf>
  private next: number

  private constructor(items: ReturnType<typeof itemsOf>, next: number) {
    this.items = items
    this.next = next
  }

  /** @param part the part of the store that is CloudWatch's */
  static async open(store: Store, part: string): Promise<History> {
    const items = itemsOf(store, part)
    const [last] = await items.keys({ reverse: true, limit: 1 }).all()
    return new History(items, last === undefined ? 1 : Number(last) + 1)
  }

  /** The write of one item, for a batch with the change that it describes. */
  entry(item: HistoryItem) {
    return { type: 'put' as const, sublevel: this.items, key: keyOf(this.next++), value: item }
  }

  /** The items in the order in which they happened, each with its number; those after `after`, if given. */
  read({ newestFirst, after }: { newestFirst: boolean; after?: number | undefined }) {
    const bound = after === undefined ? {} : { [newestFirst ? 'lt' : 'gt']: keyOf(after) }
    return this.items.iterator({ ...bound, reverse: newestFirst })
  }

  /** Deletes items that are older than 30 days. */
  async prune(nowMs: number): Promise<void> {
    for await (const [key, item] of this.items.iterator()) {
      if (item.atMs >= nowMs - retentionMs) return
      await this.items.del(key)
    }
  }
}

function itemsOf(store: Store, part: string) {
  return store.sublevel<string, HistoryItem>(`${part}-history`, { valueEncoding: 'json' })
}

function keyOf(number: number): string {
  return String(number).padStart(12, '0')
}
