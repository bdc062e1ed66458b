import { lastPart } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { type Due, DurableQueue } from '../../core/durable-queue.ts'
import type { Datum, RecordMetrics } from '../../core/metrics.ts'
import type { Subscription } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { Faults } from '../../faults/faults.ts'
import { inject } from '../../faults/inject.ts'
import { type Message, type QueuedMessage, queuedMessage } from './message.ts'

/** A message on its way to a subscriber. */
export interface Delivery {
  message: Message
  subscription: Subscription
}

// SNS tries a queue that it cannot reach for 23 days, after the first minute every 20 seconds.
const unreachableMs = 20_000
// What SNS does not repeat: the queue is missing, or does not let it send.
const refusals = ['QueueDoesNotExist', 'AccessDeniedException']
const atOnce = 4
// SQS takes no more, and a raw message brings its attributes. SNS Developer Guide, "Amazon SNS message attributes": "Messages with
// more than 10 message attributes directed towards Raw Message Delivery enabled Amazon SQS subscriptions will be discarded as
// client side errors."
const mostAttributes = 10

/** The dependencies of SNS's deliveries. */
export interface Dependencies {
  store: Store
  clock: Clock
  /** Puts a message into a queue. It is durable when this resolves. */
  enqueue: (queueArn: string, message: QueuedMessage) => Promise<void>
  faults?: Faults
  /** Whether a queue, that of a subscription or of its dead letters, permits SNS to send for the topic. */
  permits?: (topicArn: string, queueArn: string) => Verdict
  /** Gets the metrics of every delivery. */
  record?: RecordMetrics
  log: (line: string) => void
}

/** Delivers messages to the queues that subscribe to their topic: durable, at least once, in no guaranteed order. */
export function deliveries({
  store,
  clock,
  enqueue,
  faults = new Faults(),
  permits = () => ({ allowed: true }),
  record = async () => {},
  log,
}: Dependencies): DurableQueue<Delivery> {
  return new DurableQueue<Delivery>({ store, name: 'sns-deliveries', clock, atOnce, work: deliver, log })

  async function deliver(delivery: Delivery): Promise<Due<Delivery> | undefined> {
    const { message, subscription } = delivery
    const { queueArn } = subscription
    const what = `SNS could not deliver message ${message.id} of ${message.topicArn} to ${queueArn}`
    const verdict = permits(message.topicArn, queueArn)
    const queued = queuedMessage(message, subscription)
    if (!verdict.allowed) {
      log(`${what}. ${verdict.why}`)
      return await fail(delivery, queued)
    }
    const count = Object.keys(queued.attributes).length
    if (count > mostAttributes) {
      log(`${what}: it has ${count} attributes, and a raw message may have ${mostAttributes}.`)
      return await fail(delivery, queued)
    }
    const call = { service: 'sns', action: 'Deliver', input: queued, caller: { name: 'sns' } }
    try {
      await inject(faults, call, () => enqueue(queueArn, queued))
    } catch (error) {
      const refused = error instanceof AwsError && refusals.includes(error.code)
      log(`${what}: ${(error as Error).message}${refused ? '' : ` Again in ${unreachableMs / 1000} s.`}`)
      if (!refused) return { dueMs: clock.now() + unreachableMs, value: delivery }
      return await fail(delivery, queued)
    }
    await record([counted('NumberOfNotificationsDelivered', message)])
    return undefined
  }

  /** Passes a message that the queue refused to the dead letters of the subscription, or drops it if that fails or it has none. */
  async function fail({ message, subscription }: Delivery, queued: QueuedMessage): Promise<undefined> {
    const { deadLettersArn } = subscription
    await record([counted('NumberOfNotificationsFailed', message)])
    if (deadLettersArn === undefined) return void log(`Message ${message.id} of ${message.topicArn} is dropped.`)
    try {
      const verdict = permits(message.topicArn, deadLettersArn)
      if (!verdict.allowed) throw new Error(verdict.why)
      await enqueue(deadLettersArn, queued)
    } catch (error) {
      log(`Message ${message.id} of ${message.topicArn} is dropped: ${(error as Error).message}`)
      return void (await record([counted('NumberOfNotificationsFailedToRedriveToDlq', message)]))
    }
    await record([counted('NumberOfNotificationsRedrivenToDlq', message)])
    return undefined
  }
}

function counted(name: string, { topicArn }: Message): Datum {
  const dimensions = { TopicName: lastPart(topicArn) }
  return { namespace: 'AWS/SNS', dimensions, name, value: 1, unit: 'Count' }
}
