import { v4 as uuid } from 'uuid'
import type { Clock } from '../../core/clock.ts'
import { Journal } from '../../core/journal.ts'
import type { ChatbotChannel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { render } from './render.ts'
import type { Rendering } from './rendering.ts'

/** A message that reached Chatbot, and its post in the channel. */
export interface Post extends Rendering {
  /** SNS's id of the message. */
  messageId: string
  /** When it was published: ISO 8601, by the clock of the local cloud. */
  at: string
  /** The id of the Slack channel. */
  channel: string
  /** The ARN of its topic. */
  topic: string
}

/** The metrics of the namespace AWS/Chatbot that the local cloud counts. AWS puts them into us-east-1 only. */
export type ChatbotMetric = 'EventsProcessed' | 'MessageDeliverySuccess' | 'UnsupportedEvents'

export interface Chatbot {
  /** Whether a channel subscribes to the topic. */
  hears(topicArn: string): boolean
  /**
   * Receives a message from SNS, once for each channel that subscribes to the topic. Resolves as soon as the posts are
   * durable. A message whose id was received before changes nothing, so that a delivery may be retried.
   * - `at`: when it was published, in ISO 8601; now if it is left out.
   */
  receive(topicArn: string, message: string, messageId?: string, at?: string): Promise<void>
  /** Everything that was received, oldest first: also what Chatbot dropped, which Slack never shows. */
  list(): Promise<Post[]>
  /** The same with the key of each, which grows with every message. */
  entries(): Promise<[key: string, Post][]>
  /** The messages with these keys, in their order. */
  get(keys: string[]): Promise<Post[]>
  /** Calls the listener with every message that is received from now on, when it is durable. */
  onPost(listener: (key: string, post: Post) => void): void
}

/**
 * AWS Chatbot of the local cloud: renders the messages from SNS, and logs those that AWS would drop silently.
 * `record` counts one under a metric of the namespace AWS/Chatbot.
 */
export async function startChatbot({
  store,
  clock,
  channels,
  log,
  record,
}: {
  store: Store
  clock: Clock
  channels: ChatbotChannel[]
  log: (line: string) => void
  record: (metric: ChatbotMetric, dimensions: { ConfigurationName: string }) => unknown
}): Promise<Chatbot> {
  const posts = await Journal.open<Post>(store, 'chatbot')
  const known = new Set((await posts.list()).map(keyOf))
  const listeners: ((key: string, post: Post) => void)[] = []

  const post = async (channel: ChatbotChannel, one: Post) => {
    const key = keyOf(one)
    if (known.has(key)) return
    known.add(key)
    const number = await posts.append(one)
    for (const listener of listeners) listener(number, one)
    const count = async (metric: ChatbotMetric) => record(metric, { ConfigurationName: channel.name })
    if (one.dropped === undefined) {
      await count('EventsProcessed')
      await count('MessageDeliverySuccess')
    } else {
      log(`Chatbot drops message ${one.messageId} of ${one.topic}, and Slack never shows it: ${one.dropped}`)
      await count('UnsupportedEvents')
    }
  }

  const listening = (topic: string) => channels.filter(({ topicArns }) => topicArns.includes(topic))
  return {
    hears: (topic) => listening(topic).length > 0,
    receive: async (topic, message, messageId = uuid(), at = new Date(clock.now()).toISOString()) => {
      const rendering = render(message)
      await Promise.all(
        listening(topic).map((one) => post(one, { messageId, at, channel: one.slackChannelId, topic, ...rendering })),
      )
    },
    list: () => posts.list(),
    entries: () => posts.entries(),
    get: (keys) => posts.get(keys),
    onPost: (listener) => void listeners.push(listener),
  }
}

const keyOf = ({ channel, messageId }: Post): string => `${channel} ${messageId}`
