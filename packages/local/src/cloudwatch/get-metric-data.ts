import * as v from 'valibot'
import { AwsError } from '../gateway/aws-error.ts'
import { readInput } from '../gateway/input.ts'
import type { Action } from '../service.ts'
import type { Metrics } from './metrics.ts'
import { dimensions, period, time } from './request.ts'
import { statisticOf, statistics } from './statistics.ts'

const Input = v.object({
  MetricDataQueries: v.array(
    v.object({
      Id: v.pipe(v.string(), v.regex(/^[a-z]\w*$/, 'must begin with a lower case letter')),
      Label: v.optional(v.string()),
      ReturnData: v.optional(v.boolean(), true),
      Expression: v.optional(v.string()),
      MetricStat: v.optional(
        v.object({
          Metric: v.object({ Namespace: v.string(), MetricName: v.string(), Dimensions: dimensions }),
          Period: period,
          Stat: v.picklist(statistics),
          Unit: v.optional(v.string()),
        }),
      ),
    }),
  ),
  StartTime: time,
  EndTime: time,
  ScanBy: v.optional(v.picklist(['TimestampDescending', 'TimestampAscending']), 'TimestampDescending'),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, without metric math and in one page. */
export function getMetricData(metrics: Metrics): Action {
  return async (input) => {
    const { MetricDataQueries, StartTime, EndTime, ScanBy } = readInput(Input, input)
    const results = MetricDataQueries.map(async ({ Id, Label, Expression, MetricStat }) => {
      if (Expression !== undefined) {
        throw new AwsError(
          'InvalidParameterValue',
          `The local cloud does not support metric math: ${Id} is ${Expression}.`,
        )
      }
      if (!MetricStat) throw new AwsError('MissingParameter', `The query ${Id} has neither MetricStat nor Expression.`)
      const { Metric, Period, Stat, Unit } = MetricStat
      const periodMs = Period * 1000
      const found = await metrics.read(
        { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Metric.Dimensions },
        { fromMs: Math.floor(StartTime / periodMs) * periodMs, toMs: EndTime, periodMs, unit: Unit },
      )
      if (ScanBy === 'TimestampDescending') found.reverse()
      return {
        Id,
        Label: Label ?? Metric.MetricName,
        Timestamps: found.map(({ atMs }) => new Date(atMs)),
        Values: found.map((set) => statisticOf(set, Stat)),
        StatusCode: 'Complete',
      }
    })
    const wanted = new Set(MetricDataQueries.filter(({ ReturnData }) => ReturnData).map(({ Id }) => Id))
    return { MetricDataResults: (await Promise.all(results)).filter(({ Id }) => wanted.has(Id)), Messages: [] }
  }
}
