import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  DescribeExecutionCommand,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn'
import type { ListedRun } from './failed-runs.ts'
import { type Judged, judge, redrivenByAnother } from './verdict.ts'

export interface Plan {
  client: SFNClient
  runs: readonly ListedRun[]
  /** The errors that were named; none means every error that needs no decision. */
  errors: readonly string[]
  perSecond: number
  dryRun: boolean
  /** Ends the work between two runs. */
  signal: AbortSignal
}

/** Redrives the runs, one after the other, and yields what became of each. A dry run yields what would become of it. */
export async function* redriveAll({ client, runs, errors, perSecond, dryRun, signal }: Plan): AsyncGenerator<Judged> {
  for (const { executionArn, redriveCount } of runs) {
    if (signal.aborted) return
    // Not before its turn: since the list was made, hours may have passed and others may have redriven it.
    const judged = judge(await client.send(new DescribeExecutionCommand({ executionArn })), redriveCount, errors)
    if (judged.verdict !== 'redrive' || dryRun) {
      yield judged
      continue
    }
    const isDone = await redrive(client, executionArn, redriveCount)
    await pause(1000 / perSecond, undefined, { signal }).catch(() => {})
    yield isDone ? judged : redrivenByAnother
  }
}

/** @returns false if the run cannot be redriven any more: another command was faster. */
async function redrive(client: SFNClient, executionArn: string, redriveCount: number): Promise<boolean> {
  try {
    await client.send(new RedriveExecutionCommand({ executionArn, clientToken: tokenOf(executionArn, redriveCount) }))
    return true
  } catch (error) {
    if (error instanceof ExecutionNotRedrivable) return false
    throw error
  }
}

/**
 * Names one failure of one run. Every command sends the same token for it, so a second command that judged the run before
 * the first one redrove it changes nothing, even if the run has failed again in between. AWS remembers a token for 15 minutes.
 */
function tokenOf(executionArn: string, redriveCount: number): string {
  return createHash('sha256').update(`${executionArn} ${redriveCount}`).digest('hex')
}
