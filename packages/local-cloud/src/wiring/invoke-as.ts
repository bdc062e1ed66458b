import type { RecordMetrics } from '../core/metrics.ts'
import type { Invoke } from '../core/service.ts'
import type { Faults } from '../faults/faults.ts'
import { inject } from '../faults/inject.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { isThrottle, throttleMetrics } from '../services/lambda/invocation-metrics.ts'
import type { Endpoint } from './endpoint.ts'
import { functionFailed } from './run-metrics.ts'

/** The services that invoke functions, as faults name them. */
export type Invoker = 'api' | 'dynamodb' | 'events' | 'sqs' | 'states'

/**
 * Service → Lambda: an invocation waits until the endpoint listens, because the function calls it; meets the faults of
 * `Invoke`; needs the permission of the role that the service acts in, if any; and counts as a throttle where it is refused, and as a failed task of a run where it fails.
 */
export function invokeAs(
  caller: Invoker,
  {
    lambda,
    endpoint,
    faults,
    record,
    permissions,
  }: {
    lambda: { invoke: Invoke }
    endpoint: Endpoint
    faults: Faults
    record: RecordMetrics
    permissions: Pick<Permissions, 'check'>
  },
): Invoke {
  return async (functionArn, payload, roleArn) => {
    await endpoint.listens
    const input = { FunctionName: functionArn, Payload: payload }
    const call = { service: 'lambda', action: 'Invoke', input, caller: { name: caller } }
    const failedTask = caller === 'states' ? [functionFailed(functionArn)] : []
    const perform = async () => {
      if (roleArn !== undefined) permissions.check({ role: roleArn }, call)
      return await lambda.invoke(functionArn, payload)
    }
    const answer = await inject(faults, call, perform).catch(async (error: unknown) => {
      await record([...failedTask, ...(isThrottle(error) ? throttleMetrics(functionArn) : [])])
      throw error
    })
    if (answer.functionError !== undefined) await record(failedTask)
    return answer
  }
}
