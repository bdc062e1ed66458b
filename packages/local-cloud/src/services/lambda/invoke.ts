import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { parseJson } from '../../core/json.ts'
import type { Invocation as Outcome } from '../../core/service.ts'
import { jsonAction } from '../../gateway/input.ts'
import { type Ending, whatWentWrong } from './execution-environment.ts'
import { isThrottle } from './invocation-metrics.ts'
import type { Pool } from './pool.ts'
import { qualifiedFunction } from './request.ts'
import type { Target, Versions } from './versions.ts'

/** The longest payload of a request; a response may be longer by its envelope, and an asynchronous event is shorter. */
const longestRequestBytes = 6 * 1024 * 1024
const longestResponseBytes = 6_291_556
const longestEventBytes = 1024 * 1024

const Input = v.object({
  ...qualifiedFunction,
  InvocationType: v.optional(v.string(), 'RequestResponse'),
  LogType: v.optional(v.string()),
  ClientContext: v.optional(v.string()),
  Payload: v.optional(v.instance(Buffer)),
})

/** Runs a function. The outcome is the response to the caller of Lambda. */
export type Run = (target: Target, payload: string, clientContext?: string) => Promise<Outcome>

/** Runs a version of a function in one of its execution environments. */
export async function runIn(
  pool: Pool,
  target: Target,
  payload: string,
  clientContext?: string,
): Promise<{ outcome: Outcome; durationMs: number }> {
  const requestId = randomUUID()
  const { tracingMode } = target.version.configuration
  const { ending, logTail, durationMs } = await pool.run({
    requestId,
    payload,
    invokedFunctionArn: target.arn,
    traceId: traceId(tracingMode === 'Active'),
    ...(clientContext !== undefined && { clientContext }),
  })
  return {
    outcome: { ...answerTo(ending, requestId), logTail, executedVersion: target.version.version },
    durationMs,
  }
}

/** Invoke: waits for the function (`RequestResponse`), only starts it (`Event`), or only checks the request (`DryRun`). */
export const invoke = (versions: Versions, run: Run, log: (name: string, line: string) => void) =>
  jsonAction(Input, async (input): Promise<object> => {
    const { FunctionName, Qualifier, InvocationType, LogType, ClientContext, Payload } = input
    if (!['RequestResponse', 'Event', 'DryRun'].includes(InvocationType)) {
      throw new AwsError('InvalidParameterValueException', `Unsupported invocation type: ${InvocationType}`)
    }
    const target = versions.resolveInvoked(FunctionName, Qualifier)
    const payload = readPayload(Payload, InvocationType === 'Event' ? longestEventBytes : longestRequestBytes)
    const clientContext = ClientContext === undefined ? undefined : readClientContext(ClientContext)
    if (InvocationType === 'DryRun') return { StatusCode: 204 }
    const running = () => run(target, payload, clientContext)
    if (InvocationType === 'Event') {
      onceThereIsRoom(running).catch((error: unknown) => log(target.function.name, String(error)))
      return { StatusCode: 202 }
    }
    const outcome = await running()
    return {
      StatusCode: 200,
      ExecutedVersion: outcome.executedVersion,
      FunctionError: outcome.functionError,
      LogResult: LogType === 'Tail' ? Buffer.from(outcome.logTail).toString('base64') : undefined,
      Payload: outcome.payload,
    }
  })

// Lambda retries a throttled event for six hours, first after a second and finally every five minutes.
const firstRetryMs = 1000
const longestRetryMs = 5 * 60_000
const longestEventAgeMs = 6 * 3_600_000

async function onceThereIsRoom(run: () => Promise<unknown>, delayMs = firstRetryMs, ageMs = 0): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isThrottle(error) || ageMs + delayMs > longestEventAgeMs) throw error
    await delay(delayMs, undefined, { ref: false })
    await onceThereIsRoom(run, Math.min(2 * delayMs, longestRetryMs), ageMs + delayMs)
  }
}

/** @throws AwsError RequestTooLargeException, InvalidRequestContentException */
export function checkPayload(payload: string, longestBytes = longestRequestBytes): void {
  if (Buffer.byteLength(payload) > longestBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${longestBytes} bytes for the InvokeFunction operation`,
      413,
    )
  }
  try {
    parseJson(payload)
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function readPayload(bytes: Buffer | undefined, longestBytes: number): string {
  if (!bytes?.length) return '{}'
  const payload = bytes.toString()
  checkPayload(payload, longestBytes)
  return payload
}

function readClientContext(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString()
  try {
    parseJson(text)
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.')
  }
  return text
}

function answerTo(ending: Ending, requestId: string): Pick<Outcome, 'payload' | 'functionError'> {
  if (ending.kind === 'succeeded') {
    if (Buffer.byteLength(ending.payload) <= longestResponseBytes) return { payload: ending.payload }
    return failure({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${longestResponseBytes} bytes).`,
    })
  }
  if (ending.kind === 'failed' || ending.kind === 'crashed') return failure(ending.error)
  return failure({
    errorType: ending.kind === 'timedOut' ? 'Sandbox.Timedout' : 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} ${whatWentWrong(ending)}`,
  })
}

function failure(error: object): Pick<Outcome, 'payload' | 'functionError'> {
  return { payload: JSON.stringify(error), functionError: 'Unhandled' }
}

/** X-Ray's header: the trace begins with the time in seconds, in hex. */
function traceId(sampled: boolean): string {
  const time = Math.floor(Date.now() / 1000).toString(16)
  const [trace, parent] = [randomBytes(12).toString('hex'), randomBytes(8).toString('hex')]
  return `Root=1-${time}-${trace};Parent=${parent};Sampled=${sampled ? 1 : 0}`
}
