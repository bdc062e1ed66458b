import { existingRun } from './describe-execution.ts'
import type { Engine } from './engine.ts'
import { abortRun } from './interpreter.ts'
import type { RunStore } from './run-store.ts'

export interface StopExecutionInput {
  executionArn: string
  error?: string
  cause?: string
}

/**
 * Ends a run from outside. A run that has already ended stays as it is, and its end is the answer.
 * @throws AwsError `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException`
 */
export async function stopExecution(
  { executionArn, error, cause }: StopExecutionInput,
  { store, engine }: { store: RunStore; engine: Engine },
) {
  const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
  const { executionArn: arn } = await existingRun(executionArn, store)
  const run = await engine.change(arn, (open, world) => abortRun(open, details, world))
  return { stopDate: (run?.stopMs ?? 0) / 1000 }
}
