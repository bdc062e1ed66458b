/** The metrics that functions count themselves. Each stage has an account of its own, so they have no dimensions. */
export const ownMetrics = {
  namespace: 'confirmation-reminder',
  /** Attempts of runs that wait for evidence for longer than `usualEvidenceSeconds`. */
  awaitingEvidence: 'AwaitingEvidence',
  /** Mail events that could not be recorded. */
  eventsFailed: 'EventsFailed',
} as const
export type OwnMetric = Exclude<(typeof ownMetrics)[keyof typeof ownMetrics], typeof ownMetrics.namespace>
