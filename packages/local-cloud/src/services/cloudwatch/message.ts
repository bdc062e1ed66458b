import type { Alarm } from '../../core/stack-model.ts'
import type { StateValue } from './alarm.ts'
import { awsTime } from './state-reason.ts'

/** A change of an alarm's state. */
export interface StateChange {
  alarm: Alarm
  /** When the alarm was last configured, in milliseconds since 1970. */
  configuredMs: number
  from: StateValue
  to: StateValue
  reason: string
  atMs: number
}

/** The message to SNS: `message` is JSON text. */
export interface Notification {
  subject: string
  message: string
}

// SNS's limit for a subject.
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
      // No alarm has a mute rule here.
      ActionExecutedAfterMuteWindow: false,
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

const regionNames = new Map([
  ['us-east-1', 'US East (N. Virginia)'],
  ['us-east-2', 'US East (Ohio)'],
  ['us-west-1', 'US West (N. California)'],
  ['us-west-2', 'US West (Oregon)'],
  ['ca-central-1', 'Canada (Central)'],
  ['sa-east-1', 'South America (Sao Paulo)'],
  ['eu-central-1', 'EU (Frankfurt)'],
  ['eu-west-1', 'EU (Ireland)'],
  ['eu-west-2', 'EU (London)'],
  ['eu-west-3', 'EU (Paris)'],
  ['eu-north-1', 'EU (Stockholm)'],
  ['eu-south-1', 'EU (Milan)'],
  ['ap-south-1', 'Asia Pacific (Mumbai)'],
  ['ap-northeast-1', 'Asia Pacific (Tokyo)'],
  ['ap-northeast-2', 'Asia Pacific (Seoul)'],
  ['ap-northeast-3', 'Asia Pacific (Osaka)'],
  ['ap-southeast-1', 'Asia Pacific (Singapore)'],
  ['ap-southeast-2', 'Asia Pacific (Sydney)'],
])

/** The name of a Region in CloudWatch's messages: `EU (Frankfurt)`. */
function regionName(region: string): string {
  return regionNames.get(region) ?? region
}
