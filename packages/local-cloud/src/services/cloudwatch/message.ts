import type { Alarm, StateValue } from './alarm.ts'
import { regionName } from './region-name.ts'
import { awsTime } from './state-reason.ts'

/** An alarm that went from one state into another. */
export interface StateChange {
  alarm: Alarm
  /** When the alarm got its present configuration, in milliseconds since 1970. */
  configuredMs: number
  from: StateValue
  to: StateValue
  reason: string
  atMs: number
}

/** What SNS takes: `message` is a JSON text. */
export interface Notification {
  subject: string
  message: string
}

// SNS takes no longer subject.
const longestSubject = 100

/** The notification that CloudWatch publishes about a change of state. */
export function notification(
  change: StateChange,
  { region, accountId }: { region: string; accountId: string },
): Notification {
  const { alarm, configuredMs, from, to, reason, atMs } = change
  const place = regionName(region)
  return {
    subject: subject(to, alarm.name, place),
    message: JSON.stringify({
      AlarmName: alarm.name,
      AlarmDescription: alarm.description ?? null,
      AWSAccountId: accountId,
      AlarmConfigurationUpdatedTimestamp: awsTime(configuredMs),
      NewStateValue: to,
      NewStateReason: reason,
      StateChangeTime: awsTime(atMs),
      Region: place,
      AlarmArn: alarm.arn,
      OldStateValue: from,
      OKActions: alarm.okActions,
      AlarmActions: alarm.alarmActions,
      InsufficientDataActions: alarm.insufficientDataActions,
      Trigger: {
        MetricName: alarm.metricName,
        Namespace: alarm.namespace,
        StatisticType: 'Statistic',
        Statistic: alarm.statistic.toUpperCase(),
        Unit: alarm.unit ?? null,
        Dimensions: Object.entries(alarm.dimensions).map(([name, value]) => ({ value, name })),
        Period: alarm.period,
        EvaluationPeriods: alarm.evaluationPeriods,
        ...(alarm.datapointsToAlarm !== undefined && { DatapointsToAlarm: alarm.datapointsToAlarm }),
        ComparisonOperator: alarm.comparisonOperator,
        Threshold: alarm.threshold,
        TreatMissingData: alarm.treatMissingData,
        EvaluateLowSampleCountPercentile: '',
      },
    }),
  }
}

function subject(state: StateValue, name: string, place: string): string {
  const line = (shown: string) => `${state}: "${shown}" in ${place}`
  const excess = line(name).length - longestSubject
  return excess <= 0 ? line(name) : line(`${name.slice(0, name.length - excess - 3)}...`)
}
