import { type ExecutionListItem, paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn'
import { badEndings } from '@confirmation-reminder/contracts/failed-run'

/** A run as ListExecutions showed it. */
export interface ListedRun {
  executionArn: string
  /** How often it had been redriven. */
  redriveCount: number
  /** When it ended, in milliseconds since 1970. */
  stoppedMs: number
}

/** All runs that ended badly since a moment (milliseconds since 1970), a page at a time. */
export async function* failedRuns(
  client: SFNClient,
  stateMachineArn: string,
  sinceMs: number,
): AsyncGenerator<ListedRun[]> {
  for (const statusFilter of badEndings) {
    const pages = paginateListExecutions({ client, pageSize: 1000 }, { stateMachineArn, statusFilter })
    for await (const { executions = [] } of pages) {
      // The list is in the order of starts, so runs of any page may have ended since.
      yield executions.map(listedRun).filter(({ stoppedMs }) => stoppedMs >= sinceMs)
    }
  }
}

function listedRun({ executionArn = '', redriveCount = 0, stopDate }: ExecutionListItem): ListedRun {
  return { executionArn, redriveCount, stoppedMs: Number(stopDate) }
}
