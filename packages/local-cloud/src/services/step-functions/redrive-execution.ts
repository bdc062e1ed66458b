import { AwsError } from '../../core/aws-error.ts'
import { checkExecutionArn, validationError } from './arn.ts'
import { existingRun } from './describe-execution.ts'
import type { Engine } from './engine.ts'
import { redriveRun } from './interpreter.ts'
import { redriveStatus } from './redrive-status.ts'
import type { Run } from './run.ts'
import type { RunStore } from './run-store.ts'

export interface RedriveExecutionInput {
  executionArn: string
  clientToken?: string
}

/** AWS remembers the last ten client tokens of a run, each for 15 minutes. */
const tokensKept = 10
const tokenKeptMs = 15 * 60_000

/**
 * Lets a run that ended without success go on from where it ended. Answers when that is written. The same client token
 * again is the same redrive.
 * @throws AwsError `ExecutionNotRedrivable`, `ExecutionDoesNotExist`, `InvalidArn`, `ValidationException`
 */
export async function redriveExecution(
  { executionArn, clientToken }: RedriveExecutionInput,
  { store, engine }: { store: RunStore; engine: Engine },
) {
  checkToken(clientToken)
  const arn = checkExecutionArn(executionArn)
  const redriveMs = await engine.exclusively(arn, async () => {
    const run = await existingRun(arn, store)
    const world = await engine.world(run)
    const tokens = validTokens(run, world.now)
    const earlier = tokens.find(({ token }) => token === clientToken)
    if (earlier) return earlier.redriveMs
    const { redriveStatusReason } = redriveStatus(run, world.now)
    if (redriveStatusReason !== undefined) throw new AwsError('ExecutionNotRedrivable', redriveStatusReason)
    if (clientToken !== undefined) tokens.push({ token: clientToken, redriveMs: world.now })
    await engine.commit(run, redriveRun({ ...run, redriveTokens: tokens.slice(-tokensKept) }, world))
    return world.now
  })
  return { redriveDate: redriveMs / 1000 }
}

function validTokens({ redriveTokens = [] }: Run, nowMs: number) {
  return redriveTokens.filter(({ redriveMs }) => nowMs < redriveMs + tokenKeptMs)
}

function checkToken(token: unknown): void {
  if (token === undefined || (typeof token === 'string' && /^[!-~]{1,64}$/.test(token))) return
  throw validationError(
    `Value '${token}' at 'clientToken' failed to satisfy constraint: Member must have 1 to 64 printable ASCII characters`,
  )
}
