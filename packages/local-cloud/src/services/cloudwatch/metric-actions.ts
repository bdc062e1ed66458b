import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { StatisticSet } from '../../core/metrics.ts'
import { statistics } from '../../core/stack-model.ts'
import { flag, number, oneOf, queryAction, whole } from '../../gateway/input.ts'
import type { Metrics } from './metrics.ts'
import {
  dimensionList,
  dimensions,
  dimensionValue,
  name,
  nextToken,
  pagination,
  period,
  time,
  unit,
} from './request.ts'
import { merged, statisticOf, statisticsOf } from './statistics.ts'

const Datum = v.object({
  MetricName: name,
  Dimensions: dimensions,
  Timestamp: v.optional(time),
  Value: v.optional(number),
  StatisticValues: v.optional(v.object({ SampleCount: number, Sum: number, Minimum: number, Maximum: number })),
  Values: v.optional(
    v.pipe(v.array(number), v.maxLength(150, 'Member must have length less than or equal to 150')),
    [],
  ),
  Counts: v.optional(
    v.pipe(v.array(number), v.maxLength(150, 'Member must have length less than or equal to 150')),
    [],
  ),
  Unit: v.optional(unit, 'None'),
  // Every datum is kept with its own time: both resolutions are the same here.
  StorageResolution: v.optional(whole(1, 60)),
})

const PutMetricDataInput = v.object({
  Namespace: name,
  MetricData: v.pipe(v.array(Datum), v.maxLength(1000, 'Member must have length less than or equal to 1000')),
  EntityMetricData: v.optional(v.never('entities are not supported by the local cloud')),
})

const hourMs = 3600 * 1000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, without entities. */
export const putMetricData = (metrics: Metrics, clock: Clock) =>
  queryAction(PutMetricDataInput, async ({ Namespace, MetricData }) => {
    if (/^AWS\/|^:/.test(Namespace)) throw invalid(`The value ${Namespace} for parameter Namespace is invalid.`)
    const now = clock.now()
    const data = MetricData.map((datum, i) => {
      const atMs = datum.Timestamp ?? now
      if (atMs < now - 14 * 24 * hourMs || atMs > now + 2 * hourMs) {
        throw invalid(`MetricData.member.${i + 1}.Timestamp must be within two weeks before and two hours after now.`)
      }
      const value = statisticSet(datum, `MetricData.member.${i + 1}`)
      return {
        namespace: Namespace,
        name: datum.MetricName,
        dimensions: datum.Dimensions,
        value,
        unit: datum.Unit,
        atMs,
      }
    })
    await metrics.record(data)
    return {}
  })

function statisticSet(datum: v.InferOutput<typeof Datum>, member: string): StatisticSet {
  const { Value, StatisticValues, Values, Counts } = datum
  const given = [Value !== undefined && 'Value', Values.length > 0 && 'Values', StatisticValues && 'StatisticValues']
  const [first, second] = given.filter((one) => typeof one === 'string')
  if (first === undefined) {
    throw new AwsError('MissingParameter', `The parameter ${member}.Value, Values or StatisticValues is required.`)
  }
  if (second !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameters ${member}.${first} and ${member}.${second} are mutually exclusive and you have specified both.`,
    )
  }
  if (Value !== undefined) return statisticsOf(Value)
  if (StatisticValues) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues
    return { sampleCount: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum }
  }
  if (Counts.length > 0 && Counts.length !== Values.length) {
    throw invalid(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`)
  }
  return Values.map((value, i) => statisticsOf(value, Counts[i])).reduce((all, one) => merged(all, one))
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message)
}

const ListMetricsInput = v.object({
  Namespace: v.optional(name),
  MetricName: v.optional(name),
  Dimensions: v.optional(v.array(v.object({ Name: name, Value: v.optional(dimensionValue) })), []),
  RecentlyActive: v.optional(oneOf(['PT3H'])),
  // No other account is linked to this one, so this changes nothing.
  IncludeLinkedAccounts: v.optional(flag),
  OwningAccount: v.optional(v.never('the local cloud has one account')),
  NextToken: nextToken,
})

// AWS's page size.
const metricsPerPage = 500
const recentMs = 3 * hourMs

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const listMetrics = (metrics: Metrics, clock: Clock) =>
  queryAction(ListMetricsInput, async ({ NextToken, ...filter }) => {
    const { Namespace, MetricName, Dimensions, RecentlyActive } = filter
    const found = (await metrics.list(RecentlyActive && clock.now() - recentMs)).filter(
      ({ namespace, name, dimensions }) =>
        (Namespace ?? namespace) === namespace &&
        (MetricName ?? name) === name &&
        Dimensions.every(({ Name, Value = dimensions[Name] }) => Value !== undefined && dimensions[Name] === Value),
    )
    const list = ['ListMetrics', filter] as const
    const { items, next } = pagination.page(list, found, { size: metricsPerPage, token: NextToken })
    return {
      Metrics: items.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: dimensionList(dimensions),
      })),
      ...(next !== undefined && { NextToken: next }),
    }
  })

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

// AWS's limit for a page.
const datapointsPerPage = 100_800

const GetMetricDataInput = v.object({
  MetricDataQueries: v.pipe(v.array(Query), v.maxLength(500, 'Member must have length less than or equal to 500')),
  StartTime: time,
  EndTime: time,
  ScanBy: v.optional(oneOf(['TimestampDescending', 'TimestampAscending']), 'TimestampDescending'),
  MaxDatapoints: v.optional(whole(1, datapointsPerPage), datapointsPerPage),
  NextToken: nextToken,
  // It moves the times in labels to another time zone; no label here has one.
  LabelOptions: v.optional(v.unknown()),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, without metric math. */
export const getMetricData = (metrics: Metrics) =>
  queryAction(GetMetricDataInput, async ({ MaxDatapoints, NextToken, LabelOptions, ...filter }) => {
    const { MetricDataQueries, StartTime, EndTime, ScanBy } = filter
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

    // A page takes the datapoints of one query after the other: the token counts those of the earlier pages.
    const list = ['GetMetricData', filter] as const
    const start = pagination.indexOf(list, NextToken)
    const end = start + MaxDatapoints
    let before = 0
    const page = results.map(({ Id, Label, datapoints }) => {
      const taken = datapoints.slice(Math.max(0, start - before), Math.max(0, end - before))
      before += datapoints.length
      return {
        Id,
        Label,
        Timestamps: taken.map(({ set }) => new Date(set.atMs)),
        Values: taken.map(({ set, Stat }) => statisticOf(set, Stat)),
        StatusCode: before > end ? 'PartialData' : 'Complete',
      }
    })
    return {
      MetricDataResults: page,
      Messages: [],
      ...(end < before && { NextToken: pagination.tokenOf(list, end) }),
    }
  })

/** @throws AwsError if the query asks for anything but a statistic of one metric */
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

const GetMetricStatisticsInput = v.object({
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

// AWS's limit for one answer.
const mostDatapoints = 1440

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html, without percentiles. */
export const getMetricStatistics = (metrics: Metrics) =>
  queryAction(GetMetricStatisticsInput, async (input) => {
    const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics, Unit } = input
    checkDatapoints(Statistics, StartTime, EndTime, Period)
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
  })

function checkDatapoints(asked: readonly string[], startMs: number, endMs: number, periodSeconds: number): void {
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
