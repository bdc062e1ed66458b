import type { Store, Write } from '../../core/store.ts'

/** A line of a log group. */
export interface LogLine {
  /** Unique in its group, in the order of time. */
  key: string
  atMs: number
  /** The name of its log stream. */
  stream: string
  line: string
}

/** A log stream: the lines of one execution environment of a function. */
export interface LogStream {
  name: string
  /** When its first and its last line were written, in milliseconds since 1970. */
  firstMs: number
  lastMs: number
}

/** Which lines of a group are read: those from a moment until before another, after or before the line with a key. */
export interface Range {
  fromMs: number
  untilMs: number
  after?: string | undefined
  before?: string | undefined
  /** Whether the latest comes first. */
  latestFirst?: boolean
}

/** The stream of lines that were stored without one, before streams were kept. It is not listed. */
const formerStream = 'local'

const timeDigits = 15
const numberDigits = 15
const timeOf = (ms: number) => String(ms).padStart(timeDigits, '0')

const dayMs = 86_400_000

type StoredLine = Omit<LogLine, 'key' | 'stream'> & { stream?: string }

/** The lines of all log groups, and their streams, each group in two sublevels of the store. */
export class LogLines {
  private added: { group: string; line: LogLine }[] = []
  private written: Promise<void> = Promise.resolve()
  private readonly lines: (group: string) => Sublevel<StoredLine>
  private readonly streams: (group: string) => Sublevel<Omit<LogStream, 'name'>>
  /** When each stream of this process began. */
  private readonly firstMs = new Map<string, number>()
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
  ) {
    this.lines = sublevels(store, 'logs')
    this.streams = sublevels(store, 'log-streams')
  }

  /** Adds a line to its group. It is written soon after, with others of the same moment. */
  add(group: string, line: Omit<LogLine, 'key'>): LogLine {
    const number = String(this.count++).padStart(numberDigits, '0')
    const added = { key: `${timeOf(line.atMs)}-${number}`, ...line }
    this.added.push({ group, line: added })
    const id = idOf(group, line.stream)
    this.firstMs.set(id, this.firstMs.get(id) ?? line.atMs)
    if (this.added.length === 1) this.written = this.written.then(() => this.write()).catch(this.lost)
    return added
  }

  private async write(): Promise<void> {
    const lines = this.added
    this.added = []
    await this.store.batch([...lines.map((line) => this.lineWrite(line)), ...this.streamWrites(lines)])
    for (const group of new Set(lines.map((line) => line.group))) await this.clear(group)
  }

  private lineWrite({ group, line: { key, ...value } }: { group: string; line: LogLine }): Write {
    return { type: 'put', sublevel: this.lines(group), key, value }
  }

  /** One write for each stream. No other process writes to a stream of this one. */
  private streamWrites(lines: readonly { group: string; line: LogLine }[]): Write[] {
    const latest = new Map(lines.map(({ group, line }) => [idOf(group, line.stream), { group, ...line }]))
    return [...latest].map(([id, { group, stream: key, atMs: lastMs }]) => {
      const value = { firstMs: this.firstMs.get(id) ?? lastMs, lastMs }
      return { type: 'put', sublevel: this.streams(group), key, value }
    })
  }

  /** Deletes the lines that a group keeps no longer, at most once a day: AWS does it within three days. */
  private async clear(group: string): Promise<void> {
    const oldestMs = this.oldestMs(group)
    if (oldestMs < (this.clearedMs.get(group) ?? 0) + dayMs) return
    this.clearedMs.set(group, oldestMs)
    await this.lines(group).clear({ lt: timeOf(oldestMs) })
  }

  /** The lines of a group in a range. Lines that the group keeps no longer are left out, also before they are deleted. */
  async *read(
    group: string,
    { untilMs, after, before, latestFirst = false, ...range }: Range,
  ): AsyncGenerator<LogLine> {
    await this.written
    const from = timeOf(Math.max(range.fromMs, this.oldestMs(group)))
    const ends = [...(untilMs === Infinity ? [] : [timeOf(untilMs)]), ...(before === undefined ? [] : [before])].sort()
    const [end] = ends
    const bounds = {
      ...(after !== undefined && after > from ? { gt: after } : { gte: from }),
      ...(end !== undefined && { lt: end }),
    }
    for await (const [key, value] of this.lines(group).iterator({ ...bounds, reverse: latestFirst })) {
      yield { stream: formerStream, ...value, key }
    }
  }

  /** The streams of a group whose names begin with a text, in the order of their names. */
  async streamsOf(group: string, prefix = ''): Promise<LogStream[]> {
    await this.written
    const found: LogStream[] = []
    for await (const [name, value] of this.streams(group).iterator({ gte: prefix })) {
      if (!name.startsWith(prefix)) break
      found.push({ name, ...value })
    }
    return found
  }

  /** A stream of a group; undefined if it has none of this name. */
  async stream(group: string, name: string): Promise<LogStream | undefined> {
    await this.written
    const found = await this.streams(group).get(name)
    return found && { name, ...found }
  }
}

const idOf = (group: string, stream: string) => `${group}:${stream}`

type Sublevel<Value> = ReturnType<typeof sublevel<Value>>

const sublevel = <Value>(store: Store, kind: string, group: string) =>
  store.sublevel<string, Value>([kind, group], { valueEncoding: 'json' })

function sublevels<Value>(store: Store, kind: string): (group: string) => Sublevel<Value> {
  const known = new Map<string, Sublevel<Value>>()
  return (group) => {
    const found = known.get(group) ?? sublevel<Value>(store, kind, group)
    known.set(group, found)
    return found
  }
}
