import {
  DescribeStateMachineCommand,
  type ExecutionListItem,
  paginateListExecutions,
  paginateListStateMachines,
  type SFNClient,
} from '@aws-sdk/client-sfn'
import { badEndings } from '@confirmation-reminder/contracts/failed-run'
import { resourceName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { Refusal } from '../stage/refusal.ts'

/** A run as ListExecutions showed it. */
export interface ListedRun {
  executionArn: string
  /** How often it had been redriven. */
  redriveCount: number
  /** When it ended, in milliseconds since 1970. */
  stoppedMs: number
}

/**
 * The state machine of a stage. Its name is the same in every stage, so this checks that the credentials belong to the stage.
 * @throws Refusal if the account and Region have no such state machine
 */
export async function stateMachineOf(client: SFNClient, stage: Stage): Promise<string> {
  const machine = resourceName(stage, 'workflow')
  for await (const { stateMachines = [] } of paginateListStateMachines({ client, pageSize: 1000 }, {})) {
    const stateMachineArn = stateMachines.find(({ name }) => name === machine)?.stateMachineArn
    if (stateMachineArn === undefined) continue
    const { definition = '' } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }))
    if (definition.includes(`:${resourceName(stage, 'reminder')}:`)) return stateMachineArn
    throw new Refusal(`${stateMachineArn} is not the state machine of ${stage}: check --stage and the credentials.`)
  }
  throw new Refusal(
    `There is no state machine ${machine}: check that this is the account and the Region of the stage ${stage}.`,
  )
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
