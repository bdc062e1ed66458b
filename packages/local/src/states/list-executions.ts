import { validationError } from './arn.ts'
import type { Machines } from './machines.ts'
import { type PageRequest, pageSize, pageStart, pageToken } from './page.ts'
import type { RunStatus } from './run.ts'
import type { RunStore } from './run-store.ts'

export interface ListExecutionsInput extends PageRequest {
  stateMachineArn: string
  statusFilter?: RunStatus | 'PENDING_REDRIVE'
}

const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING']

/**
 * Runs of a state machine, newest first.
 * @throws AwsError `InvalidToken`, `StateMachineDoesNotExist`, `InvalidArn`, `ValidationException`
 */
export async function listExecutions(
  request: ListExecutionsInput,
  { machines, store }: { machines: Machines; store: RunStore },
) {
  const { arn } = machines.get(request.stateMachineArn)
  const status = request.statusFilter ?? 'ALL'
  if (status !== 'ALL' && !statuses.includes(status)) {
    throw validationError(
      `Value '${status}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [${statuses.join(', ')}]`,
    )
  }
  const list = `${arn}/${status}`
  const size = pageSize(request)
  const rows = await store.list(arn, status, pageStart(list, request), size + 1)
  const page = rows.slice(0, size)
  const last = page.at(-1)
  return {
    executions: page.map(({ run: { startMs, stopMs, ...run } }) => ({
      ...run,
      stateMachineArn: arn,
      startDate: startMs / 1000,
      ...(stopMs === undefined ? {} : { stopDate: stopMs / 1000 }),
      redriveCount: 0,
    })),
    ...(rows.length > size && last ? { nextToken: pageToken(list, last.key) } : {}),
  }
}
