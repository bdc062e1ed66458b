import type { DurableQueue } from '../../core/durable-queue.ts'
import { Journal } from '../../core/journal.ts'
import type { Subscription } from '../../core/stack-model.ts'
import { type Delivery, type Dependencies, deliveries } from './deliveries.ts'
import type { Message } from './message.ts'

/** Receives a message. It is delivered again until this resolves. */
export type Listener = (message: Message) => unknown

/** All published messages, durable and in order, and their listeners. */
export class Outbox {
  private readonly listeners = new Set<Listener>()
  private readonly undelivered
  /** Deliveries to subscribed queues that have not ended. */
  readonly deliveries: DurableQueue<Delivery>

  private constructor(
    private readonly messages: Journal<Message>,
    private readonly subscriptions: readonly Subscription[],
    private readonly dependencies: Dependencies,
  ) {
    this.undelivered = dependencies.store.sublevel<string, Message>('notifications-undelivered', {
      valueEncoding: 'json',
    })
    this.deliveries = deliveries(dependencies)
  }

  static async open(subscriptions: readonly Subscription[], dependencies: Dependencies): Promise<Outbox> {
    const messages = await Journal.open<Message>(dependencies.store, 'notifications')
    const outbox = new Outbox(messages, subscriptions, dependencies)
    await outbox.deliveries.start()
    return outbox
  }

  /** Calls `listener` after each message that is durable from now on. Returns a function that ends that. */
  onPublished(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Resolves when the message is durable and every listener has it. `at` is now if it is left out. */
  async publish(message: Omit<Message, 'at'> & { at?: string }): Promise<void> {
    const { store, clock } = this.dependencies
    const dueMs = clock.now()
    const published = { at: new Date(dueMs).toISOString(), ...message }
    const subscribed = this.subscriptions.filter(({ topicArn }) => topicArn === message.topicArn)
    const { operations, written } = this.deliveries.enqueue(
      subscribed.map((subscription) => ({ dueMs, value: { message: published, subscription } })),
    )
    const record = this.messages.next(published)
    const { key, value } = record
    await store.batch([record, { type: 'put', sublevel: this.undelivered, key, value }, ...operations])
    written()
    await this.deliver(key, published)
  }

  /** Delivers messages that an earlier process published and did not deliver to all listeners. */
  async redeliver(): Promise<void> {
    for (const [key, message] of await this.undelivered.iterator().all()) await this.deliver(key, message)
  }

  async list(): Promise<Message[]> {
    return await this.messages.list()
  }

  private async deliver(key: string, message: Message): Promise<void> {
    await Promise.all([...this.listeners].map((listener) => listener(message)))
    await this.undelivered.del(key)
  }
}
