/** What lists and counts need of a mail that was sent: all but its bodies and headers. */
export interface MailLine {
  /** SES's message id. */
  id: string
  /** When SES accepted it: ISO 8601, by the clock of the local cloud. */
  at: string
  /** All recipients, by bare address. */
  to: string[]
  subject: string
  tags: Record<string, string>
}
