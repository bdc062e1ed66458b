import { createHash } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import type { Datum, Metric, StatisticSet } from '../../core/metrics.ts'
import type { Store, Write } from '../../core/store.ts'
import { merged, statisticsOf } from './statistics.ts'

/** The statistics of what was measured in one period. */
export interface Period extends StatisticSet {
  /** When the period began, in milliseconds since 1970. */
  atMs: number
  /** The unit of the first datum: services do not mix units. */
  unit: string
}

// AWS keeps datapoints of one minute for 15 days. Its coarser periods, which it keeps for longer, do not exist here.
const day = 24 * 3600 * 1000
const retentionMs = 15 * day
// AWS keeps the sums of hours for so long. What functions count themselves, which is little, is kept as long with its minutes.
const retentionOfOwnMs = 455 * day
const isOwn = ({ namespace }: Metric) => !namespace.startsWith('AWS/')

/** One metric of a group, as it is stored. */
type Measured = Metric & { unit: string }

/** Metrics that are measured at the same moments: one row of the store holds a value of each. */
interface Group {
  id: string
  metrics: readonly Measured[]
}

/** The groups of one part of a store, and when each was last measured, so that readers of the others read nothing. */
class Groups {
  private readonly byId = new Map<string, Group>()
  private readonly bySeries = new Map<string, Group[]>()
  private readonly byText = new Map<string, Group>()
  /** When the last datum of a group was measured, in milliseconds since 1970; of those that this process has looked at. */
  private readonly latest = new Map<string, number>()
  private readonly lookedUp = new Set<string>()
  private loading: Promise<void> | undefined
  // Rows of an earlier process keep their keys: no two processes begin at the same millisecond.
  private rows = Date.now()

  constructor(private readonly stored: ReturnType<typeof groupsOf>) {}

  /** The group of these metrics, and the write that stores it if it is new. */
  of(metrics: readonly Measured[]) {
    const text = JSON.stringify(metrics)
    const known = this.byText.get(text)
    if (known) return { group: known, writes: [] }
    const id = createHash('sha256').update(text).digest('base64url').slice(0, 16)
    const group = this.add({ id, metrics })
    this.byText.set(text, group)
    return { group, writes: [{ type: 'put' as const, sublevel: this.stored, key: id, value: metrics }] }
  }

  /** The key of a row with what was measured at a moment. */
  rowKey({ id }: Group, atMs: number): string {
    this.wrote(id, atMs)
    return `${id}|${timeKey(atMs)}|${(this.rows++).toString(36)}`
  }

  async all(): Promise<Group[]> {
    await this.load()
    return [...this.byId.values()]
  }

  async ofSeries(series: string): Promise<readonly Group[]> {
    await this.load()
    return this.bySeries.get(series) ?? []
  }

  /** @param stored reads when the last stored datum was measured */
  async latestOf(id: string, stored: () => Promise<number | undefined>): Promise<number> {
    if (!this.lookedUp.has(id)) {
      this.wrote(id, (await stored()) ?? 0)
      this.lookedUp.add(id)
    }
    return this.latest.get(id) ?? 0
  }

  private wrote(id: string, atMs: number): void {
    this.latest.set(id, Math.max(atMs, this.latest.get(id) ?? 0))
  }

  /** Reads the groups of earlier processes, once. */
  private load(): Promise<void> {
    this.loading ??= this.stored
      .iterator()
      .all()
      .then((stored) => {
        for (const [id, metrics] of stored) this.add({ id, metrics })
      })
    return this.loading
  }

  private add(group: Group): Group {
    const known = this.byId.get(group.id)
    if (known) return known
    this.byId.set(group.id, group)
    for (const series of new Set(group.metrics.map(seriesOf))) {
      this.bySeries.set(series, [...(this.bySeries.get(series) ?? []), group])
    }
    return group
  }
}

const knownGroups = new WeakMap<Store, Map<string, Groups>>()

/** One for all who write or read this part of the store. */
function knownGroupsOf(store: Store, part: string): Groups {
  const parts = knownGroups.get(store) ?? new Map<string, Groups>()
  const known = parts.get(part) ?? new Groups(groupsOf(store, part))
  knownGroups.set(store, parts.set(part, known))
  return known
}

/**
 * All datums of the local cloud, append-only and durable. What is measured at one moment is one row with a key of its own,
 * so that writers never wait for one another, and an invocation of a function with its twelve metrics costs one write.
 */
export class Metrics {
  private readonly rows: ReturnType<typeof rowsOf>
  private readonly store: Store
  private readonly clock: Clock
  private readonly groups: Groups

  /** @param part the part of the store that is CloudWatch's */
  constructor(store: Store, clock: Clock, part = 'cloudwatch') {
    this.store = store
    this.rows = rowsOf(store, part)
    this.clock = clock
    this.groups = knownGroupsOf(store, part)
  }

