import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import type { Clock } from '../../core/clock.ts'
import { type Due, DurableQueue } from '../../core/durable-queue.ts'
import type { Invoke } from '../../core/service.ts'
import type { RetryPolicy, Rule, Target } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import type { Event } from './event.ts'
import { readTransformer, type Transform } from './input-transformer.ts'
import { readPattern } from './pattern.ts'

export interface Events {
  /** Takes an event. Resolves as soon as what the rules make of it is durable; it is delivered afterwards. */
  put(event: Event): Promise<void>
  /**
   * What the rules make of an event, for a batch of the store with what it tells of, and what is to be called as soon as
   * that is written.
   */
  prepare(event: Event): ReturnType<DurableQueue<Delivery>['enqueue']>
  /** Resolves when nothing is being delivered. What waits for its next attempt does not count. */
  settled(): Promise<void>
  /** Begins nothing more. What is under way and does not end before the store is closed is repeated by the next start. */
  stop(): Promise<void>
}

/** What is yet to be delivered. */
interface Delivery {
  rule: string
  target: string
  targetArn: string
  eventId: string
  payload: string
  /** How often the function has failed. */
  failed: number
  /** How often the target did not take it. */
  refused: number
  retryPolicy: RetryPolicy
  /** When the event came, in milliseconds since 1970. */
  putMs: number
}

// Lambda's own for asynchronous invocations: three attempts, the second after a minute, the third two minutes later.
const backoffMs = [60_000, 120_000]
// EventBridge's own.
const defaultRetryPolicy: RetryPolicy = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 }
// AWS says that EventBridge waits longer each time, not how long: so that 185 attempts take about a day.
const firstRetryMs = 1000
const longestRetryMs = 8 * 60_000
// A burst must not start a worker for each of its events.
const atOnce = 8

/**
 * EventBridge of the local cloud: delivers what matches a rule to the rule's targets, at least once. What is to be
 * delivered is durable before the first attempt, and a restart goes on with it. What a target does not take is repeated
 * as the target's retry policy says; what a function fails on, as Lambda repeats it. After the last attempt it is
 * dropped with a line in the log; dead-letter queues are not supported.
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
  /** Whether the target's own policy lets the rule in. AWS drops what it does not, without another attempt. */
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
      // What stops under way stays as it is: the next start repeats it.
      if (stopped) return undefined
      const delay = retryDelay(delivery, clock.now())
      return repeat({ ...delivery, refused: delivery.refused + 1 }, delay, (error as Error).message)
    }
  }

  /** Hands the event over. Returns what the function failed with, if it did. */
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

/** How long EventBridge waits before it tries a target again; undefined where it gives up. */
function retryDelay({ refused, retryPolicy, putMs }: Delivery, nowMs: number): number | undefined {
  const delay = Math.min(firstRetryMs * 2 ** refused, longestRetryMs)
  const tooOld = nowMs + delay > putMs + retryPolicy.maximumEventAgeSeconds * 1000
  return refused >= retryPolicy.maximumRetryAttempts || tooOld ? undefined : delay
}

const asItIs: Transform = (event) => JSON.stringify(event)
const isTopic = (arn: string): boolean => parseArn(arn).service === 'sns'
