import type { DurableQueue } from '../durable-queue.ts'
import { Journal } from '../journal.ts'
import type { Subscription } from '../system.ts'
import { type Delivery, deliveries, type Surroundings } from './deliveries.ts'

/** A message that somebody published to a topic. */
export interface Message {
  id: string
  /** ISO 8601, by the clock of the local cloud. */
  at: string
  topicArn: string
  subject?: string
  message: string
  attributes: Record<string, string>
}

/** Everything that was published, durable, in order, and who wants to hear of it. */
export class Outbox {
  private readonly listeners = new Set<(message: Message) => void>()
  /** What is on its way to subscribed functions. */
  readonly deliveries: DurableQueue<Delivery>

  private constructor(
    private readonly messages: Journal<Message>,
    private readonly subscriptions: readonly Subscription[],
    private readonly surroundings: Surroundings,
  ) {
    this.deliveries = deliveries(surroundings)
  }

  static async open(subscriptions: readonly Subscription[], surroundings: Surroundings): Promise<Outbox> {
    const messages = await Journal.open<Message>(surroundings.store, 'notifications')
    const outbox = new Outbox(messages, subscriptions, surroundings)
    await outbox.deliveries.start()
    return outbox
  }

  /** Calls `listener` after each message that is durable from now on. Returns the way to end that. */
  onPublished(listener: (message: Message) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Resolves as soon as the message, and that it is to be delivered, is durable. */
  async publish(message: Omit<Message, 'at'>): Promise<void> {
    const { store, clock } = this.surroundings
    const dueMs = clock.now()
    const published = { ...message, at: new Date(dueMs).toISOString() }
    const subscribed = this.subscriptions.filter(({ topicArn }) => topicArn === message.topicArn)
    const { operations, written } = this.deliveries.enqueue(
      subscribed.map((subscription) => ({ dueMs, value: { message: published, subscription, failed: 0 } })),
    )
    await store.batch([this.messages.next(published), ...operations])
    for (const listener of this.listeners) listener(published)
    written()
  }

  async list(): Promise<Message[]> {
    return await this.messages.list()
  }
}
