import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import type { Rule, Target } from '../../core/stack-model.ts'
import { Deliveries, type Delivery, type Dependencies, defaultRetryPolicy, isTopic } from './deliveries.ts'
import type { Event } from './event.ts'
import { readTransformer, type Transform } from './input-transformer.ts'
import { readPattern } from './pattern.ts'

export interface Events {
  /** Receives an event. Resolves as soon as its deliveries are durable; they start afterwards. */
  put(event: Event): Promise<void>
  /**
   * The deliveries of an event, for a batch of the store together with the change that it reports, and a function to call
   * once that is written.
   */
  prepare(event: Event): ReturnType<Deliveries['enqueue']>
  /** Resolves when no delivery is in progress. Deliveries that wait for their next attempt do not count. */
  settled(): Promise<void>
  /** Starts no more deliveries. The next start repeats a delivery that does not end before the store is closed. */
  stop(): Promise<void>
}

/**
 * EventBridge of the local cloud: delivers events that match a rule to the rule's targets, at least once.
 * @throws Error that names a pattern, an input transformer or a target that is not supported, before anything starts.
 */
export async function startEvents({
  rules,
  permits = () => ({ allowed: true }),
  ...around
}: Dependencies & {
  rules: Rule[]
  /** Whether the target's own policy allows the rule. AWS drops what it refuses, without another attempt. */
  permits?: (rule: Rule, target: Target) => Verdict
}): Promise<Events> {
  const { store, clock, log } = around
  const routes = rules.filter(({ enabled }) => enabled).map(readRule)
  const deliveries = new Deliveries(around)
  await deliveries.start()

  const prepare = (event: Event) => {
    const nowMs = clock.now()
    const matching = routes.filter(({ matches }) => matches(event))
    const permitted = matching.flatMap(({ rule, targets }) =>
      targets.filter(({ target }) => {
        const verdict = permits(rule, target)
        if (!verdict.allowed) log(`EventBridge drops event ${event.id} of rule ${rule.name}. ${verdict.why}`)
        return verdict.allowed
      }),
    )
    return deliveries.enqueue(permitted.map((route) => ({ dueMs: nowMs, value: deliveryOf(event, route, nowMs) })))
  }

  return {
    prepare,
    put: async (event) => {
      const { operations, written } = prepare(event)
      await store.batch(operations)
      written()
    },
    settled: () => deliveries.settled(),
    stop: () => deliveries.stop(),
  }
}

interface Route {
  rule: Rule
  target: Target
  transform: Transform
}

function readRule(rule: Rule) {
  const targets = rule.targets.map((target): Route => {
    if (!isTopic(target.arn) && parseArn(target.arn).service !== 'lambda') {
      throw new Error(
        `The local cloud delivers events to Lambda functions and SNS topics only, not to ${target.arn}, target ${target.id} of rule ${rule.name}.`,
      )
    }
    return { rule, target, transform: target.inputTransformer ? readTransformer(target.inputTransformer) : asItIs }
  })
  return { rule, targets, matches: readPattern(rule.eventPattern) }
}

function deliveryOf(event: Event, { rule, target, transform }: Route, putMs: number): Delivery {
  return {
    rule: rule.name,
    target: target.id,
    targetArn: target.arn,
    eventId: event.id,
    payload: transform(event, rule, putMs),
    failed: 0,
    refused: 0,
    retryPolicy: target.retryPolicy ?? defaultRetryPolicy,
    putMs,
  }
}

const asItIs: Transform = (event) => JSON.stringify(event)
