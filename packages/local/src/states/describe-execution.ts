import { AwsError } from '../gateway/aws-error.ts'
import { checkExecutionArn } from './arn.ts'
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

/** How long AWS lets a failed run be redriven: 14 days. */
const redrivableMs = 14 * 86_400_000

/** Everything about a run but its history. */
export async function describeExecution(
  { executionArn, includedData = 'ALL_DATA' }: DescribeExecutionInput,
  { store, nowMs }: { store: RunStore; nowMs: number },
) {
  const run = await existingRun(executionArn, store)
  const { name, stateMachineArn, status, startMs, stopMs, input, output, error, cause, traceHeader } = run
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
    redriveCount: 0,
    ...redrive(run, nowMs),
  }
}

function redrive({ status, stopMs = 0 }: Run, nowMs: number) {
  const refusal = (redriveStatusReason: string) => ({ redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason })
  if (status === 'RUNNING' || status === 'SUCCEEDED') return refusal(`Execution is ${status} and cannot be redriven`)
  if (nowMs - stopMs > redrivableMs) return refusal('Execution has exceeded the redrivable period')
  return { redriveStatus: 'REDRIVABLE' }
}
