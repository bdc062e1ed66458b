import { validationError } from './arn.ts'
import type { Machines } from './machines.ts'
import { type PageRequest, pageSize, pageStart, pageToken } from './page.ts'
import type { RunStatus } from './run.ts'
import type { ListedRun, RunStore } from './run-store.ts'

export interface ListExecutionsInput extends PageRequest {
  stateMachineArn: string
  statusFilter?: RunStatus | 'PENDING_REDRIVE'
  redriveFilter?: 'REDRIVEN' | 'NOT_REDRIVEN'
}

const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING']
const redriveFilters = ['NOT_REDRIVEN', 'REDRIVEN']

/**
 * Runs of a state machine, newest first.
 * @throws AwsError `InvalidToken`, `StateMachineDoesNotExist`, `InvalidArn`, `ValidationException`
 */
export async function listExecutions(
  request: ListExecutionsInput,
  { machines, store }: { machines: Machines; store: RunStore },
) {
  const { arn } = machines.get(request.stateMachineArn)
  const { statusFilter, redriveFilter } = request
  checkFilter('statusFilter', statusFilter, statuses)
  checkFilter('redriveFilter', redriveFilter, redriveFilters)
  if (statusFilter === 'PENDING_REDRIVE') {
    throw validationError('The status filter PENDING_REDRIVE is for Map Runs, by mapRunArn, and not for state machines')
  }
  const status = statusFilter ?? 'ALL'
  const list = [arn, status, redriveFilter].join('/')
  const size = pageSize(request)
  const isWanted = ({ redriveCount = 0 }: ListedRun) =>
    redriveFilter === undefined || redriveCount > 0 === (redriveFilter === 'REDRIVEN')
  const rows = await store.list(arn, status, pageStart(list, request), size + 1, isWanted)
  const page = rows.slice(0, size)
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
    ...(rows.length > size && last ? { nextToken: pageToken(list, last.key) } : {}),
  }
}

function checkFilter(member: string, value: string | undefined, values: string[]): void {
  if (value === undefined || values.includes(value)) return
  throw validationError(
    `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  )
}
