import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { type Due, DurableQueue } from '../../core/durable-queue.ts'
import type { MessageAttributes } from '../../core/message-attribute.ts'
import type { Invoke } from '../../core/service.ts'
import type { RetryPolicy } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import type { ApiDestinations } from './api-destinations.ts'
import { Undelivered } from './undelivered.ts'

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
  /** Only with a dead-letter queue: where the event goes if it cannot be delivered. */
  deadLetters?: DeadLetters
  /** Why the target's own policy refuses the rule, so that it is not even tried. */
  notPermitted?: string
}

interface DeadLetters {
  queueArn: string
  ruleArn: string
  /** The event as JSON, as it was before the input transformer. */
  event: string
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
  /** Sends a message to a queue. Left out: the stack has no queue that could be a target. */
  enqueue?: (queueArn: string, body: string, attributes: MessageAttributes) => Promise<void>
  /** Whether a dead-letter queue and its key allow the rule. */
  permitsDeadLetters?: (ruleArn: string, queueArn: string) => Verdict
  log: (line: string) => void
}

/**
 * Delivers events to targets, at least once. A delivery is durable before the first attempt, and a restart continues it.
 * An event that a target refuses is retried by the target's retry policy; one on which a function fails, as Lambda
 * retries it. After the last attempt it goes to the target's dead-letter queue; without one it is dropped with a line in
 * the log, as is one on which a function fails.
 */
export class Deliveries {
  /** To targets of the local cloud, and to API destinations: a slow endpoint must not hold up the others. */
  private readonly queues: { inside: DurableQueue<Delivery>; outside: DurableQueue<Delivery> }
  private stopped = false

  constructor(
    private readonly around: Dependencies,
    private readonly destinations: ApiDestinations,
  ) {
    const { store, clock, log } = around
    const queueNamed = (name: string) =>
      new DurableQueue<Delivery>({ store, name, clock, atOnce, work: (one) => this.deliver(one), log })
    this.queues = { inside: queueNamed('events'), outside: queueNamed('api-destination-events') }
  }

  /** Continues with what an earlier process left. */
  async start(): Promise<void> {
    for (const queue of this.both()) await queue.start()
  }

  /** What makes deliveries durable in a batch of the store, and what is to be called after it is written. */
  enqueue(deliveries: Due<Delivery>[]): ReturnType<DurableQueue<Delivery>['enqueue']> {
    const goesOutside = ({ value }: Due<Delivery>) => isApiDestination(value.targetArn)
    const parts = [
      this.queues.inside.enqueue(deliveries.filter((one) => !goesOutside(one))),
      this.queues.outside.enqueue(deliveries.filter(goesOutside)),
    ]
    return {
      operations: parts.flatMap(({ operations }) => operations),
      written: () => {
        for (const { written } of parts) written()
      },
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.both().map((queue) => queue.settled()))
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.destinations.stop()
    await Promise.all(this.both().map((queue) => queue.stop()))
  }

  private both(): DurableQueue<Delivery>[] {
    return [this.queues.inside, this.queues.outside]
  }

  private async deliver(delivery: Delivery): Promise<Due<Delivery> | undefined> {
    const { notPermitted, targetArn } = delivery
    const { clock } = this.around
    if (notPermitted !== undefined) {
      return await this.giveUp(delivery, new Undelivered('NO_PERMISSIONS', notPermitted, false))
    }
    const waitMs = isApiDestination(targetArn) ? this.destinations.waitMs(targetArn) : 0
    if (waitMs > 0) return { dueMs: clock.now() + waitMs, value: delivery }
    try {
      const failure = await this.send(delivery)
      if (failure === undefined) return undefined
      return this.repeatFailed({ ...delivery, failed: delivery.failed + 1 }, backoffMs[delivery.failed], failure)
    } catch (error) {
      // An interrupted delivery stays stored: the next start repeats it.
      if (this.stopped) return undefined
      return await this.repeatRefused(delivery, error instanceof Undelivered ? error : undeliveredBy(error as Error))
    }
  }

  /** Returns what the function failed with, if it did. */
  private async send({ targetArn, payload }: Delivery): Promise<string | undefined> {
    const { invoke, publish } = this.around
    if (isTopic(targetArn)) return void (await publish(targetArn, payload))
    if (isQueue(targetArn)) return void (await this.sendToQueue(targetArn, payload))
    if (isApiDestination(targetArn)) return void (await this.destinations.call(targetArn, payload))
    const { functionError, payload: answer } = await invoke(targetArn, payload)
    return functionError && `the function failed with ${answer}.`
  }

