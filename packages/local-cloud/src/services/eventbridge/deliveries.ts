import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Clock } from '../../core/clock.ts'
import { type Due, DurableQueue } from '../../core/durable-queue.ts'
import type { Invoke } from '../../core/service.ts'
import type { RetryPolicy } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'

/** An event on its way to a target. */
export interface Delivery {
  rule: string
  target: string
  targetArn: string
  eventId: string
  payload: string
  /** How often the function has failed. */
  failed: number
  /** How often the target refused it. */
  refused: number
  retryPolicy: RetryPolicy
  /** When the event arrived, in milliseconds since 1970. */
  putMs: number
}

// Lambda's own for asynchronous invocations: three attempts, the second after a minute, the third two minutes later.
const backoffMs = [60_000, 120_000]
// EventBridge's own.
export const defaultRetryPolicy: RetryPolicy = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 }
// AWS documents that EventBridge waits longer each time, not how long: here 185 attempts take about a day.
const firstRetryMs = 1000
const longestRetryMs = 8 * 60_000
// A burst must not start a worker for each of its events.
const atOnce = 8

/** What deliveries need of the other services. */
export interface Dependencies {
  store: Store
  clock: Clock
  invoke: Invoke
  publish: (topicArn: string, message: string) => Promise<void>
  log: (line: string) => void
}

/**
 * Delivers events to targets, at least once. A delivery is durable before the first attempt, and a restart continues it.
 * An event that a target refuses is retried by the target's retry policy; one on which a function fails, as Lambda
 * retries it. After the last attempt it is dropped with a line in the log; dead-letter queues are not supported.
 */
export class Deliveries {
  private readonly queue: DurableQueue<Delivery>
  private stopped = false

  constructor(private readonly around: Dependencies) {
    const { store, clock, log } = around
    this.queue = new DurableQueue({ store, name: 'events', clock, atOnce, work: (one) => this.deliver(one), log })
  }

  /** Continues with what an earlier process left. */
  start(): Promise<void> {
    return this.queue.start()
  }

  /** What makes deliveries durable in a batch of the store, and what is to be called after it is written. */
  enqueue(deliveries: Due<Delivery>[]): ReturnType<DurableQueue<Delivery>['enqueue']> {
    return this.queue.enqueue(deliveries)
  }

  settled(): Promise<void> {
    return this.queue.settled()
  }

  stop(): Promise<void> {
    this.stopped = true
    return this.queue.stop()
  }

  private async deliver(delivery: Delivery): Promise<Due<Delivery> | undefined> {
    try {
      const failure = await this.send(delivery)
      if (failure === undefined) return undefined
      return this.repeat({ ...delivery, failed: delivery.failed + 1 }, backoffMs[delivery.failed], failure)
    } catch (error) {
      // An interrupted delivery stays stored: the next start repeats it.
      if (this.stopped) return undefined
      const delay = retryDelay(delivery, this.around.clock.now())
      return this.repeat({ ...delivery, refused: delivery.refused + 1 }, delay, (error as Error).message)
    }
  }

  /** Returns what the function failed with, if it did. */
  private async send({ targetArn, payload }: Delivery): Promise<string | undefined> {
    const { invoke, publish } = this.around
    if (isTopic(targetArn)) return void (await publish(targetArn, payload))
    const { functionError, payload: answer } = await invoke(targetArn, payload)
    return functionError && `the function failed with ${answer}.`
  }

  private repeat(delivery: Delivery, delay: number | undefined, failure: string): Due<Delivery> | undefined {
    const { rule, targetArn, eventId, failed, refused } = delivery
    const { clock, log } = this.around
    const what = `EventBridge could not deliver event ${eventId} of rule ${rule} to ${targetArn}: ${failure}`
    if (delay === undefined) {
      log(`${what} It is dropped after ${failed + refused} attempts.`)
      return undefined
    }
    log(`${what} The next attempt is in ${delay / 1000} s.`)
    return { dueMs: clock.now() + delay, value: delivery }
  }
}

/** How long EventBridge waits before it tries a target again; undefined if it gives up. */
function retryDelay({ refused, retryPolicy, putMs }: Delivery, nowMs: number): number | undefined {
  const delay = Math.min(firstRetryMs * 2 ** refused, longestRetryMs)
  const tooOld = nowMs + delay > putMs + retryPolicy.maximumEventAgeSeconds * 1000
  return refused >= retryPolicy.maximumRetryAttempts || tooOld ? undefined : delay
}

export const isTopic = (arn: string): boolean => parseArn(arn).service === 'sns'
