import { parseArn } from '@confirmation-reminder/contracts/arn'
import { failuresIn } from '../../core/batch-item-failures.ts'
import type { Clock } from '../../core/clock.ts'
import { Gathering } from '../../core/gathering.ts'
import type { Invoke } from '../../core/service.ts'
import type { EventSourceMapping } from '../../core/stack-model.ts'
import { md5, systemAttributes } from './message.ts'
import { type Entry, handleOf, type Queue } from './queue.ts'

// Lambda begins with as many pollers. More would only wait for the pool of the one function.
const pollers = 5

// About as long as a message takes to reach a poller on AWS. Those that come meanwhile share its batch.
const gatheringMs = 100

/**
 * Lambda's poller of a queue: invokes the function with batches of messages, and deletes what succeeded. The rest, and
 * every batch that Lambda could not run, is visible again when its timeout ends.
 */
export class EventSource {
  private readonly underWay = new Set<Promise<void>>()
  private stopped = false
  /** Of the poller that gathers a batch, if one does. */
  private readonly gathering = new Gathering()
  /** Ends the wait for a fuller batch. */
  private window: (() => void) | undefined
  private windowEndMs = 0

  constructor(
    private readonly mapping: EventSourceMapping,
    private readonly queue: Queue,
    private readonly around: {
      clock: Clock
      invoke: Invoke
      deadLetters: Queue | undefined
      log: (line: string) => void
    },
  ) {}

  start(): void {
    this.queue.onVisible(() => this.poll())
    this.poll()
  }

  /** Resolves when no visible message is left. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) {
      this.gathering.end()
      await Promise.race(this.underWay)
    }
  }

  stop(): void {
    this.stopped = true
    this.gathering.end()
    this.window?.()
  }

  private poll(): void {
    const most = Math.min(this.mapping.maximumConcurrency ?? pollers, pollers)
    if (this.queue.hasVisibleAtLeast(this.mapping.batchSize)) this.gathering.end()
    const mayBegin = () => !this.stopped && this.underWay.size < most && !this.gathering.isUnderWay
    while (mayBegin() && this.queue.hasVisible && this.isFull()) {
      const done = this.deliver()
        .catch((error: unknown) => this.around.log(`${this.mapping.name}: ${(error as Error).stack ?? error}`))
        .finally(() => {
          this.underWay.delete(done)
          this.poll()
        })
      this.underWay.add(done)
    }
  }

  /** Whether a batch need not wait any more: it is full, or its window has ended. */
  private isFull(): boolean {
    const { batchSize, windowSeconds } = this.mapping
    if (windowSeconds === 0 || this.queue.hasVisibleAtLeast(batchSize)) return true
    const { clock } = this.around
    if (this.window) return false
    if (this.windowEndMs > 0 && this.windowEndMs <= clock.now()) {
      this.windowEndMs = 0
      return true
    }
    this.windowEndMs = clock.now() + windowSeconds * 1000
    this.window = clock.at(this.windowEndMs, () => {
      this.window = undefined
      this.poll()
    })
    return false
  }

  private async deliver(): Promise<void> {
    const { deadLetters, invoke, log } = this.around
    const { batchSize, functionArn, name, windowSeconds } = this.mapping
    const gathers = windowSeconds === 0 && !this.queue.hasVisibleAtLeast(batchSize)
    if (gathers) await this.gathering.wait(gatheringMs)
    if (this.stopped) return
    const receiving = this.queue.receive(batchSize, { deadLetters })
    // The others may begin with what this one leaves.
    if (gathers) this.poll()
    const batch = await receiving
    if (batch.length === 0) return
    const what = `${name}: ${functionArn} did not take ${batch.length} messages of ${this.queue.settings.name}`
    const again = `They are visible again in ${this.queue.settings.visibilityTimeoutSeconds} s.`
    try {
      const { functionError, payload } = await invoke(functionArn, JSON.stringify({ Records: this.recordsOf(batch) }))
      if (functionError) return log(`${what}: it failed with ${payload}. ${again}`)
      const failed = this.mapping.reportsFailures ? failuresIn(payload, batch) : new Set<string>()
      if (failed.size > 0) log(`${what}: it reports ${failed.size} as failed. ${again}`)
      await this.queue.delete(batch.filter(({ id }) => !failed.has(id)).map(({ key }) => key))
    } catch (error) {
      // After a stop the store may be closed; the next start finds them.
      if (!this.stopped) log(`${what}: ${(error as Error).message} ${again}`)
    }
  }

  private recordsOf(batch: readonly Entry[]): object[] {
    const { arn, name } = this.queue.settings
    return batch.map((entry) => ({
      messageId: entry.id,
      receiptHandle: handleOf(entry, name),
      body: entry.body,
      attributes: systemAttributes(entry),
      messageAttributes: Object.fromEntries(
        Object.entries(entry.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          { dataType: DataType, stringValue: StringValue, binaryValue: BinaryValue },
        ]),
      ),
      md5OfBody: md5(entry.body),
      eventSource: 'aws:sqs',
      eventSourceARN: arn,
      awsRegion: parseArn(arn).region,
    }))
  }
}
