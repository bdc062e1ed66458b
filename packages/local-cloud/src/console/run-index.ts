import type { RunCounts, RunStatus } from '@confirmation-reminder/console/api'
import type { RunSummary } from '../core/run-summary.ts'

/** Where the runs are. */
export interface RunSource {
  all(): AsyncIterable<RunSummary[]>
  watch(changed: (run: RunSummary) => void, forgotten: (arn: string) => void): void
}

/** A run in the index: without its output, of which only the name of the outcome is kept. */
export interface RunEntry
  extends Pick<RunSummary, 'arn' | 'name' | 'machineArn' | 'definitionHash' | 'status' | 'startMs' | 'redriveCount'> {
  stopMs: number | undefined
  state: string | undefined
  wakesMs: number | undefined
  error: string | undefined
  outcome: string | undefined
  /** The id of its customer. */
  customer: string | undefined
}

/** What a list of runs is asked for. */
export interface RunSearch {
  /** Part of an address, a name, an outcome, an error or a state; the case of letters does not matter. */
  text: string
  status?: RunStatus | undefined
  /** The cursor of the page before. */
  after?: string | undefined
  limit: number
}

/**
 * All runs in memory, newest first, for lists that AWS does not have: with filters, counts, and by customer. It is read from
 * the store the first time that it is needed, and follows each change from then on.
 */
export class RunIndex {
  private readonly byArn = new Map<string, RunEntry>()
  private readonly machineArns = new Set<string>()
  private readonly byCustomer = new Map<string, RunEntry[]>()
  /** In the order of start, the oldest first. */
  private readonly order: RunEntry[] = []
  private readonly counted: RunCounts = { RUNNING: 0, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 }
  private reading: Promise<void> | undefined

  constructor(
    private readonly source: RunSource,
    /** The address of a customer, as the mailbox knows it. */
    private readonly addressOf: (customer: string) => string | undefined,
  ) {}

  /** Resolves when the index knows all runs. */
  ready(): Promise<void> {
    this.reading ??= this.read()
    return this.reading
  }

  private async read(): Promise<void> {
    // What changes during the reading is newer than what is read.
    const changed = new Set<string>()
    let done = false
    this.source.watch(
      (run) => {
        if (!done) changed.add(run.arn)
        this.put(entryOf(run))
      },
      (arn) => {
        if (!done) changed.add(arn)
        this.remove(arn)
      },
    )
    const read: RunEntry[] = []
    for await (const part of this.source.all()) read.push(...part.map(entryOf))
    // Once in order is cheaper than a hundred thousand times in the middle.
    read.sort(byStart)
    for (const entry of read) if (!changed.has(entry.arn)) this.put(entry)
    done = true
  }

  private put(entry: RunEntry): void {
    const before = this.byArn.get(entry.arn)
    if (before && before.startMs === entry.startMs) {
      this.counted[before.status] -= 1
      this.counted[entry.status] += 1
      Object.assign(before, entry)
      return
    }
    if (before) this.remove(entry.arn)
    this.byArn.set(entry.arn, entry)
    this.machineArns.add(entry.machineArn)
    this.counted[entry.status] += 1
    this.order.splice(this.placeOf(entry), 0, entry)
    const { customer } = entry
    if (customer !== undefined) this.byCustomer.set(customer, [...(this.byCustomer.get(customer) ?? []), entry])
  }

  private remove(arn: string): void {
    const entry = this.byArn.get(arn)
    if (!entry) return
    this.byArn.delete(arn)
    this.counted[entry.status] -= 1
    this.order.splice(this.placeOf(entry), 1)
    const { customer } = entry
    if (customer === undefined) return
    const others = this.byCustomer.get(customer)?.filter((one) => one !== entry) ?? []
    if (others.length > 0) this.byCustomer.set(customer, others)
    else this.byCustomer.delete(customer)
  }

