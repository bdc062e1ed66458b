import * as v from 'valibot'
import { AwsError } from '../../../core/aws-error.ts'
import type { Clock } from '../../../core/clock.ts'
import { jsonAction, oneOf, validationError } from '../../../gateway/input.ts'
import type { RunStore } from '../engine/run-store.ts'
import { longestRunSeconds } from '../interpreter/interpreter.ts'
import { historyLimit } from '../interpreter/progress.ts'
import type { Run } from '../interpreter/run.ts'
import { shownEvent } from './history-event.ts'
import { arn, checkExecutionArn, includedData, maxResults, nextToken, pagination } from './input.ts'
import type { Machines } from './machines.ts'

/** @throws AwsError `ExecutionDoesNotExist`, `InvalidArn` */
export async function existingRun(executionArn: string, store: RunStore): Promise<Run> {
  const arn = checkExecutionArn(executionArn)
  const run = await store.run(arn)
  if (!run) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  return run
}

const DescribeInput = v.object({ executionArn: arn, includedData })

/**
 * DescribeExecution: everything about a run except its history.
 * Errors: `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException`.
 */
export const describeExecution = ({ store, clock }: { store: RunStore; clock: Clock }) =>
  jsonAction(DescribeInput, async ({ executionArn, includedData }) => {
    const run = await existingRun(executionArn, store)
    const { name, stateMachineArn, status, startMs, stopMs, input, output, error, cause, traceHeader } = run
    const { redriveCount = 0, redriveMs } = run
    const included = includedData === 'ALL_DATA'
    return {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: startMs / 1000,
      stopDate: seconds(stopMs),
      ...(included && { input, output }),
      inputDetails: { included },
      ...(output !== undefined && { outputDetails: { included } }),
      traceHeader,
      // AWS shows no error of a run that timed out, though the event in its history has one.
      ...(status !== 'TIMED_OUT' && { error }),
      cause,
      redriveCount,
      redriveDate: seconds(redriveMs),
      ...redriveStatus(run, clock.now()),
    }
  })

/** Milliseconds as AWS answers them. */
const seconds = (ms: number | undefined) => ms && ms / 1000

/** How long after its end AWS lets a run be redriven: 14 days. */
const redrivableMs = 14 * 86_400_000

/** Whether a run can be redriven now, and if not, why, in AWS's words. */
export function redriveStatus(
  run: Run,
  nowMs: number,
): { redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE'; redriveStatusReason: string | undefined } {
  const redriveStatusReason = redriveRefusal(run, nowMs)
  return { redriveStatus: redriveStatusReason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE', redriveStatusReason }
}

function redriveRefusal({ status, startMs, stopMs = 0, lastEventId, lastFrame }: Run, nowMs: number) {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`
  // Older data folders hold runs that ended before the engine recorded where.
  if (!lastFrame) return 'Execution was started before the launch of RedriveExecution'
  // The history must have space for ExecutionRedriven and one more event.
  if (lastEventId >= historyLimit - 1) return 'Execution history event limit exceeded'
  if (nowMs >= startMs + longestRunSeconds * 1000) return 'Execution has exceeded the max execution time'
  if (nowMs >= stopMs + redrivableMs) return 'Execution redrivable period exceeded'
  return undefined
}

const ListInput = v.object({
  stateMachineArn: arn,
  statusFilter: v.optional(oneOf(['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'])),
  redriveFilter: v.optional(oneOf(['NOT_REDRIVEN', 'REDRIVEN'])),
  maxResults,
  // AWS's pages of executions have longer tokens than its other pages.
  nextToken: nextToken(3096),
})

/**
 * ListExecutions: the runs of a state machine, newest first.
 * Errors: `InvalidToken`, `StateMachineDoesNotExist`, `InvalidArn`, `ValidationException`.
 */
export const listExecutions = ({ machines, store }: { machines: Machines; store: RunStore }) =>
  jsonAction(ListInput, async ({ stateMachineArn, statusFilter, redriveFilter, maxResults, nextToken }) => {
    const { arn } = machines.get(stateMachineArn)
    // The child workflows of a Map Run can be filtered by redrives, and they do not exist here.
    if (redriveFilter !== undefined) {
      const fault = 'RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN'
      throw new AwsError('ValidationException', fault)
    }
    if (statusFilter === 'PENDING_REDRIVE') {
      const fault = 'The status filter PENDING_REDRIVE is for Map Runs, by mapRunArn, and not for state machines'
      throw validationError('ValidationException', [fault])
    }
    const status = statusFilter ?? 'ALL'
    const list = ['ListExecutions', arn, status] as const
    const after = pagination.positionOf(list, nextToken)
    const rows = await store.list(arn, status, after, maxResults + 1)
    const page = rows.slice(0, maxResults)
    const last = page.at(-1)
    return {
      executions: page.map(({ run: { startMs, stopMs, redriveCount = 0, redriveMs, ...run } }) => ({
        ...run,
        stateMachineArn: arn,
        startDate: startMs / 1000,
        stopDate: seconds(stopMs),
        redriveCount,
        redriveDate: seconds(redriveMs),
      })),
      nextToken: rows.length > maxResults && last ? pagination.tokenOf(list, last.key) : undefined,
    }
  })

const HistoryInput = v.object({
  executionArn: arn,
  reverseOrder: v.optional(v.boolean(), false),
  includeExecutionData: v.optional(v.boolean(), true),
  maxResults,
  nextToken: nextToken(1024),
})

/**
 * GetExecutionHistory: the events of a run, from the first one or, in reverse order, from the last one.
 * Errors: `ExecutionDoesNotExist`, `InvalidArn`, `InvalidToken`, `ValidationException`.
 */
export const getExecutionHistory = ({ store }: { store: RunStore }) =>
  jsonAction(HistoryInput, async ({ executionArn, reverseOrder, includeExecutionData, maxResults, nextToken }) => {
    const { lastEventId } = await existingRun(executionArn, store)
    const list = ['GetExecutionHistory', executionArn, reverseOrder] as const
    const from = Number(pagination.positionOf(list, nextToken) ?? (reverseOrder ? lastEventId : 1))
    const events = await store.events(executionArn, from, maxResults + 1, reverseOrder)
    const next = events[maxResults]
    return {
      events: events
        .slice(0, maxResults)
        .map((event) => ({ ...shownEvent(event, includeExecutionData), timestamp: event.timestamp / 1000 })),
      nextToken: next && pagination.tokenOf(list, next.id),
    }
  })
