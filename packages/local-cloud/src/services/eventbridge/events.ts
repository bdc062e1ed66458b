import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import type { Action, Service } from '../../core/service.ts'
import type { Rule, StackModel, Target } from '../../core/stack-model.ts'
import { ApiDestinations } from './api-destinations.ts'
import { Connections } from './connections.ts'
import {
  Deliveries,
  type Delivery,
  type Dependencies,
  defaultRetryPolicy,
  isApiDestination,
  isQueue,
  isTopic,
} from './deliveries.ts'
import type { Event } from './event.ts'
import { readTransformer, type Transform } from './input-transformer.ts'
import { type Matches, readPattern } from './pattern.ts'
import { busActions } from './put-events.ts'

export interface Events extends Service {
  /** Receives an event on the default bus. Resolves as soon as its deliveries are durable; they start afterwards. */
  put(event: Event): Promise<void>
  /**
   * The deliveries of an event on the default bus, for a batch of the store together with the change that it reports, and a function to call
   * once that is written.
   */
  prepare(event: Event): ReturnType<Deliveries['enqueue']>
  /**
   * Tells that the clock is skipped until `skip` ends: an API destination that does not answer then holds it up for a few
   * attempts only.
   */
  during<T>(skip: () => Promise<T>): Promise<T>
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
  stack,
  rules = stack.eventRules,
  permits = () => ({ allowed: true }),
  timeoutMs,
  ...around
}: Dependencies & {
  stack: Pick<StackModel, 'region' | 'accountId' | 'eventBuses' | 'eventRules' | 'apiDestinations' | 'connections'>
  /** Those of the stack, if they are left out. */
  rules?: Rule[]
  /** Whether the target's own policy allows the rule. AWS drops what it refuses, without another attempt. */
  permits?: (rule: Rule, target: Target) => Verdict
  /** How long an attempt to call an API destination may take, in milliseconds; AWS's five seconds, if it is left out. */
  timeoutMs?: number
}): Promise<Events> {
  const { store, clock, log } = around
  const routes = rules.filter(({ enabled }) => enabled).map(readRule)
  const connections = await Connections.open(stack.connections, store, clock)
  const headerOf = (arn: string) => connections.headerOf(arn)
  const destinations = new ApiDestinations({ destinations: stack.apiDestinations, clock, headerOf, timeoutMs, log })
  const deliveries = new Deliveries(around, destinations)
  await deliveries.start()

  const deliveriesOf = (event: Event, bus: string): { dueMs: number; value: Delivery }[] => {
    const nowMs = clock.now()
    const matching = routes.filter(({ rule, matches }) => (rule.busName ?? 'default') === bus && matches(event))
    return matching.flatMap(({ rule, targets }) =>
      targets.flatMap((route) => {
        const verdict = permits(rule, route.target)
        const value = deliveryOf(event, route, nowMs)
        if (verdict.allowed) return [{ dueMs: nowMs, value }]
        if (value.deadLetters) return [{ dueMs: nowMs, value: { ...value, notPermitted: verdict.why } }]
        log(`EventBridge drops event ${event.id} of rule ${rule.name}. ${verdict.why}`)
        return []
      }),
    )
  }
  const put = async (events: { event: Event; bus: string }[]) => {
    const { operations, written } = deliveries.enqueue(events.flatMap(({ event, bus }) => deliveriesOf(event, bus)))
    if (operations.length > 0) await store.batch(operations)
    written()
  }

  return {
    actions: { ...busActions({ stack, clock, put, log }), ...connections.actions() } as Record<string, Action>,
    prepare: (event) => deliveries.enqueue(deliveriesOf(event, 'default')),
    put: (event) => put([{ event, bus: 'default' }]),
    during: (skip) => destinations.during(skip),
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
    const isKnown = [isTopic, isQueue, isApiDestination].some((isOne) => isOne(target.arn))
    if (!isKnown && parseArn(target.arn).service !== 'lambda') {
      throw new Error(
        `The local cloud delivers events to Lambda functions, SNS topics, SQS queues and API destinations only, not to ${target.arn}, target ${target.id} of rule ${rule.name}.`,
      )
    }
    return { rule, target, transform: target.inputTransformer ? readTransformer(target.inputTransformer) : asItIs }
  })
  return { rule, targets, matches: patternOf(rule) }
}

function patternOf({ name, eventPattern }: Rule): Matches {
  try {
    return readPattern(eventPattern)
  } catch (error) {
    throw new Error(`The rule ${name} cannot be used: ${(error as Error).message}`)
  }
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
    ...(target.deadLettersArn && {
      deadLetters: { queueArn: target.deadLettersArn, ruleArn: rule.arn, event: JSON.stringify(event) },
    }),
  }
}

const asItIs: Transform = (event) => JSON.stringify(event)
