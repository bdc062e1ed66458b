import { randomUUID } from 'node:crypto'
import { AwsError } from '../../../core/aws-error.ts'
import { parseJson } from '../../../core/json.ts'
import type { Invoke } from '../../../core/service.ts'
import type { TaskAnswer, TaskRequest } from '../state-types/task.ts'
import { isObject, type Json } from '../values/json.ts'

/**
 * Invokes the function of a task. An error is a result too: its name is the payload's `errorType` or, if
 * Lambda refused the request, Lambda's error code.
 */
export async function callLambda(invoke: Invoke, { functionArn, payload }: TaskRequest): Promise<TaskAnswer> {
  const requestId = randomUUID()
  try {
    const answer = await invoke(functionArn, payload)
    const returned = parse(answer.payload)
    if (answer.functionError) return { error: errorType(returned), cause: answer.payload }
    if (returned === undefined) return { error: 'Lambda.Unknown', cause: 'The function did not return JSON.' }
    return { result: returned, executedVersion: answer.executedVersion, requestId }
  } catch (error) {
    if (!(error instanceof AwsError)) return { error: 'Lambda.SdkClientException', cause: String(error) }
    const { message, statusCode, code } = error
    const where = `Service: AWSLambda; Status Code: ${statusCode}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null`
    // A missing permission has no name of its own among Lambda's errors, as Step Functions knows them.
    const name = code === 'AccessDeniedException' ? 'AWSLambdaException' : code
    return { error: `Lambda.${name}`, cause: `${message} (${where})` }
  }
}

function parse(payload: string): Json | undefined {
  if (payload === '') return null
  try {
    return parseJson(payload) as Json
  } catch {
    return undefined
  }
}

/** AWS calls it `Lambda.Unknown` if the payload does not say, as after running out of memory. */
function errorType(payload: Json | undefined): string {
  return isObject(payload) && typeof payload.errorType === 'string' ? payload.errorType : 'Lambda.Unknown'
}
