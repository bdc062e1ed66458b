/** A message that was published to a topic. */
export interface Message {
  id: string
  /** ISO 8601, by the clock of the local cloud. */
  at: string
  topicArn: string
  subject?: string
  message: string
  attributes: Record<string, string>
}
