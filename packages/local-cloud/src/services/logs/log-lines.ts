import type { Store } from '../../core/store.ts'

/** A line of a log group. */
export interface LogLine {
  /** Unique in its group, in the order of time. */
  key: string
  atMs: number
  line: string
}

const timeDigits = 15
const numberDigits = 15
const timeOf = (ms: number) => String(ms).padStart(timeDigits, '0')

const dayMs = 86_400_000

type Lines = ReturnType<typeof sublevel>

function sublevel(store: Store, group: string) {
  return store.sublevel<string, Omit<LogLine, 'key'>>(['logs', group], { valueEncoding: 'json' })
}

/** The lines of all log groups, in a sublevel of the store. */
export class LogLines {
  private added: { group: string; line: LogLine }[] = []
  private written: Promise<void> = Promise.resolve()
  private readonly groups = new Map<string, Lines>()
  private readonly clearedMs = new Map<string, number>()

  // Lines of an earlier process keep their keys: no two processes begin at the same millisecond.
  private count = Date.now()

  /**
   * `oldestMs` says from which moment on a group keeps its lines. `lost` gets the error if lines could not be written: that ends no
   * function.
   */
  constructor(
    private readonly store: Store,
    private readonly oldestMs: (group: string) => number,
    private readonly lost: (error: unknown) => void,
  ) {}

  /** Adds a line to its group. It is written soon after, with others of the same moment. */
  add(group: string, atMs: number, line: string): void {
    const number = String(this.count++).padStart(numberDigits, '0')
    const key = `${timeOf(atMs)}-${number}`
    this.added.push({ group, line: { key, atMs, line } })
    if (this.added.length === 1) this.written = this.written.then(() => this.write()).catch(this.lost)
  }

  private async write(): Promise<void> {
    const lines = this.added
    this.added = []
    await this.store.batch(
      lines.map(({ group, line: { key, ...value } }) => ({
        type: 'put' as const,
        sublevel: this.of(group),
        key,
        value,
      })),
    )
    for (const group of new Set(lines.map((line) => line.group))) await this.clear(group)
  }

  /** Deletes the lines that a group keeps no longer, at most once a day: AWS does it within three days. */
  private async clear(group: string): Promise<void> {
    const oldestMs = this.oldestMs(group)
    if (oldestMs < (this.clearedMs.get(group) ?? 0) + dayMs) return
    this.clearedMs.set(group, oldestMs)
    await this.of(group).clear({ lt: timeOf(oldestMs) })
  }

  /** The lines of a group from a moment to another, both included, after the line with a key; at most `limit`. */
  async read(
    group: string,
    { fromMs, toMs, after, limit }: { fromMs: number; toMs: number; after: string | undefined; limit: number },
  ): Promise<LogLine[]> {
    await this.written
    const from = timeOf(fromMs)
    const to = toMs === Infinity ? {} : { lt: timeOf(toMs + 1) }
    const range = after !== undefined && after > from ? { gt: after } : { gte: from }
    const found = await this.of(group)
      .iterator({ ...range, ...to, limit })
      .all()
    return found.map(([key, value]) => ({ key, ...value }))
  }

  private of(group: string): Lines {
    const known = this.groups.get(group) ?? sublevel(this.store, group)
    this.groups.set(group, known)
    return known
  }
}
