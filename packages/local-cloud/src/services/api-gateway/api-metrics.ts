import type { Datum } from '../../core/metrics.ts'

/**
 * The metrics of API Gateway for each request to an HTTP API. Errors are 0 or 1, so that their average is a rate.
 * - `integrationMs`: how long the function took; missing if no function was invoked.
 */
export function apiMetrics(
  apiId: string,
  request: { atMs: number; statusCode: number; latencyMs: number; integrationMs: number | undefined },
): Datum[] {
  const { atMs, statusCode, latencyMs, integrationMs } = request
  const datum = (name: string, value: number, unit: string): Datum => ({
    namespace: 'AWS/ApiGateway',
    dimensions: { ApiId: apiId },
    name,
    value,
    unit,
    atMs,
  })
  return [
    datum('Count', 1, 'Count'),
    datum('4xx', statusCode >= 400 && statusCode < 500 ? 1 : 0, 'Count'),
    datum('5xx', statusCode >= 500 ? 1 : 0, 'Count'),
    datum('Latency', latencyMs, 'Milliseconds'),
    ...(integrationMs === undefined ? [] : [datum('IntegrationLatency', integrationMs, 'Milliseconds')]),
  ]
}
