import type { Datum } from '../cloudwatch/metrics.ts'
import type { Target } from './versions.ts'

/**
 * What CloudWatch hears of an invocation: by function, by the resource that was named and, where that is an alias, by
 * the version that ran.
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
    // Callers wait here instead of being throttled.
    { name: 'Throttles', value: 0, unit: 'Count' },
    { name: 'Duration', value: durationMs, unit: 'Milliseconds' },
  ]
  return [{ FunctionName: name }, resource, ...(byVersion ? [{ ...resource, ExecutedVersion: version }] : [])].flatMap(
    (dimensions) => measured.map((one) => ({ namespace: 'AWS/Lambda', dimensions, ...one })),
  )
}
