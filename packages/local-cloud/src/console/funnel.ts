import type { FunnelCounts } from '@confirmation-reminder/console/api'
import { type FunnelMetric, funnel, ownMetrics, ownNamespace } from '@confirmation-reminder/contracts/metrics'
import type { Metric } from '../core/metrics.ts'

/** What was counted in a metric, for as long as CloudWatch keeps it. */
export type Total = (metric: Metric) => Promise<number>

/** What became of registrations, from the metrics that functions count: those that the stage's dashboard shows on AWS. */
export async function funnelOf(total: Total): Promise<FunnelCounts> {
  const keys = Object.keys(funnel) as FunnelMetric[]
  const sums = await Promise.all(
    keys.map((key) => total({ namespace: ownNamespace, name: ownMetrics[key], dimensions: {} })),
  )
  const counts = Object.fromEntries(keys.map((key, index) => [key, sums[index] ?? 0])) as Record<FunnelMetric, number>
  const { confirmedBeforeReminder, confirmedAfterReminder } = counts
  const confirmed = confirmedBeforeReminder + confirmedAfterReminder
  return { ...counts, shareOfReminder: confirmed > 0 ? confirmedAfterReminder / confirmed : null }
}
