import { v4 as uuid } from 'uuid'
import type { Clock } from '../../core/clock.ts'
import type { Datum, Metric, StatisticSet } from '../../core/metrics.ts'
import type { Store } from '../../core/store.ts'
import { merged, statisticsOf } from './statistics.ts'

/** The statistics of what was measured in one period. */
export interface Period extends StatisticSet {
  /** When the period began, in milliseconds since 1970. */
  atMs: number
  /** The unit of the first datum: services do not mix units. */
  unit: string
}

type Sample = StatisticSet & { unit: string }

// AWS keeps datapoints of one minute for 15 days. Its coarser periods, which it keeps for longer, do not exist here.
const retentionMs = 15 * 24 * 3600 * 1000

/** What is known of the series of one part of a store, so that readers of series without new datums read nothing. */
class KnownSeries {
  /** When the last datum of a series was measured, in milliseconds since 1970; of those that this process has looked at. */
  private readonly latest = new Map<string, number>()
  private readonly lookedUp = new Set<string>()

  wrote(series: string, atMs: number): void {
    this.latest.set(series, Math.max(atMs, this.latest.get(series) ?? 0))
  }

  /** @param stored reads when the last stored datum was measured */
  async latestOf(series: string, stored: () => Promise<number | undefined>): Promise<number> {
    if (!this.lookedUp.has(series)) {
      this.wrote(series, (await stored()) ?? 0)
      this.lookedUp.add(series)
    }
    return this.latest.get(series) ?? 0
  }
}

const knownSeries = new WeakMap<Store, Map<string, KnownSeries>>()

/** One for all who write or read this part of the store. */
function knownSeriesOf(store: Store, part: string): KnownSeries {
  const parts = knownSeries.get(store) ?? new Map<string, KnownSeries>()
  const known = parts.get(part) ?? new KnownSeries()
  knownSeries.set(store, parts.set(part, known))
  return known
}

/** All datums of the local cloud, append-only and durable: one key each, so that writers never wait for one another. */
export class Metrics {
  private readonly samples: ReturnType<typeof samplesOf>
  private readonly store: Store
  private readonly clock: Clock
  private readonly known: KnownSeries

  /** @param part the part of the store that is CloudWatch's */
  constructor(store: Store, clock: Clock, part = 'cloudwatch') {
    this.store = store
    this.samples = samplesOf(store, part)
    this.clock = clock
    this.known = knownSeriesOf(store, part)
  }

  /**
   * The write of one datum, for a service that puts it into the same batch as what it measures:
   * `store.batch([...own, metrics.datum(...)])` writes both or neither.
   */
  datum({ value, unit = 'None', atMs = this.clock.now(), ...metric }: Datum) {
    const set = typeof value === 'number' ? statisticsOf(value) : value
    const series = seriesOf(metric)
    this.known.wrote(series, atMs)
    return {
      type: 'put' as const,
      sublevel: this.samples,
      key: `${series}|${timeKey(atMs)}|${uuid()}`,
      value: { ...set, unit },
    }
  }

  /** Writes datums; durable when it returns. */
  async record(...datums: Datum[]): Promise<void> {
    await this.store.batch(datums.map((datum) => this.datum(datum)))
  }

  /** The periods from `fromMs` on and before `toMs` that have datums, in the order of time. */
  async read(
    metric: Metric,
    { fromMs, toMs, periodMs, unit }: { fromMs: number; toMs: number; periodMs: number; unit?: string | undefined },
  ): Promise<Period[]> {
    const series = seriesOf(metric)
    const periods: Period[] = []
    if ((await this.known.latestOf(series, () => this.latestStored(series))) < Math.floor(fromMs)) return periods
    const range = { gte: `${series}|${timeKey(fromMs)}`, lt: `${series}|${timeKey(toMs)}` }
    for (const [key, sample] of await this.samples.iterator(range).all()) {
      if (unit !== undefined && unit !== sample.unit) continue
      const atMs = fromMs + Math.floor((timeOf(key) - fromMs) / periodMs) * periodMs
      const last = periods.at(-1)
      if (last?.atMs === atMs) periods[periods.length - 1] = { ...last, ...merged(last, sample) }
      else periods.push({ ...sample, atMs })
    }
    return periods
  }

  private async latestStored(series: string): Promise<number | undefined> {
    const [key] = await this.samples.keys({ gt: `${series}|`, lt: `${series}|~`, limit: 1, reverse: true }).all()
    return key === undefined ? undefined : timeOf(key)
  }

  /** Every metric that has datums, by namespace, name and dimensions; with `sinceMs`, only those that have datums since then. */
  async list(sinceMs = 0): Promise<Metric[]> {
    return (await this.series(sinceMs)).map(metricOf)
  }

  /** Deletes datums that are older than 15 days. */
  async prune(): Promise<void> {
    const oldest = timeKey(this.clock.now() - retentionMs)
    for (const series of await this.series()) {
      await this.samples.clear({ gte: `${series}|`, lt: `${series}|${oldest}` })
    }
  }

  private async series(sinceMs = 0): Promise<string[]> {
    const found: string[] = []
    // Two reads per series, independent of its number of datums: '~' sorts after every time.
    for (let after = ''; ; ) {
      const [key] = await this.samples.keys({ gt: after, limit: 1 }).all()
      if (key === undefined) return found
      const series = key.split('|', 3).join('|')
      after = `${series}|~`
      const [latest = key] = await this.samples.keys({ lt: after, limit: 1, reverse: true }).all()
      if (timeOf(latest) >= sinceMs) found.push(series)
    }
  }
}

function samplesOf(store: Store, part: string) {
  return store.sublevel<string, Sample>(`${part}-metrics`, { valueEncoding: 'json' })
}

// Encoded parts contain no '|', so that no series is a prefix of another.
function seriesOf({ namespace, name, dimensions }: Metric): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))
  return [namespace, name, JSON.stringify(sorted)].map(encodeURIComponent).join('|')
}

function metricOf(series: string): Metric {
  const [namespace = '', name = '', dimensions = '[]'] = series.split('|').map(decodeURIComponent)
  return { namespace, name, dimensions: Object.fromEntries(JSON.parse(dimensions) as [string, string][]) }
}

function timeKey(ms: number): string {
  return String(Math.max(0, Math.floor(ms))).padStart(15, '0')
}

function timeOf(key: string): number {
  return Number(key.split('|')[3])
}
