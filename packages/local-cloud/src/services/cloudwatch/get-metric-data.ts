import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Action } from '../../core/service.ts'
import { flag, oneOf, readInput, whole } from '../../gateway/input.ts'
import type { Metrics } from './metrics.ts'
import { dimensions, name, period, time, token, tokenOf, unit } from './request.ts'
import { statisticOf, statistics } from './statistics.ts'

const Query = v.object({
  Id: v.pipe(
    v.string(),
    v.regex(/^[a-z]\w{0,254}$/, 'Member must satisfy regular expression pattern: ^[a-z][a-zA-Z0-9_]{0,254}$'),
  ),
  Label: v.optional(v.string()),
  ReturnData: v.optional(flag, true),
  Expression: v.optional(v.string()),
  MetricStat: v.optional(
    v.object({
      Metric: v.object({ Namespace: name, MetricName: name, Dimensions: dimensions }),
      Period: period,
      Stat: v.picklist(statistics, `the local cloud knows ${statistics.join(', ')} only`),
      Unit: v.optional(unit),
    }),
  ),
  Period: v.optional(period),
  AccountId: v.optional(v.never('the local cloud has one account')),
})

// As many as AWS gives in a page.
const mostDatapoints = 100_800

const Input = v.object({
  MetricDataQueries: v.pipe(v.array(Query), v.maxLength(500, 'Member must have length less than or equal to 500')),
  StartTime: time,
  EndTime: time,
  ScanBy: v.optional(oneOf(['TimestampDescending', 'TimestampAscending']), 'TimestampDescending'),
  MaxDatapoints: v.optional(whole(1, mostDatapoints), mostDatapoints),
  NextToken: token,
  // It moves the times in labels to another time zone; no label here has one.
  LabelOptions: v.optional(v.unknown()),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, without metric math. */
export function getMetricData(metrics: Metrics): Action {
  return async (input) => {
    const { MetricDataQueries, StartTime, EndTime, ScanBy, MaxDatapoints, NextToken = 0 } = readInput(Input, input)
    if (StartTime >= EndTime) {
      throw new AwsError('ValidationError', 'The parameter EndTime must be greater than StartTime.')
    }
    if (new Set(MetricDataQueries.map(({ Id }) => Id)).size < MetricDataQueries.length) {
      throw new AwsError('ValidationError', 'The values for parameter id in MetricDataQueries are not unique.')
    }
    const results = await Promise.all(
      MetricDataQueries.map(stat)
        .filter(({ query }) => query.ReturnData)
        .map(async ({ query: { Id, Label }, Metric, Period, Stat, Unit }) => {
          const periodMs = Period * 1000
          const datapoints = await metrics.read(
            { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Metric.Dimensions },
            { fromMs: Math.floor(StartTime / periodMs) * periodMs, toMs: EndTime, periodMs, unit: Unit },
          )
          if (ScanBy === 'TimestampDescending') datapoints.reverse()
          return { Id, Label: Label ?? Metric.MetricName, datapoints: datapoints.map((set) => ({ set, Stat })) }
        }),
    )

    // A page takes the datapoints of one query after the other: the token counts those that earlier pages had.
    const end = NextToken + MaxDatapoints
    let before = 0
    const page = results.map(({ Id, Label, datapoints }) => {
      const taken = datapoints.slice(Math.max(0, NextToken - before), Math.max(0, end - before))
      before += datapoints.length
      return {
        Id,
        Label,
        Timestamps: taken.map(({ set }) => new Date(set.atMs)),
        Values: taken.map(({ set, Stat }) => statisticOf(set, Stat)),
        StatusCode: before > end ? 'PartialData' : 'Complete',
      }
    })
    return { MetricDataResults: page, Messages: [], ...(end < before && { NextToken: tokenOf(end) }) }
  }
}

/** @throws AwsError, where the query asks for something else than a statistic of one metric */
function stat(query: v.InferOutput<typeof Query>, index: number) {
  const { Id, Expression, MetricStat } = query
  if (Expression !== undefined) {
    throw new AwsError('InvalidParameterValue', `The local cloud does not support metric math: ${Id} is ${Expression}.`)
  }
  if (!MetricStat) {
    throw new AwsError('ValidationError', `The parameter MetricDataQueries.member.${index + 1}.MetricStat is required.`)
  }
  return { query, ...MetricStat }
}
