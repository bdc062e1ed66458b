import type { SlackEntry, SlackMessage, SlackPage } from '@confirmation-reminder/console/api'

/** A message as the channel's app received it. */
export interface Post extends Pick<SlackMessage, 'at' | 'kind' | 'title' | 'text'> {
  messageId: string
  /** The thread that the message belongs to. */
  thread?: string
  dropped?: string
}

/** What keeps the messages that the app received, such as AWS Chatbot. */
export interface Posts {
  /** All messages with their keys, in order of posting. */
  entries(): Promise<[key: string, Post][]>
  get(keys: string[]): Promise<Post[]>
  onPost(listener: (key: string, post: Post) => void): void
}

/** The keys of one entry: a message and its replies, or new alarms that report OK. */
interface Keys {
  kind: SlackEntry['kind']
  keys: string[]
}

/**
 * The channel as Slack shows it: replies under the message that began their thread. One thing is folded that Slack does not
 * fold: new alarms that report OK for the first time are one entry (docs/decisions/0020). The order is read from the store
 * once, and is kept up to date from then on.
 */
export class SlackChannel {
  private readonly entries: Keys[] = []
  private readonly threads = new Map<string, Keys>()
  private readonly alarms = new Set<string>()
  private opening: Promise<void> | undefined

  constructor(
    private readonly posts: Posts,
    private readonly channel: string | null,
  ) {}

  /** @param after the cursor of the previous page: the entries that are older */
  async page({ after, limit }: { after?: number | undefined; limit: number }): Promise<SlackPage> {
    this.opening ??= this.open()
    await this.opening
    const total = this.entries.length
    const end = Math.min(after ?? total, total)
    const start = Math.max(0, end - limit)
    const shown = this.entries.slice(start, end).reverse()
    const rows = await Promise.all(shown.map((one) => this.read(one)))
    return { channel: this.channel, rows, total, ...(start > 0 && { next: String(start) }) }
  }

  private async open(): Promise<void> {
    // Messages that arrive while the stored ones are read come after them.
    const early: [string, Post][] = []
    let add = (key: string, post: Post): void => {
      early.push([key, post])
    }
    this.posts.onPost((key, post) => add(key, post))
    const stored = await this.posts.entries()
    const known = new Set(stored.map(([key]) => key))
    for (const [key, post] of [...stored, ...early.filter(([key]) => !known.has(key))]) this.add(key, post)
    add = (key, post) => this.add(key, post)
  }

  private add(key: string, post: Post): void {
    const thread = post.thread === undefined ? undefined : this.threads.get(post.thread)
    if (thread) {
      thread.keys.push(key)
      return
    }
    const last = this.entries.at(-1)
    const isFirstOk = this.isFirstOk(post)
    if (isFirstOk && last?.kind === 'firstOk') {
      last.keys.push(key)
      return
    }
    const entry: Keys = { kind: isFirstOk ? 'firstOk' : 'message', keys: [key] }
    this.entries.push(entry)
    if (post.thread !== undefined) this.threads.set(post.thread, entry)
  }

  /** Whether a new alarm says that it has begun, and that nothing is wrong. */
  private isFirstOk(post: Post): boolean {
    const alarm = alarmIn(post)
    if (!alarm) return false
    const isFirst = !this.alarms.has(alarm.name)
    this.alarms.add(alarm.name)
    return isFirst && alarm.from === 'INSUFFICIENT_DATA' && alarm.to === 'OK'
  }

  private async read({ kind, keys }: Keys): Promise<SlackEntry> {
    const [first, ...rest] = (await this.posts.get(keys)).map(messageOf)
    const id = keys[0] ?? ''
    if (!first) throw new Error(`The message ${id} of the Slack channel is missing.`)
    return kind === 'firstOk' ? { id, kind, messages: [first, ...rest] } : { id, kind, message: first, replies: rest }
  }
}

function messageOf(post: Post): SlackMessage {
  const { messageId, at, kind, title, text, dropped } = post
  return { id: messageId, at, kind, title, text, alarm: alarmIn(post), dropped: dropped ?? null }
}

/** The alarm of a message, read from what Chatbot writes: the title names it, and a field below has its states. */
export function alarmIn({ kind, title, text }: Pick<Post, 'kind' | 'title' | 'text'>): SlackMessage['alarm'] {
  if (kind !== 'alarm') return null
  const parts = title.split(' | ')
  const name = parts[0]?.endsWith('CloudWatch Alarm') && parts.length >= 4 ? parts.slice(1, -2).join(' | ') : undefined
  // The alarm's own description comes before the fields, and may contain anything.
  const states = text.split('\n').findLast((line) => line.startsWith('*State*: '))
  const [from = '', to = ''] = states?.slice('*State*: '.length).split(' → ') ?? []
  return name === undefined ? null : { name, from: to && from, to: to || from }
}
