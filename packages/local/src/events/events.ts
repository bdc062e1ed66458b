import { v4 as uuid } from 'uuid'
import type { Clock } from '../clock.ts'
import type { Verdict } from '../policy/allows.ts'
import type { Invoke } from '../service.ts'
import type { Store } from '../store.ts'
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
}

export interface Events {
  /** Takes an event. Resolves as soon as what the rules make of it is durable; it is delivered afterwards. */
  put(event: Event): Promise<void>
  /** Resolves when nothing is being delivered. What waits for its next attempt does not count. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** What is yet to be delivered. */
interface Delivery {
  rule: string
  target: string
  targetArn: string
  eventId: string
  payload: string
  /** How many attempts have failed. */
  failed: number
  /** When the next attempt is due, in milliseconds since 1970. */
  dueMs: number
}

// Lambda's own for asynchronous invocations: three attempts, the second after a minute, the third two minutes later.
const backoffMs = [60_000, 120_000]
// A burst must not start a worker for each of its events.
const atOnce = 8

/**
 * EventBridge of the local cloud: delivers what matches a rule to the rule's targets, at least once. What is to be
 * delivered is durable before the first attempt, and a restart goes on with it. After the last attempt it is dropped
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
  /** Whether the target's own policy lets the rule in. AWS drops what it does not, without another attempt. */
  permits?: (rule: Rule, target: Target) => Verdict
  log: (line: string) => void
}): Promise<Events> {
  const routes = rules.filter(({ enabled }) => enabled).map(readRule)
  const pending = store.sublevel<string, Delivery>('events', { valueEncoding: 'json' })
  const timers = new Set<() => void>()
  const queue: { key: string; delivery: Delivery }[] = []
  const underWay = new Set<Promise<void>>()
  let stopped = false

  const enqueue = (key: string, delivery: Delivery) => {
    queue.push({ key, delivery })
    work()
  }

  const schedule = (key: string, delivery: Delivery) => {
    const cancel = clock.at(delivery.dueMs, () => {
      timers.delete(cancel)
      enqueue(key, delivery)
    })
    timers.add(cancel)
  }

  const work = () => {
    while (underWay.size < atOnce && !stopped) {
      const next = queue.shift()
      if (!next) return
      const attempt = deliver(next.key, next.delivery).finally(() => {
        underWay.delete(attempt)
        work()
      })
      underWay.add(attempt)
    }
  }

  const deliver = async (key: string, delivery: Delivery) => {
    try {
      await send(delivery)
      await pending.del(key)
    } catch (error) {
      const { rule, targetArn, eventId, failed } = delivery
      const failure = `EventBridge could not deliver event ${eventId} of rule ${rule} to ${targetArn}: ${(error as Error).message}`
      const delay = backoffMs[failed]
      if (delay === undefined) {
        log(`${failure} It is dropped after ${failed + 1} attempts.`)
        await pending.del(key)
        return
      }
      const again = { ...delivery, failed: failed + 1, dueMs: clock.now() + delay }
      await pending.put(key, again)
      log(`${failure} The next attempt is in ${delay / 1000} s.`)
      schedule(key, again)
    }
  }

  const send = async ({ targetArn, payload }: Delivery) => {
    if (isTopic(targetArn)) return await publish(targetArn, payload)
    const { functionError, payload: answer } = await invoke(targetArn, payload)
    if (functionError) throw new Error(`the function failed with ${answer}.`)
  }

  for (const [key, delivery] of await pending.iterator().all()) {
    if (delivery.dueMs <= clock.now()) enqueue(key, delivery)
    else schedule(key, delivery)
  }

  return {
    put: async (event) => {
      const nowMs = clock.now()
      const deliveries = routes
        .filter(({ matches }) => matches(event))
        .flatMap(({ rule, targets }) =>
          targets.flatMap(({ target, transform }) => {
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
              dueMs: nowMs,
            }
            return [{ key: uuid(), delivery }]
          }),
        )
      await pending.batch(deliveries.map(({ key, delivery }) => ({ type: 'put', key, value: delivery })))
      for (const { key, delivery } of deliveries) enqueue(key, delivery)
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.race(underWay)
    },
    stop: async () => {
      stopped = true
      for (const cancel of timers) cancel()
      await Promise.all(underWay)
    },
  }
}

function readRule(rule: Rule) {
  const targets = rule.targets.map((target) => {
    if (!isTopic(target.arn) && target.arn.split(':')[2] !== 'lambda') {
      throw new Error(
        `The local cloud delivers events to Lambda functions and SNS topics only, not to ${target.arn}, target ${target.id} of rule ${rule.name}.`,
      )
    }
    return { target, transform: target.inputTransformer ? readTransformer(target.inputTransformer) : asItIs }
  })
  return { rule, targets, matches: readPattern(rule.eventPattern) }
}

const asItIs: Transform = (event) => JSON.stringify(event)
const isTopic = (arn: string): boolean => arn.split(':')[2] === 'sns'
