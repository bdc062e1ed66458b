/** A mail as its reader sees it. */
export interface Mail {
  /** SES's message id. */
  id: string
  /** When SES accepted it: ISO 8601, by the clock of the local cloud. */
  at: string
  /** The sender's bare address; the name beside it stands in `headers`. */
  from: string
  /** Everybody who got it, by bare address: To, Cc and Bcc. */
  to: string[]
  subject: string
  /** Empty, where the mail has no such body. */
  text: string
  html: string
  headers: Record<string, string>
}

/** A mail with what SES knows of it beside its content. */
export interface SentMail extends Mail {
  configurationSet?: string
  tags: Record<string, string>
}
