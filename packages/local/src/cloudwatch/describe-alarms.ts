import * as v from 'valibot'
import { readInput } from '../gateway/input.ts'
import type { Action } from '../service.ts'
import { type Alarm, stateValues } from './alarm.ts'
import type { AlarmState, Alarms } from './alarms.ts'
import { dimensionList, pageSize, token, tokenOf } from './request.ts'

const Input = v.object({
  AlarmNames: v.optional(v.array(v.string()), []),
  AlarmNamePrefix: v.optional(v.string(), ''),
  AlarmTypes: v.optional(v.array(v.picklist(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])), ['MetricAlarm']),
  StateValue: v.optional(v.picklist(stateValues)),
  ActionPrefix: v.optional(v.string(), ''),
  MaxRecords: pageSize(100),
  NextToken: token,
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export function describeAlarms(alarms: Alarms): Action {
  return async (input) => {
    const {
      AlarmNames,
      AlarmNamePrefix,
      AlarmTypes,
      StateValue,
      ActionPrefix,
      MaxRecords,
      NextToken = 0,
    } = readInput(Input, input)
    const found = alarms
      .list()
      .filter(
        ({ alarm, state }) =>
          AlarmTypes.includes('MetricAlarm') &&
          (AlarmNames.length === 0 || AlarmNames.includes(alarm.name)) &&
          alarm.name.startsWith(AlarmNamePrefix) &&
          (StateValue ?? state.value) === state.value &&
          (ActionPrefix === '' || actions(alarm).some((arn) => arn.startsWith(ActionPrefix))),
      )
    const end = NextToken + MaxRecords
    return {
      MetricAlarms: found.slice(NextToken, end).map(metricAlarm),
      CompositeAlarms: [],
      ...(end < found.length && { NextToken: tokenOf(end) }),
    }
  }
}

function actions({ okActions, alarmActions, insufficientDataActions }: Alarm): string[] {
  return [...okActions, ...alarmActions, ...insufficientDataActions]
}

function metricAlarm({ alarm, state }: { alarm: Alarm; state: AlarmState }): object {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(state.configuredMs),
    ActionsEnabled: state.actionsEnabled,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== '' && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.updatedMs),
    StateTransitionedTimestamp: new Date(state.transitionedMs),
    MetricName: alarm.metricName,
    Namespace: alarm.namespace,
    Statistic: alarm.statistic,
    Dimensions: dimensionList(alarm.dimensions),
    Period: alarm.period,
    Unit: alarm.unit,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    TreatMissingData: alarm.treatMissingData,
  }
}
