import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Action } from '../../core/service.ts'
import { oneOf, readInput, text, texts } from '../../gateway/input.ts'
import { type Alarm, stateValues } from './alarm.ts'
import type { AlarmState, Alarms } from './alarms.ts'
import { dimensionList, name, pageSize, token, tokenOf } from './request.ts'

const Input = v.object({
  AlarmNames: v.optional(v.pipe(texts, v.maxLength(100, 'Member must have length less than or equal to 100'))),
  AlarmNamePrefix: v.optional(name),
  AlarmTypes: v.optional(v.array(oneOf(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])), ['MetricAlarm']),
  ChildrenOfAlarmName: v.optional(name),
  ParentsOfAlarmName: v.optional(name),
  StateValue: v.optional(oneOf(stateValues)),
  ActionPrefix: v.optional(text(1, 1024)),
  MaxRecords: pageSize(100),
  NextToken: token,
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export function describeAlarms(alarms: Alarms): Action {
  return async (input) => {
    const {
      AlarmNames = [],
      AlarmNamePrefix = '',
      AlarmTypes,
      StateValue,
      ActionPrefix = '',
      MaxRecords,
      NextToken = 0,
      ...family
    } = readInput(Input, input)
    if (AlarmNames.length > 0 && AlarmNamePrefix !== '') {
      throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix cannot both be specified.')
    }
    // Only composite alarms have children or are parents, and there are none.
    const related = family.ChildrenOfAlarmName ?? family.ParentsOfAlarmName
    const found = alarms
      .list()
      .filter(
        ({ alarm, state }) =>
          related === undefined &&
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
