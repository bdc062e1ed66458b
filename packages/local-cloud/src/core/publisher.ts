import type { Principal } from '@confirmation-reminder/iam/allows'

/** Who publishes to a topic, as the policies of the topic and of its key see it. */
export interface Publisher {
  publisher: Principal
  /** The policies of the role that publishes, as JSON. A service has none. */
  identityPolicies?: string[]
  /** The account of the source: the alarm, the rule. */
  sourceAccount?: string
  /** The ARN of the source. */
  sourceArn?: string
}