  /**
   * The writes of datums, for a service that puts them into the same batch as what it measures:
   * `store.batch([...own, ...metrics.writes(...)])` writes both or neither. That batch must be the caller's next step: a
   * later one relies on the groups of this one.
   */
  writes(datums: readonly Datum[]): Write[] {
    const now = this.clock.now()
    const byTime = new Map<number, Datum[]>()
    for (const datum of datums) {
      const atMs = datum.atMs ?? now
      const together = byTime.get(atMs)
      if (together) together.push(datum)
      else byTime.set(atMs, [datum])
    }
    return [...byTime].flatMap(([atMs, all]): Write[] => {
      const together = summarised(all)
      const metrics = together.map(({ namespace, name, dimensions, unit = 'None' }) => ({
        namespace,
        name,
        dimensions,
        unit,
      }))
      const { group, writes } = this.groups.of(metrics)
      const value = together.map((datum) => datum.value)
      return [...writes, { type: 'put', sublevel: this.rows, key: this.groups.rowKey(group, atMs), value }]
    })
  }

  /** Writes datums; durable when it returns. */
  async record(datums: readonly Datum[]): Promise<void> {
    await this.store.batch(this.writes(datums))
  }

  /** The periods from `fromMs` on and before `toMs` that have datums, in the order of time. */
  async read(
    metric: Metric,
    { fromMs, toMs, periodMs, unit }: { fromMs: number; toMs: number; periodMs: number; unit?: string | undefined },
  ): Promise<Period[]> {
    const periods = new Map<number, Period>()
    const series = seriesOf(metric)
    for (const { id, metrics } of await this.groups.ofSeries(series)) {
      if ((await this.groups.latestOf(id, () => this.latestStored(id))) < Math.floor(fromMs)) continue
      const wanted = metrics.flatMap((one, index) =>
        seriesOf(one) === series && (unit === undefined || unit === one.unit) ? [{ index, unit: one.unit }] : [],
      )
      if (wanted.length === 0) continue
      const range = { gte: `${id}|${timeKey(fromMs)}`, lt: `${id}|${timeKey(toMs)}` }
      for (const [key, values] of await this.rows.iterator(range).all()) {
        const atMs = fromMs + Math.floor((timeOf(key) - fromMs) / periodMs) * periodMs
        for (const { index, unit } of wanted) {
          const value = values[index] ?? 0
          const set = setOf({ value })
          const period = periods.get(atMs)
          periods.set(atMs, { ...merged(period, set), atMs, unit: period?.unit ?? unit })
        }
      }
    }
    return [...periods.values()].sort((a, b) => a.atMs - b.atMs)
  }

  /** The sum of all datums that are kept. */
  async total(metric: Metric): Promise<number> {
    const toMs = this.clock.now() + 1
    const [all] = await this.read(metric, { fromMs: 0, toMs, periodMs: toMs })
    return all?.sum ?? 0
  }

  private async latestStored(id: string): Promise<number | undefined> {
    const [key] = await this.rows.keys({ gt: `${id}|`, lt: `${id}|~`, limit: 1, reverse: true }).all()
    return key === undefined ? undefined : timeOf(key)
  }

  /** Every metric that has datums, by namespace, name and dimensions; with `sinceMs`, only those that have datums since then. */
  async list(sinceMs = 0): Promise<Metric[]> {
    const found = new Map<string, Metric>()
    for (const { id, metrics } of await this.groups.all()) {
      // Read from the store, because datums are also deleted.
      const latest = await this.latestStored(id)
      if (latest === undefined || latest < sinceMs) continue
      for (const { namespace, name, dimensions } of metrics) {
        const metric = { namespace, name, dimensions }
        found.set(seriesOf(metric), metric)
      }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, metric]) => metric)
  }

  /** Deletes datums of AWS's services that are older than 15 days, and others that are older than 455. */
  async prune(): Promise<void> {
    for (const { id, metrics } of await this.groups.all()) {
      const oldest = timeKey(this.clock.now() - (metrics.some(isOwn) ? retentionOfOwnMs : retentionMs))
      await this.rows.clear({ gte: `${id}|`, lt: `${id}|${oldest}` })
    }
  }
}

/** By group and time, what was measured: a value for each metric of the group. */
function rowsOf(store: Store, part: string) {
  return store.sublevel<string, readonly Datum['value'][]>(`${part}-metrics`, { valueEncoding: 'json' })
}

function groupsOf(store: Store, part: string) {
  return store.sublevel<string, readonly Measured[]>(`${part}-metric-groups`, { valueEncoding: 'json' })
}

/** One datum for each metric and unit. */
function summarised(datums: readonly Datum[]): readonly Datum[] {
  if (datums.length === 1) return datums
  const bySeries = new Map<string, Datum>()
  for (const datum of datums) {
    const series = `${seriesOf(datum)}|${datum.unit}`
    const before = bySeries.get(series)
    bySeries.set(series, before ? { ...datum, value: merged(setOf(before), setOf(datum)) } : datum)
  }
  return bySeries.size === datums.length ? datums : [...bySeries.values()]
}

const setOf = ({ value }: Pick<Datum, 'value'>) => (typeof value === 'number' ? statisticsOf(value) : value)

// The same text for the same metric, with its dimensions in any order.
function seriesOf({ namespace, name, dimensions }: Metric): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))
  return [namespace, name, JSON.stringify(sorted)].map(encodeURIComponent).join('|')
}

function timeKey(ms: number): string {
  return String(Math.max(0, Math.floor(ms))).padStart(15, '0')
}

function timeOf(key: string): number {
  return Number(key.split('|')[1])
}
