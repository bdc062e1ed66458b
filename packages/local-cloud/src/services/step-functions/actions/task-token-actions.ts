import * as v from 'valibot'
import { AwsError } from '../../../core/aws-error.ts'
import { readTaskToken } from '../../../core/task-token.ts'
import { jsonAction, text } from '../../../gateway/input.ts'
import type { Engine } from '../engine/engine.ts'
import type { RunStore } from '../engine/run-store.ts'
import { callBackTask } from '../interpreter/interpreter.ts'
import type { Callback } from '../state-types/task.ts'
import { jsonFault } from '../values/json.ts'
import { hiddenText, limitedData } from './input.ts'

interface Parts {
  store: RunStore
  engine: Engine
}

const taskToken = text(1, 2048)

const SuccessInput = v.object({
  taskToken,
  output: v.pipe(v.string(), limitedData()),
})

/**
 * SendTaskSuccess: ends the task that waits for the token with this output.
 * Errors: `InvalidOutput`, `InvalidToken`, `TaskDoesNotExist`, `TaskTimedOut`, `ValidationException`.
 */
export const sendTaskSuccess = (parts: Parts) =>
  jsonAction(SuccessInput, async ({ taskToken, output }) => settle(parts, taskToken, { output }))

const FailureInput = v.object({ taskToken, error: hiddenText(256), cause: hiddenText(32_768) })

/**
 * SendTaskFailure: fails the task that waits for the token. Its state's Retry and Catch apply.
 * Errors: `InvalidToken`, `TaskDoesNotExist`, `TaskTimedOut`, `ValidationException`.
 */
export const sendTaskFailure = (parts: Parts) =>
  jsonAction(FailureInput, async ({ taskToken, error, cause }) => settle(parts, taskToken, { error, cause }))

const HeartbeatInput = v.object({ taskToken })

/**
 * SendTaskHeartbeat: the task that waits for the token has HeartbeatSeconds again, and no event is recorded.
 * Errors: `InvalidToken`, `TaskDoesNotExist`, `TaskTimedOut`, `ValidationException`.
 */
export const sendTaskHeartbeat = (parts: Parts) =>
  jsonAction(HeartbeatInput, async ({ taskToken }) => settle(parts, taskToken, 'heartbeat'))

async function settle({ store, engine }: Parts, token: string, callback: Callback): Promise<object> {
  const read = readTaskToken(token)
  if (!read) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'")
  const { executionArn, nonce } = read
  // AWS refuses an output that is not JSON even if the task is over.
  const fault = typeof callback === 'object' && 'output' in callback ? jsonFault(callback.output) : undefined
  if (fault) throw new AwsError('InvalidOutput', `Invalid Output: '${fault.message}'`)
  if (!(await store.run(executionArn))) {
    throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'")
  }
  let settled = false
  const run = await engine.change(executionArn, (open, world) => {
    const step = callBackTask(open, nonce, callback, world)
    settled = step !== undefined
    return step
  })
  if (settled) return {}
  // A client repeats a call that met this error, and gives up on TaskTimedOut.
  if (!run) throw new AwsError('ServiceUnavailable', 'Step Functions is stopping.', 503)
  throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
}