  /** How many entries come before this one. */
  private placeOf(entry: Pick<RunEntry, 'startMs' | 'arn'>): number {
    let [low, high] = [0, this.order.length]
    // Nearly every new run is the latest.
    const last = this.order[high - 1]
    if (!last || byStart(last, entry) < 0) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = this.order[middle]
      if (at && byStart(at, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** A run by its name; the first one, if several state machines have runs of the name. */
  named(name: string): RunEntry | undefined {
    const arns = [...this.machineArns].map((arn) => `${arn.replace(':stateMachine:', ':execution:')}:${name}`)
    return arns.map((arn) => this.byArn.get(arn)).find((entry) => entry !== undefined)
  }

  /** The run of a customer that was the latest at a time. */
  ofCustomer(customer: string, atMs: number): RunEntry | undefined {
    return this.byCustomer.get(customer)?.findLast(({ startMs }) => startMs <= atMs)
  }

  page({ text, status, after, limit }: RunSearch): { entries: RunEntry[]; next?: string; counts: RunCounts } {
    const matches = this.matcher(text)
    const counts = matches ? { RUNNING: 0, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 } : { ...this.counted }
    if (matches) for (const entry of this.order) if (matches(entry)) counts[entry.status] += 1
    const entries: RunEntry[] = []
    for (
      let at = after === undefined ? this.order.length : this.placeOf(readCursor(after));
      at > 0 && entries.length <= limit;
    ) {
      at -= 1
      const entry = this.order[at]
      if (entry && (!status || entry.status === status) && (!matches || matches(entry))) entries.push(entry)
    }
    const page = entries.slice(0, limit)
    const last = page.at(-1)
    return { entries: page, counts, ...(entries.length > limit && last && { next: cursorOf(last) }) }
  }

  private matcher(text: string): ((entry: RunEntry) => boolean) | undefined {
    const wanted = text.trim().toLowerCase()
    if (wanted === '') return undefined
    const has = (text: string | undefined) => text?.toLowerCase().includes(wanted) ?? false
    // Of these there are few, and they repeat in a hundred thousand runs.
    const known = new Map<string | undefined, boolean>()
    const hasKnown = (text: string | undefined) => {
      const before = known.get(text)
      if (before !== undefined) return before
      const found = has(text)
      known.set(text, found)
      return found
    }
    return ({ name, error, outcome, state, customer }) =>
      has(name) || has(customer && this.addressOf(customer)) || hasKnown(error) || hasKnown(outcome) || hasKnown(state)
  }
}

/** All entries have the same members in the same order, which makes reading a hundred thousand of them several times faster. */
function entryOf(run: RunSummary): RunEntry {
  const { arn, name, machineArn, definitionHash, status, startMs, redriveCount, stopMs, state, wakesMs, error } = run
  const [outcome, customer] = [outcomeIn(run.output), customerOf(name)]
  return {
    arn,
    name,
    machineArn,
    definitionHash,
    status,
    startMs,
    redriveCount,
    stopMs,
    state,
    wakesMs,
    error,
    outcome,
    customer,
  }
}

/** The name of the outcome in the output of a run: the first member `outcome`, in the output or one level below. */
export function outcomeIn(output: string | undefined): string | undefined {
  if (output === undefined || output.length > 10_000) return undefined
  const value: unknown = JSON.parse(output)
  const candidates = [value, ...Object.values(Object(value))]
  return candidates.map((one) => Object(one).outcome).find((one) => typeof one === 'string')
}

/** The id of the customer, if the name of a run is `<customerId>_<traceId>`. */
export function customerOf(name: string): string | undefined {
  return /^([0-9a-f-]{36})_[0-9a-f-]{36}$/.exec(name)?.[1]
}

type Placed = Pick<RunEntry, 'startMs' | 'arn'>
const byStart = (a: Placed, b: Placed) => a.startMs - b.startMs || (a.arn < b.arn ? -1 : a.arn > b.arn ? 1 : 0)

const cursorOf = ({ startMs, arn }: Placed) => `${startMs} ${arn}`
function readCursor(cursor: string): Placed {
  const [startMs = '', arn = ''] = cursor.split(' ')
  return { startMs: Number(startMs), arn }
}
