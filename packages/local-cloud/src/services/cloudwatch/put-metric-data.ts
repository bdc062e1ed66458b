import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Action } from '../../core/service.ts'
import { number, readInput, whole } from '../../gateway/input.ts'
import type { Metrics } from './metrics.ts'
import { dimensions, name, time, unit } from './request.ts'
import { merged, type StatisticSet, statisticsOf } from './statistics.ts'

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
  // Everything is kept as it came: both resolutions are the same here.
  StorageResolution: v.optional(whole(1, 60)),
})

const Input = v.object({
  Namespace: name,
  MetricData: v.pipe(v.array(Datum), v.maxLength(1000, 'Member must have length less than or equal to 1000')),
  EntityMetricData: v.optional(v.never('entities are not supported by the local cloud')),
})

const hourMs = 3600 * 1000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, without entities. */
export function putMetricData(metrics: Metrics, clock: Clock): Action {
  return async (input) => {
    const { Namespace, MetricData } = readInput(Input, input)
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
    await metrics.record(...data)
    return {}
  }
}

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
