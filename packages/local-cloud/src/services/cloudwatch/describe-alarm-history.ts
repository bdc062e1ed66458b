import * as v from 'valibot'
import type { Action } from '../../core/service.ts'
import { oneOf, readInput } from '../../gateway/input.ts'
import { type History, historyItemTypes } from './history.ts'
import { name, pageSize, time, token, tokenOf } from './request.ts'

const Input = v.object({
  AlarmName: v.optional(name),
  // Alarms of this kind have no contributors, and so no history of one.
  AlarmContributorId: v.optional(v.string()),
  AlarmTypes: v.optional(v.array(oneOf(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])), ['MetricAlarm']),
  HistoryItemType: v.optional(oneOf([...historyItemTypes, 'AlarmContributorStateUpdate', 'AlarmContributorAction'])),
  StartDate: v.optional(time, 0),
  EndDate: v.optional(time),
  ScanBy: v.optional(oneOf(['TimestampDescending', 'TimestampAscending']), 'TimestampDescending'),
  MaxRecords: pageSize(100),
  NextToken: token,
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export function describeAlarmHistory(history: History): Action {
  return async (input) => {
    const { AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate = Infinity, ...page } = readInput(Input, input)
    const items: object[] = []
    let last = 0
    const all = history.read({ newestFirst: page.ScanBy === 'TimestampDescending', after: page.NextToken })
    for await (const [key, { alarmName, atMs, type, summary, data }] of all) {
      if (!AlarmTypes.includes('MetricAlarm') || page.AlarmContributorId !== undefined) continue
      if (atMs < StartDate || atMs > EndDate) continue
      if ((AlarmName ?? alarmName) !== alarmName || (HistoryItemType ?? type) !== type) continue
      if (items.length === page.MaxRecords) return { AlarmHistoryItems: items, NextToken: tokenOf(last) }
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
  }
}
