import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import type { Clock } from '../../core/clock.ts'
import { type Due, DurableQueue } from '../../core/durable-queue.ts'
import type { Invoke } from '../../core/service.ts'
import type { Store } from '../../core/store.ts'
import type { Event } from './event.ts'
import { type InputTransformer, readTransformer, type Transform } from './input-transformer.ts'
import { readPattern } from './pattern.ts'

/** A rule on the default event bus. */
export interface Rule {
  name: string
  arn: string
  /** JSON text. */
  eventPattern: string
  enabled: boolean
  targets: Target[]
}

export interface Target {
  id: string
  /** A Lambda function, alias or version, or an SNS topic. */
  arn: string
  inputTransformer?: InputTransformer
  /** The retry policy for an event that the target does not accept. */
  retryPolicy?: RetryPolicy
}

export interface RetryPolicy {
  maximumRetryAttempts: number
  maximumEventAgeSeconds: number
}

export interface Events {
  /** Receives an event. Resolves as soon as its deliveries are durable; they start afterwards. */
  put(event: Event): Promise<void>
  /**
   * The deliveries of an event, for a batch of the store together with the change that it reports, and a function to call
   * once that is written.
   */
  prepare(event: Event): ReturnType<DurableQueue<Delivery>['enqueue']>
  /** Resolves when no delivery is in progress. Deliveries that wait for their next attempt do not count. */
  settled(): Promise<void>
  /** Starts no more deliveries. The next start repeats a delivery that does not end before the store is closed. */
  stop(): Promise<void>
}

/** A delivery that has not succeeded yet. */
interface Delivery {
  rule: string
  target: string
  targetArn: string
  eventId: string
  payload: string
  /** How often the function has failed. */
  failed: number
  /** How often the target did not accept it. */
  refused: number
  retryPolicy: RetryPolicy
  /** When the event came, in milliseconds since 1970. */
  putMs: number
}

// Lambda's own for asynchronous invocations: three attempts, the second after a minute, the third two minutes later.
const backoffMs = [60_000, 120_000]
// EventBridge's own.
const defaultRetryPolicy: RetryPolicy = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 }
// AWS documents that EventBridge waits longer each time, not how long: here 185 attempts take about a day.
const firstRetryMs = 1000
const longestRetryMs = 8 * 60_000
// A burst must not start a worker for each of its events.
const atOnce = 8

/**
 * EventBridge of the local cloud: delivers an event that matches a rule to the rule's targets, at least once. A delivery
 * is durable before the first attempt, and a restart continues it. An event that a target does not accept is retried by
 * the target's retry policy; one on which a function fails, as Lambda retries it. After the last attempt it is dropped
 * with a line in the log; dead-letter queues are not supported.
 * @throws Error that names a pattern, an input transformer or a target that is not supported, before anything starts.
 */
export async function startEvents({
  store,
  clock,
  rules,
  invoke,
  publish,
  permits = () => ({ allowed: true }),
  log,
}: {
  store: Store
  clock: Clock
  rules: Rule[]
  invoke: Invoke
  publish: (topicArn: string, message: string) => Promise<void>
  /** Whether the target's own policy allows the rule. AWS drops the event if not, without another attempt. */
  permits?: (rule: Rule, target: Target) => Verdict
  log: (line: string) => void
}): Promise<Events> {
  const routes = rules.filter(({ enabled }) => enabled).map(readRule)
  let stopped = false

  const deliver = async (delivery: Delivery): Promise<Due<Delivery> | undefined> => {
    try {
      const failure = await send(delivery)
      if (failure === undefined) return undefined
      return repeat({ ...delivery, failed: delivery.failed + 1 }, backoffMs[delivery.failed], failure)
    } catch (error) {
      // An interrupted delivery stays stored: the next start repeats it.
      if (stopped) return undefined
      const delay = retryDelay(delivery, clock.now())
      return repeat({ ...delivery, refused: delivery.refused + 1 }, delay, (error as Error).message)
    }
  }

  /** Delivers the event. Returns the function's error, if it failed. */
  const send = async ({ targetArn, payload }: Delivery): Promise<string | undefined> => {
    if (isTopic(targetArn)) return void (await publish(targetArn, payload))
    const { functionError, payload: answer } = await invoke(targetArn, payload)
    return functionError && `the function failed with ${answer}.`
  }

  const repeat = (delivery: Delivery, delay: number | undefined, failure: string): Due<Delivery> | undefined => {
    const { rule, targetArn, eventId, failed, refused } = delivery
    const what = `EventBridge could not deliver event ${eventId} of rule ${rule} to ${targetArn}: ${failure}`
    if (delay === undefined) {
      log(`${what} It is dropped after ${failed + refused} attempts.`)
      return undefined
    }
    log(`${what} The next attempt is in ${delay / 1000} s.`)
    return { dueMs: clock.now() + delay, value: delivery }
  }

  const queue = new DurableQueue<Delivery>({ store, name: 'events', clock, atOnce, work: deliver, log })
  await queue.start()

  const prepare = (event: Event) => {
    const nowMs = clock.now()
    const deliveries = routes
      .filter(({ matches }) => matches(event))
      .flatMap(({ rule, targets }) =>
        targets.flatMap(({ target, transform }): Due<Delivery>[] => {
          const verdict = permits(rule, target)
          if (!verdict.allowed) {
            log(`EventBridge drops event ${event.id} of rule ${rule.name}. ${verdict.why}`)
            return []
          }
          const delivery: Delivery = {
            rule: rule.name,
            target: target.id,
            targetArn: target.arn,
            eventId: event.id,
            payload: transform(event, rule, nowMs),
            failed: 0,
            refused: 0,
            retryPolicy: target.retryPolicy ?? defaultRetryPolicy,
            putMs: nowMs,
          }
          return [{ dueMs: nowMs, value: delivery }]
        }),
      )
    return queue.enqueue(deliveries)
  }

  return {
    prepare,
    put: async (event) => {
      const { operations, written } = prepare(event)
      await store.batch(operations)
      written()
    },
    settled: () => queue.settled(),
    stop: () => {
      stopped = true
      return queue.stop()
    },
  }
}

function readRule(rule: Rule) {
  const targets = rule.targets.map((target) => {
    if (!isTopic(target.arn) && parseArn(target.arn).service !== 'lambda') {
      throw new Error(
        `The local cloud delivers events to Lambda functions and SNS topics only, not to ${target.arn}, target ${target.id} of rule ${rule.name}.`,
      )
    }
    return { target, transform: target.inputTransformer ? readTransformer(target.inputTransformer) : asItIs }
  })
  return { rule, targets, matches: readPattern(rule.eventPattern) }
}

/** How long EventBridge waits before it tries a target again; undefined if it gives up. */
function retryDelay({ refused, retryPolicy, putMs }: Delivery, nowMs: number): number | undefined {
  const delay = Math.min(firstRetryMs * 2 ** refused, longestRetryMs)
  const tooOld = nowMs + delay > putMs + retryPolicy.maximumEventAgeSeconds * 1000
  return refused >= retryPolicy.maximumRetryAttempts || tooOld ? undefined : delay
}

const asItIs: Transform = (event) => JSON.stringify(event)
const isTopic = (arn: string): boolean => parseArn(arn).service === 'sns'
