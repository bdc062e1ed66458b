import type { Clock } from '../../core/clock.ts'
import type { Datum, RecordMetrics } from '../../core/metrics.ts'
import type { Depth, Queue } from './queue.ts'

const minuteMs = 60_000
// AWS measures an empty queue for six hours. Alarms need less: a gap would make them read older values again.
const measuredEmptyMinutes = 15

/**
 * Measures queues once a minute, while they hold messages and for some time after. A skip does not stop for it: it measures
 * every minute that passed, in which nothing else can have happened.
 */
export class QueueMetrics {
  private readonly cancels = new Map<Queue, () => void>()
  /** For how many minutes each queue has been empty. */
  private readonly empty = new Map<Queue, number>()
  private readonly writing = new Set<Promise<void>>()
  private stopped = false

  constructor(
    private readonly clock: Clock,
    private readonly record: RecordMetrics,
  ) {}

  /** Begins to measure a queue as soon as it holds a message. */
  watch(queue: Queue): void {
    queue.onVisible(() => {
      this.empty.set(queue, 0)
      this.next(queue)
    })
    if (!isEmpty(queue.depth())) this.next(queue)
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
    let empty = isEmpty(depth) ? (this.empty.get(queue) ?? 0) : 0
    for (let atMs = dueMs; atMs <= this.clock.now() && empty <= measuredEmptyMinutes; atMs += minuteMs) {
      if (isEmpty(depth)) empty += 1
      datums.push(...measured(queue, depth, atMs))
    }
    this.empty.set(queue, empty)
    const written = this.record(datums)
      .catch(() => undefined)
      .finally(() => this.writing.delete(written))
    this.writing.add(written)
    if (empty <= measuredEmptyMinutes) this.next(queue)
  }
}

const isEmpty = ({ visible, notVisible, delayed }: Depth) => visible + notVisible + delayed === 0

function measured({ settings }: Queue, depth: Depth, atMs: number): Datum[] {
  const of = { namespace: 'AWS/SQS', dimensions: { QueueName: settings.name }, atMs }
  const ageSeconds = depth.oldestMs === undefined ? 0 : Math.max(0, Math.floor((atMs - depth.oldestMs) / 1000))
  return [
    { ...of, name: 'ApproximateAgeOfOldestMessage', value: ageSeconds, unit: 'Seconds' },
    { ...of, name: 'ApproximateNumberOfMessagesVisible', value: depth.visible, unit: 'Count' },
    { ...of, name: 'ApproximateNumberOfMessagesNotVisible', value: depth.notVisible, unit: 'Count' },
    { ...of, name: 'ApproximateNumberOfMessagesDelayed', value: depth.delayed, unit: 'Count' },
  ]
}
