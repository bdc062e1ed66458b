import { longestRunSeconds } from './interpreter.ts'
import { historyLimit } from './progress.ts'
import type { Run } from './run.ts'

/** How long after its end AWS lets a run be redriven: 14 days. */
const redrivableMs = 14 * 86_400_000

/** Whether a run may be redriven now, and if not, why, in AWS's words. */
export function redriveStatus(
  run: Run,
  nowMs: number,
): { redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE'; redriveStatusReason?: string } {
  const redriveStatusReason = refusal(run, nowMs)
  if (redriveStatusReason === undefined) return { redriveStatus: 'REDRIVABLE' }
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason }
}

function refusal({ status, startMs, stopMs = 0, lastEventId, lastFrame }: Run, nowMs: number): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`
  // Older data folders hold runs that ended before the engine kept where.
  if (!lastFrame) return 'Execution was started before the launch of RedriveExecution'
  // There must be room for ExecutionRedriven and one more.
  if (lastEventId >= historyLimit - 1) return 'Execution history event limit exceeded'
  if (nowMs >= startMs + longestRunSeconds * 1000) return 'Execution has exceeded the max execution time'
  if (nowMs >= stopMs + redrivableMs) return 'Execution redrivable period exceeded'
  return undefined
}
