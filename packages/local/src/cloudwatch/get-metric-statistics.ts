import * as v from 'valibot'
import { readInput } from '../gateway/input.ts'
import type { Action } from '../service.ts'
import type { Metrics } from './metrics.ts'
import { dimensions, period, time } from './request.ts'
import { statisticOf, statistics } from './statistics.ts'

const Input = v.object({
  Namespace: v.string(),
  MetricName: v.string(),
  Dimensions: dimensions,
  StartTime: time,
  EndTime: time,
  Period: period,
  Statistics: v.array(v.picklist(statistics)),
  ExtendedStatistics: v.optional(v.never('percentiles are not supported by the local cloud')),
  Unit: v.optional(v.string()),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html, without percentiles. */
export function getMetricStatistics(metrics: Metrics): Action {
  return async (input) => {
    const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics, Unit } = readInput(Input, input)
    const found = await metrics.read(
      { namespace: Namespace, name: MetricName, dimensions: Dimensions },
      // AWS rounds the start down to the minute and counts the periods from there.
      { fromMs: Math.floor(StartTime / 60_000) * 60_000, toMs: EndTime, periodMs: Period * 1000, unit: Unit },
    )
    return {
      Label: MetricName,
      Datapoints: found.map((set) => ({
        Timestamp: new Date(set.atMs),
        ...Object.fromEntries(Statistics.map((statistic) => [statistic, statisticOf(set, statistic)])),
        Unit: set.unit,
      })),
    }
  }
}
