import * as v from 'valibot'
import type { Clock } from '../clock.ts'
import { AwsError } from '../gateway/aws-error.ts'
import { readInput } from '../gateway/input.ts'
import type { Action } from '../service.ts'
import type { Metrics } from './metrics.ts'
import { dimensions, time } from './request.ts'
import { merged, type StatisticSet, statisticsOf } from './statistics.ts'

const Datum = v.object({
  MetricName: v.string(),
  Dimensions: dimensions,
  Timestamp: v.optional(time),
  Value: v.optional(v.number()),
  StatisticValues: v.optional(
    v.object({ SampleCount: v.number(), Sum: v.number(), Minimum: v.number(), Maximum: v.number() }),
  ),
  Values: v.optional(v.array(v.number()), []),
  Counts: v.optional(v.array(v.number()), []),
  Unit: v.optional(v.string(), 'None'),
})

const Input = v.object({
  Namespace: v.string(),
  MetricData: v.array(Datum),
  EntityMetricData: v.optional(v.never('entities are not supported by the local cloud')),
})

const hourMs = 3600 * 1000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, without entities. */
export function putMetricData(metrics: Metrics, clock: Clock): Action {
  return async (input) => {
    const { Namespace, MetricData } = readInput(Input, input)
    if (Namespace.startsWith('AWS/')) throw invalid(`The value ${Namespace} for parameter Namespace is invalid.`)
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
    await metrics.record(...data)
    return {}
  }
}

function statisticSet(datum: v.InferOutput<typeof Datum>, member: string): StatisticSet {
  const { Value, StatisticValues, Values, Counts } = datum
  if (Value !== undefined) return statisticsOf(Value)
  if (StatisticValues) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues
    return { sampleCount: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum }
  }
  if (Counts.length > 0 && Counts.length !== Values.length) {
    throw invalid(`${member}.Counts must have as many entries as Values.`)
  }
  const sets = Values.map((value, i) => statisticsOf(value, Counts[i]))
  const [first, ...others] = sets
  if (!first) throw new AwsError('MissingParameter', `${member} has neither Value, Values nor StatisticValues.`)
  return others.reduce<StatisticSet>(merged, first)
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message)
}
