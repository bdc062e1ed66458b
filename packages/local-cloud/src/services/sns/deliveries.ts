import { lastPart } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { type Due, DurableQueue } from '../../core/durable-queue.ts'
import type { Datum, RecordMetrics } from '../../core/metrics.ts'
import type { Invoke } from '../../core/service.ts'
import type { Subscription } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { Faults } from '../../faults/faults.ts'
import { inject } from '../../faults/inject.ts'
import { lambdaEvent, type Message } from './message.ts'

/** A message on its way to a subscriber. */
export interface Delivery {
  message: Message
  subscription: Subscription
  /** How often the function has failed. */
  failed: number
}

// Lambda's own for asynchronous invocations: three attempts, the second after a minute, the third two minutes later.
const backoffMs = [60_000, 120_000]
// SNS tries a Lambda that it cannot reach for 23 days, after the first minute every 20 seconds.
const unreachableMs = 20_000
// More would only wait for the pool of the one subscribed function.
const atOnce = 4

/** The dependencies of SNS's deliveries. */
export interface Dependencies {
  store: Store
  clock: Clock
  invoke: Invoke
  faults?: Faults
  /** Whether the subscribed function permits SNS to invoke it. AWS drops the message if not. */
  permits?: (subscription: Subscription) => Verdict
  /** Gets the metrics of every delivery. */
  record?: RecordMetrics
  log: (line: string) => void
}

/**
 * Delivers messages to the functions that subscribe to their topic: durable, at least once, in no guaranteed order. A
 * message on which a function fails three times is dropped with a line in the log, as on AWS without a dead-letter queue.
 */
export function deliveries({
  store,
  clock,
  invoke,
  faults = new Faults(),
  permits = () => ({ allowed: true }),
  record = async () => {},
  log,
}: Dependencies): DurableQueue<Delivery> {
  return new DurableQueue<Delivery>({ store, name: 'sns-deliveries', clock, atOnce, work: deliver, log })

  async function deliver(delivery: Delivery): Promise<Due<Delivery> | undefined> {
    const { message, subscription, failed } = delivery
    const what = `SNS could not deliver message ${message.id} of ${message.topicArn} to ${subscription.functionArn}`
    const verdict = permits(subscription)
    if (!verdict.allowed) {
      log(`${what}. ${verdict.why}`)
      return void (await record(counted('NumberOfNotificationsFailed', message)))
    }
    const event = lambdaEvent(message, subscription)
    const call = { service: 'sns', action: 'Deliver', input: event, caller: { name: 'sns' } }
    try {
      const { functionError, payload } = await inject(faults, call, () =>
        invoke(subscription.functionArn, JSON.stringify(event)),
      )
      // Lambda has accepted it, which is a delivery for SNS, even if the function fails.
      if (failed === 0) await record(counted('NumberOfNotificationsDelivered', message))
      if (!functionError) return undefined
      const delayMs = backoffMs[failed]
      const next =
        delayMs === undefined ? `It is dropped after ${failed + 1} attempts.` : `Again in ${delayMs / 1000} s.`
      log(`${what}: the function failed with ${payload}. ${next}`)
      if (delayMs === undefined) return undefined
      return { dueMs: clock.now() + delayMs, value: { ...delivery, failed: failed + 1 } }
    } catch (error) {
      const missing = error instanceof AwsError && error.code === 'ResourceNotFoundException'
      const next = missing ? 'It is dropped.' : `Again in ${unreachableMs / 1000} s.`
      log(`${what}: ${(error as Error).message} ${next}`)
      if (!missing) return { dueMs: clock.now() + unreachableMs, value: delivery }
      return void (await record(counted('NumberOfNotificationsFailed', message)))
    }
  }
}

function counted(name: string, { topicArn }: Message): Datum {
  const dimensions = { TopicName: lastPart(topicArn) }
  return { namespace: 'AWS/SNS', dimensions, name, value: 1, unit: 'Count' }
}
