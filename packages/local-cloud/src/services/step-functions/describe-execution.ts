import { AwsError } from '../../core/aws-error.ts'
import { checkExecutionArn } from './arn.ts'
import { redriveStatus } from './redrive-status.ts'
import type { Run } from './run.ts'
import type { RunStore } from './run-store.ts'

export interface DescribeExecutionInput {
  executionArn: string
  includedData?: 'ALL_DATA' | 'METADATA_ONLY'
}

/** @throws AwsError `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException` */
export async function existingRun(executionArn: unknown, store: RunStore): Promise<Run> {
  const arn = checkExecutionArn(executionArn)
  const run = await store.run(arn)
  if (!run) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  return run
}

/** Everything about a run but its history. */
export async function describeExecution(
  { executionArn, includedData = 'ALL_DATA' }: DescribeExecutionInput,
  { store, nowMs }: { store: RunStore; nowMs: number },
) {
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
    ...redriveStatus(run, nowMs),
  }
}
