import type { Chatbot, Post } from '../services/chatbot/chatbot.ts'

/** A message that reached the Slack channel's app, as the console shows it. */
export interface SlackPost extends Pick<Post, 'at' | 'channel' | 'topic' | 'title' | 'text' | 'kind'> {
  /** Why Slack never shows it; null if it does. */
  dropped: string | null
}

/** All messages that the app received, in order of posting, including those that it dropped. */
export async function slackPosts(chatbot: Pick<Chatbot, 'list'>): Promise<SlackPost[]> {
  const posts = await chatbot.list()
  return posts.map(({ at, channel, topic, title, text, kind, dropped = null }) => ({
    at,
    channel,
    topic,
    title,
    text,
    kind,
    dropped,
  }))
}
