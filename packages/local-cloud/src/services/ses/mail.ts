/** A mail as its reader sees it. */
export interface Mail {
  /** SES's message id. */
  id: string
  /** When SES accepted it: ISO 8601, by the clock of the local cloud. */
  at: string
  /** The sender's bare address; the name is in `headers`. */
  from: string
  /** All recipients, by bare address: To, Cc and Bcc. */
  to: string[]
  subject: string
  /** Empty if the mail has no such body. */
  text: string
  html: string
  headers: Record<string, string>
}

/** A mail with SES's own data about it. */
export interface SentMail extends Mail {
  /** The action that sent it. Earlier versions did not store it. */
  operation?: 'SendEmail' | 'SendRawEmail'
  configurationSet?: string
  tags: Record<string, string>
}
