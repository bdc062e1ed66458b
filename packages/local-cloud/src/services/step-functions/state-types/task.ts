import { parseArn } from '@confirmation-reminder/contracts/arn'
import { inside, type StateFields, type StateScope } from '../languages/input-output-processing.ts'
import { isObject, type Json } from '../values/json.ts'
import { secondsAt } from '../values/seconds.ts'
import { type Failure, runtimeError } from '../values/state-error.ts'

export interface TaskState extends StateFields {
  Type: 'Task'
  Resource: string
  TimeoutSeconds?: number
  TimeoutSecondsPath?: string
  HeartbeatSeconds?: number
  HeartbeatSecondsPath?: string
}

/** The service integration that AWS calls "optimized": Lambda's Invoke with Parameters FunctionName and Payload. */
export const lambdaInvoke = 'arn:aws:states:::lambda:invoke'
/** The same, and then the task waits for SendTaskSuccess or SendTaskFailure with its token, `$$.Task.Token`. */
export const lambdaInvokeWithToken = `${lambdaInvoke}.waitForTaskToken`

/** Whether a task is an integration, and not a function as the resource. */
export function isIntegration({ Resource }: TaskState): boolean {
  return Resource === lambdaInvoke || waitsForToken({ Resource })
}

/** Whether a task's result is what a client sends with its token. */
export function waitsForToken({ Resource }: Pick<TaskState, 'Resource'>): boolean {
  return Resource === lambdaInvokeWithToken
}

/** Whether a resource is a Lambda function, or a version or alias of one. */
export function isFunctionArn(resource: string): boolean {
  return /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(resource)
}

/** A task's request to Lambda. */
export interface TaskRequest {
  functionArn: string
  /** The event of the function, as JSON text. */
  payload: string
  timeoutSeconds: number | undefined
  /** How long the task may be silent: until SendTaskHeartbeat, which only a task with a token can receive. */
  heartbeatSeconds: number | undefined
  /** What the history records: the input of a function, or the parameters of an integration. */
  input: string
}

/**
 * The request of one attempt. Evaluated for each attempt, because paths may read `$$.State.RetryCount`.
 * @param evaluated the input, if the attempt has it already
 */
export function taskRequest(
  state: TaskState,
  scope: StateScope,
  stateMachineArn: string,
  evaluated?: string,
): TaskRequest {
  const input = evaluated ?? JSON.stringify(scope.language.workInput(state, scope))
  const given = scope.language.literals(state, scope)
  const due = {
    timeoutSeconds: readSeconds('TimeoutSeconds', given, scope),
    heartbeatSeconds: readSeconds('HeartbeatSeconds', given, scope),
  }
  if (!isIntegration(state)) return { functionArn: state.Resource, payload: input, input, ...due }
  const work = JSON.parse(input) as Json
  const { FunctionName, Qualifier, Payload } = isObject(work) ? work : {}
  if (typeof FunctionName !== 'string')
    throw runtimeError(`The parameter FunctionName of ${state.Resource} is missing.`)
  const functionArn = qualified(FunctionName, typeof Qualifier === 'string' ? Qualifier : undefined, stateMachineArn)
  return { functionArn, payload: payloadText(Payload), input, ...due }
}

/** The body of an invocation. AWS sends a string as it is: the function gets what the JSON text in the string holds. */
function payloadText(payload: Json = null): string {
  if (payload === null || payload === '') return '{}'
  return typeof payload === 'string' ? payload : JSON.stringify(payload)
}

/** Lambda accepts a name, a name with a qualifier, a partial ARN or a full ARN; this returns the full ARN. */
function qualified(functionName: string, qualifier: string | undefined, stateMachineArn: string): string {
  const { partition, region, accountId } = parseArn(stateMachineArn)
  const name = functionName.replace(/^\d{12}:/, '').replace(/^function:/, '')
  const arn = name.startsWith('arn:') ? name : `arn:${partition}:lambda:${region}:${accountId}:function:${name}`
  return qualifier === undefined ? arn : `${arn}:${qualifier}`
}

function readSeconds(field: 'TimeoutSeconds' | 'HeartbeatSeconds', state: TaskState, scope: StateScope) {
  const pathField = `${field}Path` as const
  const path = state[pathField]
  if (path === undefined) return state[field]
  const seconds = secondsAt(pathField, path, inside(state, scope))
  if (seconds > 0) return seconds
  throw runtimeError(`The ${pathField} parameter must reference a positive value: ${path} == ${seconds}`)
}

/** Lambda's answer to a request. */
export type TaskAnswer = TaskSuccess | { error: string; cause: string }

interface TaskSuccess {
  /** What the function returned. */
  result: Json
  executedVersion: string
  requestId: string
}

/** What SendTaskSuccess, SendTaskFailure or SendTaskHeartbeat says of a task. The output is JSON text. */
export type Callback = { output: string } | Failure | 'heartbeat'

/** The result of a task whose function succeeded: what it returned, wrapped as AWS does for an integration. */
export function taskResult(state: TaskState, answer: TaskSuccess, nowMs: number): Json {
  if (!isIntegration(state)) return answer.result
  const headers = headersOf(answer, nowMs)
  return {
    ExecutedVersion: answer.executedVersion,
    Payload: answer.result,
    SdkHttpMetadata: { AllHttpHeaders: listed(headers), HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: answer.requestId },
    StatusCode: 200,
  }
}

/** The headers of Lambda's answer, as AWS was recorded to show them. */
function headersOf({ result, executedVersion, requestId }: TaskSuccess, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1000).toString(16)
  const trace = requestId.replace(/-/g, '').slice(0, 24)
  return {
    'X-Amz-Executed-Version': executedVersion,
    'x-amzn-Remapped-Content-Length': '0',
    Connection: 'keep-alive',
    'x-amzn-RequestId': requestId,
    'Content-Length': String(Buffer.byteLength(JSON.stringify(result))),
    Date: new Date(nowMs).toUTCString(),
    'X-Amzn-Trace-Id': `Root=1-${seconds}-${trace};Sampled=0`,
    'Content-Type': 'application/json',
  }
}

/** The cause of a task that failed: AWS writes what the function threw again for an integration, without spaces. */
export function taskCause(state: TaskState, cause: string): string {
  if (!isIntegration(state)) return cause
  try {
    return JSON.stringify(JSON.parse(cause))
  } catch {
    return cause
  }
}

function listed(headers: Record<string, string>): Json {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
}
