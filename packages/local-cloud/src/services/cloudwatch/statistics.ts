import type { StatisticSet } from '../../core/metrics.ts'
import type { Statistic } from '../../core/stack-model.ts'

/** The statistics of a value that was measured `count` times. */
export function statisticsOf(value: number, count = 1): StatisticSet {
  return { sampleCount: count, sum: value * count, minimum: value, maximum: value }
}

/** The statistics of the samples of both. */
export function merged(a: StatisticSet | undefined, b: StatisticSet): StatisticSet {
  if (!a) return b
  return {
    sampleCount: a.sampleCount + b.sampleCount,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  }
}

/** One of the five statistics. */
export function statisticOf(set: StatisticSet, statistic: Statistic): number {
  switch (statistic) {
    case 'SampleCount':
      return set.sampleCount
    case 'Average':
      return set.sum / set.sampleCount
    case 'Sum':
      return set.sum
    case 'Minimum':
      return set.minimum
    case 'Maximum':
      return set.maximum
  }
}
