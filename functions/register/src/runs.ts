import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { type RunInput, runName } from '@confirmation-reminder/contracts/payload'

/** The runs of the state machine that reminds. */
export interface Runs {
  /**
   * Starts the run of a registration, unless it has been started before.
   * @throws the SDK's error, if it may not have been started. Starting it again is harmless.
   */
  start(payload: RunInput): Promise<void>
}

/** Opens a state machine for starting runs. */
export function openRuns(stateMachineArn: string): Runs {
  const client = new SFNClient({
    // The run's name makes repeating safe. Twice two seconds leave SES enough of the function's ten.
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  })
  return {
    async start({ customerId, traceId }) {
      const payload = { customerId, traceId }
      try {
        await client.send(
          new StartExecutionCommand({ stateMachineArn, name: runName(payload), input: JSON.stringify(payload) }),
        )
      } catch (error) {
        // The same run has come to its end already: names stay taken for 90 days.
        if (!(error instanceof ExecutionAlreadyExists)) throw error
      }
    },
  }
}
