import { validationError } from './arn.ts'
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
  checkLength('error', error, 256)
  checkLength('cause', cause, 32_768)
  const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
  const { executionArn: arn } = await existingRun(executionArn, store)
  const run = await engine.change(arn, (open, world) => abortRun(open, details, world))
  return { stopDate: (run?.stopMs ?? 0) / 1000 }
}

function checkLength(member: string, value: string | undefined, longest: number): void {
  if (value === undefined || value.length <= longest) return
  throw validationError(
    `Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
  )
}
