import { parseArn } from '@confirmation-reminder/contracts/arn'
import {
  effectiveInput,
  type InputOutput,
  type Result,
  type StateScope,
  type Transition,
  workInput,
} from './input-output-processing.ts'
import { isObject, type Json } from './json.ts'
import { readPath } from './json-path.ts'
import type { Retrier } from './retry.ts'
import { runtimeError } from './state-error.ts'

export interface TaskState extends InputOutput, Transition, Result {
  Type: 'Task'
  Resource: string
  Retry?: Retrier[]
  Catch?: Catcher[]
  TimeoutSeconds?: number
  TimeoutSecondsPath?: string
}

export interface Catcher {
  ErrorEquals: string[]
  Next: string
  ResultPath?: string | null
}

/** The service integration that AWS calls "optimized": Lambda's Invoke with Parameters FunctionName and Payload. */
export const lambdaInvoke = 'arn:aws:states:::lambda:invoke'

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
  /** What the history records: the input of a function, or the parameters of an integration. */
  input: string
}

/** The request of one attempt. Evaluated for each attempt, because paths may read `$$.State.RetryCount`. */
export function taskRequest(state: TaskState, scope: StateScope, stateMachineArn: string): TaskRequest {
  const work = workInput(state, scope)
  const input = JSON.stringify(work)
  const timeoutSeconds = readTimeout(state, scope)
  if (state.Resource !== lambdaInvoke) return { functionArn: state.Resource, payload: input, timeoutSeconds, input }
  const { FunctionName, Qualifier, Payload } = isObject(work) ? work : {}
  if (typeof FunctionName !== 'string') throw runtimeError(`The parameter FunctionName of ${lambdaInvoke} is missing.`)
  const functionArn = qualified(FunctionName, typeof Qualifier === 'string' ? Qualifier : undefined, stateMachineArn)
  return { functionArn, payload: JSON.stringify(Payload ?? {}), timeoutSeconds, input }
}

/** Lambda accepts a name, a name with a qualifier, a partial ARN or a full ARN; this returns the full ARN. */
function qualified(functionName: string, qualifier: string | undefined, stateMachineArn: string): string {
  const { partition, region, accountId } = parseArn(stateMachineArn)
  const name = functionName.replace(/^\d{12}:/, '').replace(/^function:/, '')
  const arn = name.startsWith('arn:') ? name : `arn:${partition}:lambda:${region}:${accountId}:function:${name}`
  return qualifier === undefined ? arn : `${arn}:${qualifier}`
}

function readTimeout(state: TaskState, scope: StateScope): number | undefined {
  if (state.TimeoutSecondsPath === undefined) return state.TimeoutSeconds
  const seconds = readPath(state.TimeoutSecondsPath, { ...scope, data: effectiveInput(state, scope) })
  if (Number.isInteger(seconds) && Number(seconds) > 0) return Number(seconds)
  throw runtimeError(
    `The TimeoutSecondsPath parameter must reference a positive whole number: ${state.TimeoutSecondsPath}`,
  )
}

/** Lambda's answer to a request. */
export type TaskAnswer = TaskSuccess | { error: string; cause: string }

export interface TaskSuccess {
  /** What the function returned. */
  result: Json
  executedVersion: string
  requestId: string
}

/** The result of a task whose function succeeded: what it returned, wrapped as AWS does for an integration. */
export function taskResult(state: TaskState, answer: TaskSuccess): Json {
  if (state.Resource !== lambdaInvoke) return answer.result
  const headers = { 'Content-Type': 'application/json', 'X-Amz-Executed-Version': answer.executedVersion }
  return {
    ExecutedVersion: answer.executedVersion,
    Payload: answer.result,
    SdkHttpMetadata: { AllHttpHeaders: listed(headers), HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: answer.requestId },
    StatusCode: 200,
  }
}

function listed(headers: Record<string, string>): Json {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
}

/**
 * A task's event in the history: a function as the resource has its own event types; an integration has the general
 * types, and each event names the integration.
 */
export function taskEvent(
  state: TaskState,
  what: 'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut',
  details: object = {},
): { type: string; details: Record<string, object> } {
  const integration = state.Resource === lambdaInvoke
  const type = `${integration ? 'Task' : 'LambdaFunction'}${what}`
  // AWS gives LambdaFunctionStarted no details at all.
  if (!integration && what === 'Started') return { type, details: {} }
  const member = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
  const named = integration ? { resourceType: 'lambda', resource: 'invoke', ...details } : details
  return { type, details: { [member]: named } }
}
