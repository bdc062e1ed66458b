import { type OwnMetric, ownNamespace } from '@confirmation-reminder/contracts/metrics'

/** Adds to a metric of CloudWatch, which gets the sum with the last line of the invocation. */
export type Count = (metric: OwnMetric, value?: number) => void

/**
 * The fields by which a line of the log counts: CloudWatch reads metrics from lines in its embedded metric format. That needs no
 * call, no client and no permission. Without counts there are none.
 */
export function metricFields(counts: ReadonlyMap<OwnMetric, number>): object {
  if (counts.size === 0) return {}
  const Metrics = [...counts.keys()].map((Name) => ({ Name, Unit: 'Count' }))
  const CloudWatchMetrics = [{ Namespace: ownNamespace, Dimensions: [[]], Metrics }]
  return { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...Object.fromEntries(counts) }
}
