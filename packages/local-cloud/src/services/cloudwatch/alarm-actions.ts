import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { parseJson } from '../../core/json.ts'
import type { Alarm } from '../../core/stack-model.ts'
import { oneOf, queryAction, text, texts } from '../../gateway/input.ts'
import { stateValues } from './alarm.ts'
import type { AlarmState, Alarms } from './alarms.ts'
import { type History, historyItemTypes } from './history.ts'
import { dimensionList, name, nextToken, pageSize, pagination, time } from './request.ts'

const alarmTypes = v.optional(v.array(oneOf(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])), ['MetricAlarm'])

const DescribeAlarmsInput = v.object({
  AlarmNames: v.optional(v.pipe(texts, v.maxLength(100, 'Member must have length less than or equal to 100')), []),
  AlarmNamePrefix: v.optional(name),
  AlarmTypes: alarmTypes,
  ChildrenOfAlarmName: v.optional(name),
  ParentsOfAlarmName: v.optional(name),
  StateValue: v.optional(oneOf(stateValues)),
  ActionPrefix: v.optional(text(1, 1024)),
  MaxRecords: pageSize(100),
  NextToken: nextToken,
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export const describeAlarms = (alarms: Alarms) =>
  queryAction(DescribeAlarmsInput, async ({ MaxRecords, NextToken, ...filter }) => {
    const { AlarmNames, AlarmNamePrefix = '', AlarmTypes, StateValue, ActionPrefix = '' } = filter
    if (AlarmNames.length > 0 && AlarmNamePrefix !== '') {
      throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix cannot both be specified.')
    }
    // Only composite alarms have children or are parents, and there are no composite alarms.
    const related = filter.ChildrenOfAlarmName ?? filter.ParentsOfAlarmName
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
    const list = ['DescribeAlarms', filter] as const
    const { items, next } = pagination.page(list, found, { size: MaxRecords, token: NextToken })
    return { MetricAlarms: items.map(metricAlarm), CompositeAlarms: [], ...(next !== undefined && { NextToken: next }) }
  })

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

const DescribeAlarmHistoryInput = v.object({
  AlarmName: v.optional(name),
  // Metric alarms with one metric have no contributors, and so no history of one.
  AlarmContributorId: v.optional(v.string()),
  AlarmTypes: alarmTypes,
  HistoryItemType: v.optional(oneOf([...historyItemTypes, 'AlarmContributorStateUpdate', 'AlarmContributorAction'])),
  StartDate: v.optional(time, 0),
  EndDate: v.optional(time),
  ScanBy: v.optional(oneOf(['TimestampDescending', 'TimestampAscending']), 'TimestampDescending'),
  MaxRecords: pageSize(100),
  NextToken: nextToken,
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export const describeAlarmHistory = (history: History) =>
  queryAction(DescribeAlarmHistoryInput, async ({ MaxRecords, NextToken, ...filter }) => {
    const { AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate = Infinity } = filter
    const list = ['DescribeAlarmHistory', filter] as const
    // The token holds the number of the last item, as items may be added between two pages.
    const after = NextToken === undefined ? undefined : pagination.indexOf(list, NextToken)
    const items: object[] = []
    let last = 0
    const all = history.read({ newestFirst: filter.ScanBy === 'TimestampDescending', after })
    for await (const [key, { alarmName, atMs, type, summary, data }] of all) {
      if (!AlarmTypes.includes('MetricAlarm') || filter.AlarmContributorId !== undefined) continue
      if (atMs < StartDate || atMs > EndDate) continue
      if ((AlarmName ?? alarmName) !== alarmName || (HistoryItemType ?? type) !== type) continue
      if (items.length === MaxRecords) return { AlarmHistoryItems: items, NextToken: pagination.tokenOf(list, last) }
      last = Number(key)
      items.push({
        AlarmName: alarmName,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(atMs),
        HistoryItemType: type,
        HistorySummary: summary,
        HistoryData: JSON.stringify(data),
      })
    }
    return { AlarmHistoryItems: items }
  })

const SetAlarmStateInput = v.object({
  AlarmName: name,
  StateValue: oneOf(stateValues),
  StateReason: text(0, 1023),
  StateReasonData: v.optional(text(0, 4000), ''),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
export const setAlarmState = (alarms: Alarms) =>
  queryAction(SetAlarmStateInput, async ({ AlarmName, StateValue, StateReason, StateReasonData }) => {
    if (StateReasonData !== '' && !isJson(StateReasonData)) {
      throw new AwsError('InvalidFormat', 'StateReasonData was not syntactically valid JSON.')
    }
    await alarms.setState(AlarmName, { value: StateValue, reason: StateReason, reasonData: StateReasonData })
    return {}
  })

function isJson(text: string): boolean {
  try {
    parseJson(text)
    return true
  } catch {
    return false
  }
}

const AlarmActionsInput = v.object({ AlarmNames: texts })

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html */
export const enableAlarmActions = (alarms: Alarms) => changeAlarmActions(alarms, true)

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html */
export const disableAlarmActions = (alarms: Alarms) => changeAlarmActions(alarms, false)

function changeAlarmActions(alarms: Alarms, enabled: boolean) {
  return queryAction(AlarmActionsInput, async ({ AlarmNames }) => {
    for (const name of AlarmNames) await alarms.enableActions(name, enabled)
    return {}
  })
}
