import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Action } from '../../core/service.ts'
import { oneOf, readInput } from '../../gateway/input.ts'
import type { Metrics } from './metrics.ts'
import { dimensions, name, period, time, unit } from './request.ts'
import { statisticOf, statistics } from './statistics.ts'

const Input = v.object({
  Namespace: name,
  MetricName: name,
  Dimensions: dimensions,
  StartTime: time,
  EndTime: time,
  Period: period,
  Statistics: v.optional(v.array(oneOf(statistics)), []),
  ExtendedStatistics: v.optional(v.never('percentiles are not supported by the local cloud')),
  Unit: v.optional(unit),
})

// As many as AWS gives in one answer.
const mostDatapoints = 1440

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html, without percentiles. */
export function getMetricStatistics(metrics: Metrics): Action {
  return async (input) => {
    const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics, Unit } = readInput(Input, input)
    check(Statistics, StartTime, EndTime, Period)
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

function check(asked: readonly string[], startMs: number, endMs: number, periodSeconds: number): void {
  if (asked.length === 0) {
    throw new AwsError('InvalidParameterCombination', 'Must specify either Statistics or ExtendedStatistics')
  }
  if (startMs >= endMs) {
    throw new AwsError('InvalidParameterValue', 'The parameter StartTime must be less than the parameter EndTime.')
  }
  const datapoints = Math.ceil((endMs - startMs) / 1000 / periodSeconds)
  if (datapoints > mostDatapoints) {
    throw new AwsError(
      'InvalidParameterCombination',
      `You have requested up to ${datapoints} datapoints, which exceeds the limit of ${mostDatapoints}. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    )
  }
}
