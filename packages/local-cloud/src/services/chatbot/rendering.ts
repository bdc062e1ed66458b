/** Chatbot's rendering of one message. */
export interface Rendering {
  kind: 'alarm' | 'custom' | 'event' | 'unsupported'
  /** The bold first line. */
  title: string
  /** The rest, in Slack's markdown. */
  text: string
  /** The thread that the post belongs to. */
  thread?: string
  /** Why the message never appears in Slack. Chatbot itself only counts it. */
  dropped?: string
}

/** A message that Chatbot receives and does not show. */
export function unsupported(reason: string): Rendering {
  return { kind: 'unsupported', title: '', text: '', dropped: reason }
}
