import type { DurableQueue } from '../../core/durable-queue.ts'
import { Journal } from '../../core/journal.ts'
import type { Subscription } from '../../core/stack-model.ts'
import { type Delivery, type Dependencies, deliveries } from './deliveries.ts'
import type { Message } from './message.ts'

/** Receives a message. It is delivered again until this resolves. */
export type Listener = (message: Message) => unknown

/** Published messages, durable until their subscribed queues and their listeners have them. */
export class Outbox {
  private readonly listeners = new Map<Listener, (topicArn: string) => boolean>()
  /** Deliveries to subscribed queues that have not ended. */
  readonly deliveries: DurableQueue<Delivery>

  private constructor(
    private readonly undelivered: Journal<Message>,
    private readonly subscriptions: readonly Subscription[],
    private readonly dependencies: Dependencies,
  ) {
    this.deliveries = deliveries(dependencies)
  }

  static async open(subscriptions: readonly Subscription[], dependencies: Dependencies): Promise<Outbox> {
    const undelivered = await Journal.open<Message>(dependencies.store, 'notifications-undelivered')
    const outbox = new Outbox(undelivered, subscriptions, dependencies)
    await outbox.deliveries.start()
    return outbox
  }

  /**
   * Calls `listener` after each message that is durable from now on. Returns a function that ends that.
   * - `hears`: of which topics; all by default.
   */
  onPublished(listener: Listener, hears: (topicArn: string) => boolean = () => true): () => void {
    this.listeners.set(listener, hears)
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
    const record = this.listenersOf(published).length > 0 ? this.undelivered.next(published) : undefined
    await store.batch([...(record ? [record] : []), ...operations])
    written()
    if (record) await this.deliver(record.key, published)
  }

  /** Delivers messages that an earlier process published and did not deliver to all listeners. */
  async redeliver(): Promise<void> {
    for (const [key, message] of await this.undelivered.entries()) await this.deliver(key, message)
  }

  private async deliver(key: string, message: Message): Promise<void> {
    await Promise.all(this.listenersOf(message).map((listener) => listener(message)))
    await this.undelivered.delete(key)
  }

  private listenersOf({ topicArn }: Pick<Message, 'topicArn'>): Listener[] {
    return [...this.listeners].filter(([, hears]) => hears(topicArn)).map(([listener]) => listener)
  }
}
