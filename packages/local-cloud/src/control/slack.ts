/** A message that reached the Slack channel's app, as the console shows it. */
export interface SlackPost {
  /** When it was published: ISO 8601, by the clock of the local cloud. */
  at: string
  /** The id of the Slack channel. */
  channel: string
  /** The ARN of the topic that brought it. */
  topic: string
  /** The bold first line. */
  title: string
  /** The rest, in Slack's markdown. */
  text: string
  kind: 'alarm' | 'custom' | 'event' | 'unsupported'
  /** Why Slack never shows it; null if it does. */
  dropped: string | null
}

/** What lists the messages that the app received, such as AWS Chatbot. */
interface Posts {
  list(): Promise<(Omit<SlackPost, 'dropped'> & { dropped?: string })[]>
}

/** All messages that the app received, in order of posting, including those that it dropped. */
export async function slackPosts(chatbot: Posts): Promise<SlackPost[]> {
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
