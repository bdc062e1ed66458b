import type { Clock } from '../../core/clock.ts'
import type { Datum, RecordMetrics } from '../../core/metrics.ts'
import type { Queue } from './queue.ts'

const minuteMs = 60_000

/**
 * Measures queues once a minute, while they hold messages, and once more when they are empty again. A skip does not stop
 * for it: it measures every minute that passed, in which nothing else can have happened.
 */
export class QueueMetrics {
  private readonly cancels = new Map<Queue, () => void>()
  private readonly writing = new Set<Promise<void>>()
  private stopped = false

  constructor(
    private readonly clock: Clock,
    private readonly record: RecordMetrics,
  ) {}

  /** Begins to measure a queue as soon as it holds a message. */
  watch(queue: Queue): void {
    queue.onVisible(() => this.next(queue))
    if (queue.depth().oldestMs !== undefined) this.next(queue)
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.writing)
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const cancel of this.cancels.values()) cancel()
    await this.settled()
  }

  private next(queue: Queue): void {
    if (this.cancels.has(queue) || this.stopped) return
    const dueMs = (Math.floor(this.clock.now() / minuteMs) + 1) * minuteMs
    this.cancels.set(
      queue,
      this.clock.at(dueMs, () => this.measure(queue, dueMs), { catchesUp: true }),
    )
  }

  private measure(queue: Queue, dueMs: number): void {
    this.cancels.delete(queue)
    const depth = queue.depth()
    const datums: Datum[] = []
    for (let atMs = dueMs; atMs <= this.clock.now(); atMs += minuteMs) datums.push(...measured(queue, depth, atMs))
    const written = this.record(...datums)
      .catch(() => undefined)
      .finally(() => this.writing.delete(written))
    this.writing.add(written)
    if (depth.oldestMs !== undefined) this.next(queue)
  }
}

/** Ages are of all messages. AWS leaves out those that were received three times; then the number of messages shows them. */
function measured({ settings }: Queue, depth: ReturnType<Queue['depth']>, atMs: number): Datum[] {
  const of = { namespace: 'AWS/SQS', dimensions: { QueueName: settings.name }, atMs }
  const ageSeconds = depth.oldestMs === undefined ? 0 : Math.max(0, Math.floor((atMs - depth.oldestMs) / 1000))
  return [
    { ...of, name: 'ApproximateAgeOfOldestMessage', value: ageSeconds, unit: 'Seconds' },
    { ...of, name: 'ApproximateNumberOfMessagesVisible', value: depth.visible, unit: 'Count' },
    { ...of, name: 'ApproximateNumberOfMessagesNotVisible', value: depth.notVisible, unit: 'Count' },
    { ...of, name: 'ApproximateNumberOfMessagesDelayed', value: depth.delayed, unit: 'Count' },
  ]
}
