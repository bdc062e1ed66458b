/** The AWS service that publishes to a topic, as the policies of the topic and of its key see it. */
export interface Publisher {
  publisher: { service: string }
  /** The account of the source: the alarm, the rule. */
  sourceAccount?: string
  /** The ARN of the source. */
  sourceArn?: string
}

/** Whether a topic accepts a message of a service. `why` is a sentence for the log; `refusedBy` is what lacks the grant. */
export type Acceptance = { allowed: true } | { allowed: false; why: string; refusedBy: 'topic' | 'key' }