  private async sendToQueue(queueArn: string, body: string, attributes: MessageAttributes = {}): Promise<void> {
    const { enqueue } = this.around
    if (!enqueue) throw new Undelivered('NO_RESOURCE', `The queue ${queueArn} does not exist.`, false)
    await enqueue(queueArn, body, attributes)
  }

  private repeatFailed(delivery: Delivery, delay: number | undefined, failure: string): Due<Delivery> | undefined {
    const { log, clock } = this.around
    const what = `${this.about(delivery)}: ${failure}`
    if (delay === undefined) {
      log(`${what} It is dropped after ${delivery.failed + delivery.refused} attempts.`)
      return undefined
    }
    log(`${what} The next attempt is in ${delay / 1000} s.`)
    return { dueMs: clock.now() + delay, value: delivery }
  }

  private async repeatRefused(delivery: Delivery, why: Undelivered): Promise<Due<Delivery> | undefined> {
    const { clock, log } = this.around
    const { refused, retryPolicy, putMs } = delivery
    const next = { ...delivery, refused: refused + 1 }
    if (!why.retries) return await this.giveUp(next, why)
    if (refused >= retryPolicy.maximumRetryAttempts) return await this.giveUp(next, why, 'MaximumRetryAttempts')
    const delay = Math.max(Math.min(firstRetryMs * 2 ** refused, longestRetryMs), why.retryAfterMs)
    const tooOld = clock.now() + delay > putMs + retryPolicy.maximumEventAgeSeconds * 1000
    if (tooOld) return await this.giveUp(next, why, 'MaximumEventAgeInSeconds')
    log(`${this.about(delivery)}: ${why.message} The next attempt is in ${delay / 1000} s.`)
    return { dueMs: clock.now() + delay, value: next }
  }

  /** The event goes to the dead-letter queue. If that does not take it either, the whole delivery is tried again later. */
  private async giveUp(
    delivery: Delivery,
    why: Undelivered,
    exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds',
  ): Promise<Due<Delivery> | undefined> {
    const { permitsDeadLetters = () => ({ allowed: true }) as const, clock, log } = this.around
    const { deadLetters, targetArn, failed, refused } = delivery
    const what = `${this.about(delivery)}: ${why.message}`
    if (!deadLetters) {
      log(`${what} It is dropped after ${failed + refused} attempts.`)
      return undefined
    }
    const { queueArn, ruleArn, event } = deadLetters
    const verdict = permitsDeadLetters(ruleArn, queueArn)
    if (!verdict.allowed) {
      log(
        `${what} It is dropped after ${failed + refused} attempts, because its dead-letter queue refuses it. ${verdict.why}`,
      )
      return undefined
    }
    const texts = {
      RULE_ARN: ruleArn,
      TARGET_ARN: targetArn,
      ERROR_CODE: why.code,
      ERROR_MESSAGE: why.message,
      ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    }
    const attributes = Object.fromEntries(
      Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    )
    const retries = { DataType: 'Number', StringValue: String(Math.max(0, refused - 1)) }
    try {
      await this.sendToQueue(queueArn, event, { ...attributes, RETRY_ATTEMPTS: retries })
    } catch (error) {
      if (this.stopped) return undefined
      log(`${what} Its dead-letter queue did not take it: ${(error as Error).message}`)
      return { dueMs: clock.now() + longestRetryMs, value: delivery }
    }
    log(`${what} It is in the dead-letter queue ${queueArn} after ${failed + refused} attempts.`)
    return undefined
  }

  private about({ eventId, rule, targetArn }: Delivery): string {
    return `EventBridge could not deliver event ${eventId} of rule ${rule} to ${targetArn}`
  }
}

/** The error of another service of the local cloud. */
function undeliveredBy(error: Error): Undelivered {
  if (!(error instanceof AwsError)) return new Undelivered('SDK_CLIENT_ERROR', error.message)
  const isThrottle = error.code === 'TooManyRequestsException' || error.code === 'ThrottlingException'
  return new Undelivered(isThrottle ? 'THROTTLING' : 'SDK_CLIENT_ERROR', error.message)
}

export const isTopic = (arn: string): boolean => parseArn(arn).service === 'sns'
export const isQueue = (arn: string): boolean => parseArn(arn).service === 'sqs'
export const isApiDestination = (arn: string): boolean => /^arn:aws:events:.*:api-destination\//.test(arn)
