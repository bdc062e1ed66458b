import { setTimeout as pause } from 'node:timers/promises'
import {
  ConnectionState,
  DescribeConnectionCommand,
  type EventBridgeClient,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge'
import { webhookHeader } from '@confirmation-reminder/contracts/webhook'
import { Refusal } from '../terminal/refusal.ts'

/** States that do not change by themselves. */
const failed: readonly (ConnectionState | undefined)[] = [
  ConnectionState.DEAUTHORIZED,
  ConnectionState.DEAUTHORIZING,
  ConnectionState.DELETING,
  ConnectionState.FAILED_CONNECTIVITY,
]

/**
 * Sets the secret with which EventBridge calls the webhook, and waits until it does.
 * @param name of the connection
 * @param patience milliseconds between two looks, and for all of them
 * @throws Refusal if EventBridge does not use the connection in time; the SDK's ResourceNotFoundException without a connection
 */
export async function setSecret(
  client: EventBridgeClient,
  name: string,
  secret: string,
  { pollMs, mostMs } = { pollMs: 1_000, mostMs: 60_000 },
): Promise<void> {
  const ApiKeyAuthParameters = { ApiKeyName: webhookHeader, ApiKeyValue: secret }
  await client.send(
    new UpdateConnectionCommand({
      Name: name,
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters },
    }),
  )
  const endMs = performance.now() + mostMs
  for (;;) {
    const { ConnectionState: state, StateReason } = await client.send(new DescribeConnectionCommand({ Name: name }))
    if (state === ConnectionState.AUTHORIZED) return
    const why = StateReason ? ` (${StateReason})` : ''
    if (failed.includes(state)) {
      throw new Refusal(
        `EventBridge cannot use the connection ${name} with this secret: it is ${state}${why}. Set a secret again; if that does not help, deploy the connection again.`,
      )
    }
    if (performance.now() >= endMs) {
      throw new Refusal(
        `EventBridge does not use the secret yet: the connection ${name} is still ${state}${why}. Set a secret again in a few minutes.`,
      )
    }
    await pause(pollMs)
  }
}
