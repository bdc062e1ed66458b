import type { AlarmDetail, AlarmRow, AlarmValue } from '@confirmation-reminder/console/api'
import type { Metric, StatisticSet } from '../core/metrics.ts'
import type { Alarm } from '../core/stack-model.ts'
import { Problem } from '../gateway/problem.ts'

/** An alarm and its state. Times are milliseconds since 1970. */
export interface WatchedAlarm {
  alarm: Alarm
  state: {
    value: AlarmValue
    reason: string
    /** JSON text; empty if nothing was evaluated. */
    reasonData: string
    transitionedMs: number
    actionsEnabled: boolean
  }
}

/** What evaluates the alarms of one Region, and keeps their metrics. */
export interface AlarmRegion {
  region: string
  list(): WatchedAlarm[]
  /** The latest items of the history, newest first. */
  history(): AsyncIterable<[unknown, HistoryItem]>
  /** The periods from `fromMs` on and before `toMs` that have data, in order. */
  read(
    metric: Metric,
    range: { fromMs: number; toMs: number; periodMs: number; unit: string | undefined },
  ): Promise<(StatisticSet & { atMs: number })[]>
  /** The value of a statistic, and whether it is on the wrong side of the alarm's threshold. */
  judge(alarm: Alarm, set: StatisticSet): { value: number; breaches: boolean }
  /** When the alarm is evaluated next. */
  nextEvaluationMs(alarm: Alarm): number
}

interface HistoryItem {
  alarmName: string
  atMs: number
  type: AlarmDetail['history'][number]['type']
  summary: string
}

// Enough to see what an evaluation saw before the last one, and to be drawn in a narrow window.
const fewestPeriods = 30
const mostPeriods = 90
// As long as CloudWatch keeps periods of a minute.
const longestMs = 15 * 24 * 3600 * 1000
const mostHistory = 20
// The history is that of all alarms: this bounds what is read for one that seldom changes.
const mostRead = 2000

/** The alarms of the stack, for the console. */
export class AlarmReader {
  constructor(private readonly regions: readonly AlarmRegion[]) {}

  /** All alarms: first those in ALARM, then by name. */
  list(): AlarmRow[] {
    return this.regions
      .flatMap(({ region, list }) => list().map((watched) => rowOf(region, watched)))
      .sort((a, b) => Number(b.state === 'ALARM') - Number(a.state === 'ALARM') || (a.name < b.name ? -1 : 1))
  }

  /** @throws Problem with status 404, if there is no such alarm */
  async detail(name: string): Promise<AlarmDetail> {
    for (const region of this.regions) {
      const watched = region.list().find(({ alarm }) => alarm.name === name)
      if (watched) return await this.detailOf(region, watched)
    }
    throw new Problem(404, 'Not found', `There is no alarm ${name}. The page Alarms lists all alarms of the stack.`)
  }

  private async detailOf(region: AlarmRegion, watched: WatchedAlarm): Promise<AlarmDetail> {
    const { alarm } = watched
    const periodMs = alarm.period * 1000
    const count = Math.max(2 * alarm.evaluationPeriods, fewestPeriods)
    const toMs = region.nextEvaluationMs(alarm)
    const fromMs = toMs - Math.max(1, Math.min(count, mostPeriods, Math.floor(longestMs / periodMs))) * periodMs
    const metric = { namespace: alarm.namespace, name: alarm.metricName, dimensions: alarm.dimensions }
    const [periods, history] = await Promise.all([
      region.read(metric, { fromMs, toMs, periodMs, unit: alarm.unit }),
      latestOf(alarm.name, region.history()),
    ])
    return {
      ...rowOf(region.region, watched),
      description: alarm.description ?? '',
      datapoints: periods.map((set) => ({ at: iso(set.atMs), ...region.judge(alarm, set) })),
      from: iso(fromMs),
      to: iso(toMs),
      history,
    }
  }
}

function rowOf(region: string, { alarm, state }: WatchedAlarm): AlarmRow {
  const { namespace, metricName, dimensions, statistic, comparisonOperator, threshold } = alarm
  const { period, evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm
  const actions: Record<AlarmValue, readonly string[]> = {
    OK: alarm.okActions,
    ALARM: alarm.alarmActions,
    INSUFFICIENT_DATA: alarm.insufficientDataActions,
  }
  return {
    name: alarm.name,
    region,
    state: state.value,
    since: iso(state.transitionedMs),
    reason: state.reason,
    isNew: state.value === 'INSUFFICIENT_DATA' && state.reasonData === '',
    posts: state.actionsEnabled
      ? (Object.keys(actions) as AlarmValue[]).filter((value) => actions[value].length > 0)
      : [],
    rule: {
      namespace,
      metricName,
      dimensions,
      statistic,
      comparisonOperator,
      threshold,
      period,
      evaluationPeriods,
      ...(datapointsToAlarm !== undefined && { datapointsToAlarm }),
      treatMissingData,
    },
  }
}

async function latestOf(name: string, history: AsyncIterable<[unknown, HistoryItem]>): Promise<AlarmDetail['history']> {
  const found: AlarmDetail['history'] = []
  let read = 0
  for await (const [, { alarmName, atMs, type, summary }] of history) {
    if (alarmName === name) found.push({ at: iso(atMs), type, summary })
    read += 1
    if (found.length === mostHistory || read === mostRead) break
  }
  return found
}

const iso = (ms: number) => new Date(ms).toISOString()
