import { type OwnMetric, ownMetrics } from '@confirmation-reminder/contracts/metrics'

/**
 * Counts in a metric of CloudWatch, through the log: CloudWatch reads metrics from lines in its embedded metric format. That needs
 * no call, no client and no permission.
 */
export function count(Name: OwnMetric, value = 1): void {
  const { namespace: Namespace } = ownMetrics
  const CloudWatchMetrics = [{ Namespace, Dimensions: [[]], Metrics: [{ Name, Unit: 'Count' }] }]
  process.stdout.write(`${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, [Name]: value })}\n`)
}
