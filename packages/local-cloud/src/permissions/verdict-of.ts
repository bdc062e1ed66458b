import { allows, type Policies, type Request, type Verdict } from '@confirmation-reminder/iam/allows'

const verdicts = new Map<string, Verdict>()

/**
 * Whether AWS would allow a request, as `allows` decides it. Each verdict is calculated once: a stack's services send few
 * different requests, thousands of times each.
 */
export function verdictOf(request: Request & Policies): Verdict {
  const key = JSON.stringify(request)
  const verdict = verdicts.get(key) ?? allows(request)
  verdicts.set(key, verdict)
  return verdict
}
