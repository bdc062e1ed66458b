import type { Clock } from '../../core/clock.ts'
import type { Service } from '../../core/service.ts'
import type { Alarm, Dashboard } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { checkAlarm } from './alarm.ts'
import {
  describeAlarmHistory,
  describeAlarms,
  disableAlarmActions,
  enableAlarmActions,
  setAlarmState,
} from './alarm-actions.ts'
import { Alarms, type Publish } from './alarms.ts'
import { getDashboard, listDashboards } from './dashboard-actions.ts'
import { getMetricData, getMetricStatistics, listMetrics, putMetricData } from './metric-actions.ts'
import { Metrics } from './metrics.ts'

export interface CloudWatch extends Service {
  /** The place where the other services record their metrics. */
  metrics: Metrics
  alarms: Pick<Alarms, 'list' | 'history'>
  /** Returns once every alarm has been evaluated for all the time that has passed, and its actions are done. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/**
 * CloudWatch's metrics, metric alarms and dashboards in one Region. The gateway knows it as `monitoring`.
 * - `publish`: passes a notification to SNS; if it rejects, the log and the alarm's history say why. Like AWS, it does
 *   not retry.
 * @throws Error with one sentence, if an alarm needs something that the local cloud does not support
 */
export async function startCloudWatch({
  alarms: configured,
  dashboards,
  store,
  clock,
  part = 'cloudwatch',
  ...around
}: {
  store: Store
  /** The part of the store that belongs to this Region's CloudWatch. */
  part?: string
  clock: Clock
  /** Resolves when services that measure at fixed times have recorded what they measured until now. */
  measured?: (() => Promise<void>) | undefined
  region: string
  accountId: string
  alarms: readonly Alarm[]
  dashboards: readonly Dashboard[]
  publish: Publish
  log: (line: string) => void
}): Promise<CloudWatch> {
  for (const alarm of configured) checkAlarm(alarm)
  const metrics = new Metrics(store, clock, part)
  const alarms = await Alarms.open(configured, { ...around, store, part, clock, metrics })
  return {
    metrics,
    alarms,
    settled: () => alarms.settled(),
    stop: () => alarms.stop(),
    actions: {
      DescribeAlarms: describeAlarms(alarms),
      DescribeAlarmHistory: describeAlarmHistory(alarms.history),
      SetAlarmState: setAlarmState(alarms),
      EnableAlarmActions: enableAlarmActions(alarms),
      DisableAlarmActions: disableAlarmActions(alarms),
      GetDashboard: getDashboard(dashboards),
      ListDashboards: listDashboards(dashboards),
      GetMetricData: getMetricData(metrics),
      GetMetricStatistics: getMetricStatistics(metrics),
      ListMetrics: listMetrics(metrics, clock),
      PutMetricData: putMetricData(metrics, clock),
    },
  }
}
