/** What CloudWatch stores of any number of samples. */
export interface StatisticSet {
  sampleCount: number
  sum: number
  minimum: number
  maximum: number
}

/** The identity of a metric in CloudWatch: every combination of dimensions is a metric of its own. */
export interface Metric {
  namespace: string
  name: string
  dimensions: Readonly<Record<string, string>>
}

/** One measurement, as PutMetricData takes it. */
export interface Datum extends Metric {
  /** One sample, or the statistics of several. */
  value: number | StatisticSet
  /** A unit of CloudWatch: `Count`, `Milliseconds`, … Where it is left out, `None`. */
  unit?: string
  /** Milliseconds since 1970. Where it is left out, now. */
  atMs?: number
}

/** Writes datums to the metrics of CloudWatch; they are durable when it resolves. */
export type RecordMetrics = (datums: readonly Datum[]) => Promise<void>
