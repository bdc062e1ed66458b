import type { RunSummary, RunWait } from '../../../core/run-summary.ts'
import { leaves, type Run } from '../interpreter/run.ts'

/** What lists show of a run. */
export function summaryOf(run: Run): RunSummary {
  const { executionArn: arn, name, stateMachineArn: machineArn, definitionHash, status, startMs, stopMs } = run
  const { output, error, redriveCount = 0, frame, lastFrame } = run
  const state = (frame ?? lastFrame)?.state
  const wakesMs = waitsOf(run).reduce((first, { untilMs }) => Math.min(first, untilMs), Infinity)
  return {
    ...{ arn, name, machineArn, definitionHash, status, startMs, redriveCount },
    ...(stopMs !== undefined && { stopMs }),
    ...(state !== undefined && { state }),
    ...(wakesMs < Infinity && { wakesMs }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
  }
}

/** All states of a run that wait, in the order of their branches. */
export function waitsOf({ frame }: Run): RunWait[] {
  const waits: RunWait[] = []
  for (const [{ state, phase }] of leaves(frame)) if ('untilMs' in phase) waits.push({ state, untilMs: phase.untilMs })
  return waits
}
