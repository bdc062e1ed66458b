import type { Clock } from '../clock.ts'
import { Journal } from '../journal.ts'
import type { Store } from '../store.ts'

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

/** Takes a message. It is delivered again, until this resolves. */
export type Listener = (message: Message) => unknown

/** Everything that was published, durable, in order, and who wants to hear of it. */
export class Outbox {
  private readonly listeners = new Set<Listener>()
  private readonly undelivered

  private constructor(
    private readonly messages: Journal<Message>,
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    this.undelivered = store.sublevel<string, Message>('notifications-undelivered', { valueEncoding: 'json' })
  }

  static async open(store: Store, clock: Clock): Promise<Outbox> {
    return new Outbox(await Journal.open<Message>(store, 'notifications'), store, clock)
  }

  /** Calls `listener` after each message that is durable from now on. Returns the way to end that. */
  onPublished(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Resolves when the message is durable and everybody has it. `at` is now, where it is left out. */
  async publish(message: Omit<Message, 'at'> & { at?: string }): Promise<void> {
    const published = { at: new Date(this.clock.now()).toISOString(), ...message }
    const record = this.messages.next(published)
    const { key, value } = record
    await this.store.batch([record, { type: 'put', sublevel: this.undelivered, key, value }])
    await this.deliver(key, published)
  }

  /** Delivers what an earlier process published and did not deliver to everybody. */
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
