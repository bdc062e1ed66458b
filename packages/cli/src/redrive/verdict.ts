import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn'
import { badEndings } from '@confirmation-reminder/contracts/failed-run'
import { namelessErrors } from '@confirmation-reminder/contracts/nameless-errors'
import { needDecision } from '@confirmation-reminder/contracts/redrive'

/** What is done about a failed run. */
export type Verdict =
  | 'redrive'
  /** It ended with another error than those that were named. */
  | 'notSelected'
  /** A person has to decide first, by naming the error. */
  | 'needsDecision'
  /** It was redriven after the list was made. */
  | 'redrivenByAnother'
  /** Step Functions refuses to redrive it. */
  | { refusedBecause: string }

/** What DescribeExecution says about a run, as far as it matters. */
export type RunNow = Pick<
  DescribeExecutionOutput,
  'status' | 'error' | 'redriveCount' | 'redriveStatus' | 'redriveStatusReason'
>

export interface Judged {
  /** The name that the post in Slack has for it, too; `-` if it is not known any more. */
  error: string
  verdict: Verdict
}

export const redrivenByAnother: Judged = { error: '-', verdict: 'redrivenByAnother' }

/**
 * Decides about a run as it is now.
 * @param redriveCount how often it had been redriven when it was listed
 * @param errors the errors that were named; none means every error that needs no decision
 */
export function judge(run: RunNow, redriveCount: number, errors: readonly string[]): Judged {
  const ending = badEndings.find((one) => one === run.status)
  // A run that was redriven has lost its error, or has another one.
  if (!ending || (run.redriveCount ?? 0) !== redriveCount) return redrivenByAnother
  const error = run.error || namelessErrors[ending]
  const judged = (verdict: Verdict): Judged => ({ error, verdict })
  if (errors.length > 0 && !errors.includes(error)) return judged('notSelected')
  if (run.redriveStatus !== 'REDRIVABLE') {
    return judged({ refusedBecause: run.redriveStatusReason ?? 'Step Functions gives no reason' })
  }
  // A person or a script stopped an aborted run, perhaps on purpose.
  if (errors.length === 0 && (ending === 'ABORTED' || needDecision.includes(error))) return judged('needsDecision')
  return judged('redrive')
}
