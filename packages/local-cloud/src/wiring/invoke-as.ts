import type { RecordMetrics } from '../core/metrics.ts'
import type { Invoke } from '../core/service.ts'
import type { Faults } from '../faults/faults.ts'
import { inject } from '../faults/inject.ts'
import { isThrottle, throttleMetrics } from '../services/lambda/invocation-metrics.ts'
import type { Endpoint } from './endpoint.ts'

/** The services that invoke functions, as faults name them. */
export type Invoker = 'api' | 'events' | 'sqs' | 'states'

/**
 * Service → Lambda: an invocation waits until the endpoint listens, because the function calls it; meets the faults of
 * `Invoke`; and counts as a throttle where it is refused.
 */
export function invokeAs(
  caller: Invoker,
  {
    lambda,
    endpoint,
    faults,
    record,
  }: { lambda: { invoke: Invoke }; endpoint: Endpoint; faults: Faults; record: RecordMetrics },
): Invoke {
  return async (functionArn, payload) => {
    await endpoint.listens
    const input = { FunctionName: functionArn, Payload: payload }
    const call = { service: 'lambda', action: 'Invoke', input, caller: { name: caller } }
    return await inject(faults, call, () => lambda.invoke(functionArn, payload)).catch(async (error: unknown) => {
      if (isThrottle(error)) await record(...throttleMetrics(functionArn))
      throw error
    })
  }
}
