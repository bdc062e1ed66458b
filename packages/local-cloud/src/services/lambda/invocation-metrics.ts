import { AwsError } from '../../core/aws-error.ts'
import type { Datum } from '../../core/metrics.ts'
import { readFunctionName } from './function-name.ts'
import type { Target } from './versions.ts'

/**
 * The metrics of an invocation: by function, by the resource that was named and, if that is an alias, by the version that
 * ran.
 */
export function invocationMetrics(
  { function: { name }, version: { version }, qualifier }: Target,
  { failed, durationMs }: { failed: boolean; durationMs: number },
): Datum[] {
  const resource = { FunctionName: name, Resource: qualifier === undefined ? name : `${name}:${qualifier}` }
  const byVersion = qualifier !== undefined && qualifier !== version
  const measured = [
    { name: 'Invocations', value: 1, unit: 'Count' },
    { name: 'Errors', value: failed ? 1 : 0, unit: 'Count' },
    { name: 'Throttles', value: 0, unit: 'Count' },
    { name: 'Duration', value: durationMs, unit: 'Milliseconds' },
  ]
  return [{ FunctionName: name }, resource, ...(byVersion ? [{ ...resource, ExecutedVersion: version }] : [])].flatMap(
    (dimensions) => measured.map((one) => ({ namespace: 'AWS/Lambda', dimensions, ...one })),
  )
}

/** Whether an invocation was throttled: beyond a reservation, beyond the account's limit, or by a fault. */
export function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TooManyRequestsException'
}

/** The metrics of a throttled invocation, which counts neither as an invocation nor as an error. */
export const throttleMetrics = (functionArn: string): Datum[] =>
  ofFunction(functionArn, { name: 'Throttles', value: 1, unit: 'Count' })

/** The metrics of a batch of a stream: how old its last record is when Lambda receives it. */
export const iteratorAge = (functionArn: string, ageMs: number): Datum[] =>
  ofFunction(functionArn, { name: 'IteratorAge', value: ageMs, unit: 'Milliseconds' })

function ofFunction(functionArn: string, measured: Pick<Datum, 'name' | 'value' | 'unit'>): Datum[] {
  const { name, qualifier } = readFunctionName(functionArn)
  const resource = { FunctionName: name, Resource: qualifier === undefined ? name : `${name}:${qualifier}` }
  return [{ FunctionName: name }, resource].map((dimensions) => ({ namespace: 'AWS/Lambda', dimensions, ...measured }))
}
