import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import type { Rule } from './rule.ts'

/** The state machine's metrics of the article, as CloudWatch spells them: the fourth in the singular. */
export const workflowMetrics = [
  'ExecutionsTimedOut',
  'ExecutionsFailed',
  'ExecutionsAborted',
  'ExecutionThrottled',
  'ExecutionsSucceeded',
] as const

/** The end of an alarm's name, its address in Terraform, and its section in the runbook. */
export type AlarmId =
  | (typeof workflowMetrics)[number]
  | `${FunctionName}-${'Errors' | 'Throttles'}`
  | 'api-5xx'
  | `mail-${'BounceRate' | 'ComplaintRate' | 'HeldBack' | 'Rejected' | `Events${'Undelivered' | 'Late' | 'Failed' | 'Dead'}`}`
  | `runs-${'CallsFail' | 'Gone' | 'Refused' | 'Open' | 'AwaitEvidence'}`
  | `events-${'Late' | 'Unreadable' | 'Unannounced'}`
  | 'webhook-Dead'
  | `slack-${'UnsupportedEvents' | 'EventsThrottled' | 'MessageDeliveryFailure'}`

/** A metric and what makes a state of it. */
export interface Alarm extends Rule {
  id: AlarmId
  namespace: string
  metricName: string
  dimensions?: Record<string, string>
  /** Where CloudWatch keeps the metric, if not in the Region of the stage. */
  region?: string
}
