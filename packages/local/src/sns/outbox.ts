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

/** Everything that was published, durable, in order, and who wants to hear of it. */
export class Outbox {
  private readonly listeners = new Set<(message: Message) => void>()

  private constructor(
    private readonly messages: Journal<Message>,
    private readonly clock: Clock,
  ) {}

  static async open(store: Store, clock: Clock): Promise<Outbox> {
    return new Outbox(await Journal.open<Message>(store, 'notifications'), clock)
  }

  /** Calls `listener` after each message that is durable from now on. Returns the way to end that. */
  onPublished(listener: (message: Message) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async publish(message: Omit<Message, 'at'>): Promise<void> {
    const published = { ...message, at: new Date(this.clock.now()).toISOString() }
    await this.messages.append(published)
    for (const listener of this.listeners) listener(published)
  }

  async list(): Promise<Message[]> {
    return await this.messages.list()
  }
}
