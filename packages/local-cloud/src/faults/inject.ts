import { AwsError } from '../core/aws-error.ts'
import type { Call } from './call.ts'
import type { Faults } from './faults.ts'

/** The connection of a call broke: its caller gets no response. */
export class ConnectionLost extends Error {
  constructor({ service, action }: Call) {
    super(`The faults of the local cloud lost the answer to ${action} of ${service}.`)
  }
}

/**
 * Does a call with its fault, if any.
 * @throws AwsError if the fault is an error, ConnectionLost if the caller must get no response, and the errors of the call.
 */
export async function inject<T>(faults: Faults, call: Call, perform: () => Promise<T>): Promise<T> {
  const fault = faults.next(call)
  switch (fault?.kind) {
    case 'error': {
      const { error = '', message = messages.get(error) ?? `${error}, as the faults of the local cloud demand.` } =
        fault
      throw new AwsError(error, message, statusCodes.get(error) ?? 400)
    }
    case 'latency':
      await faults.delay(call, fault.latencyMilliseconds ?? 0)
      return await perform()
    case 'dropAfterEffect':
      await perform().catch(() => undefined)
      throw new ConnectionLost(call)
    case 'crashCaller':
      if (fault.when !== 'beforeEffect') await perform().catch(() => undefined)
      await call.caller?.crash?.()
      throw new ConnectionLost(call)
    case 'duplicate': {
      const [, second] = await Promise.allSettled([perform(), perform()])
      if (second.status === 'rejected') throw second.reason
      return second.value
    }
    default:
      return await perform()
  }
}

const messages = new Map(
  Object.entries({
    Throttling: 'Maximum sending rate exceeded.',
    ThrottlingException: 'Rate exceeded',
    TooManyRequestsException: 'Rate Exceeded.',
    ServiceUnavailable: 'The request has failed due to a temporary failure of the server.',
    InternalFailure: 'The request processing has failed because of an unknown error, exception or failure.',
    ProvisionedThroughputExceededException:
      'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  }),
)

/** Codes that do not come with 400. */
const statusCodes = new Map(
  Object.entries({
    InternalFailure: 500,
    InternalServerError: 500,
    ServiceException: 500,
    ServiceUnavailable: 503,
    ServiceUnavailableException: 503,
    TooManyRequestsException: 429,
  }),
)
