import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { jsonAction, oneOf, validationError } from '../../gateway/input.ts'
import { arn, checkExecutionArn, maxResults, nextToken, pagination } from './input.ts'
import { longestRunSeconds } from './interpreter.ts'
import type { Machines } from './machines.ts'
import { historyLimit } from './progress.ts'
import type { HistoryEvent, Run } from './run.ts'
import type { ListedRun, RunStore } from './run-store.ts'

/** @throws AwsError `ExecutionDoesNotExist`, `InvalidArn` */
export async function existingRun(executionArn: string, store: RunStore): Promise<Run> {
  const arn = checkExecutionArn(executionArn)
  const run = await store.run(arn)
  if (!run) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  return run
}

const DescribeInput = v.object({
  executionArn: arn,
  includedData: v.optional(oneOf(['ALL_DATA', 'METADATA_ONLY']), 'ALL_DATA'),
})

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
      ...(stopMs === undefined ? {} : { stopDate: stopMs / 1000 }),
      ...(included ? { input } : {}),
      inputDetails: { included },
      ...(output === undefined ? {} : { ...(included ? { output } : {}), outputDetails: { included } }),
      ...(traceHeader === undefined ? {} : { traceHeader }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      redriveCount,
      ...(redriveMs === undefined ? {} : { redriveDate: redriveMs / 1000 }),
      ...redriveStatus(run, clock.now()),
    }
  })

/** How long after its end AWS lets a run be redriven: 14 days. */
const redrivableMs = 14 * 86_400_000

/** Whether a run can be redriven now, and if not, why, in AWS's words. */
export function redriveStatus(
  run: Run,
  nowMs: number,
): { redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE'; redriveStatusReason?: string } {
  const redriveStatusReason = redriveRefusal(run, nowMs)
  if (redriveStatusReason === undefined) return { redriveStatus: 'REDRIVABLE' }
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason }
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
  nextToken,
})

/**
 * ListExecutions: the runs of a state machine, newest first.
 * Errors: `InvalidToken`, `StateMachineDoesNotExist`, `InvalidArn`, `ValidationException`.
 */
export const listExecutions = ({ machines, store }: { machines: Machines; store: RunStore }) =>
  jsonAction(ListInput, async ({ stateMachineArn, statusFilter, redriveFilter, maxResults, nextToken }) => {
    const { arn } = machines.get(stateMachineArn)
    if (statusFilter === 'PENDING_REDRIVE') {
      const fault = 'The status filter PENDING_REDRIVE is for Map Runs, by mapRunArn, and not for state machines'
      throw validationError('ValidationException', [fault])
    }
    const status = statusFilter ?? 'ALL'
    const list = ['ListExecutions', arn, status, redriveFilter] as const
    const isWanted = ({ redriveCount = 0 }: ListedRun) =>
      redriveFilter === undefined || redriveCount > 0 === (redriveFilter === 'REDRIVEN')
    const after = pagination.positionOf(list, nextToken)
    const rows = await store.list(arn, status, after, maxResults + 1, isWanted)
    const page = rows.slice(0, maxResults)
    const last = page.at(-1)
    return {
      executions: page.map(({ run: { startMs, stopMs, redriveCount = 0, redriveMs, ...run } }) => ({
        ...run,
        stateMachineArn: arn,
        startDate: startMs / 1000,
        ...(stopMs === undefined ? {} : { stopDate: stopMs / 1000 }),
        redriveCount,
        ...(redriveMs === undefined ? {} : { redriveDate: redriveMs / 1000 }),
      })),
      ...(rows.length > maxResults && last ? { nextToken: pagination.tokenOf(list, last.key) } : {}),
    }
  })

const HistoryInput = v.object({
  executionArn: arn,
  reverseOrder: v.optional(v.boolean(), false),
  includeExecutionData: v.optional(v.boolean(), true),
  maxResults,
  nextToken,
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
      events: events.slice(0, maxResults).map((event) => historyEvent(event, includeExecutionData)),
      ...(next ? { nextToken: pagination.tokenOf(list, next.id) } : {}),
    }
  })

/** The members of event details that carry the data of the run. */
const data = ['input', 'output', 'parameters']

function historyEvent({ timestamp, ...event }: HistoryEvent, withData: boolean): object {
  const seconds = { ...event, timestamp: timestamp / 1000 }
  if (withData) return seconds
  return JSON.parse(JSON.stringify(seconds, (member, value) => (data.includes(member) ? undefined : value)))
}
