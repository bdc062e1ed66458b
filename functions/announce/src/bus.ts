import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { CustomerEvent } from '@confirmation-reminder/contracts/customer-event'

/** The event bus of the stage. */
export interface Bus {
  /**
   * Puts events on the bus, in their order, until one is refused.
   * @returns how many are on it at least, and why the next one is not
   * @throws the SDK's error, if none of a request may be on it
   */
  put(events: readonly CustomerEvent[]): Promise<{ accepted: number; refusal?: string }>
}

// The most that EventBridge takes in one request. Ours have at most 3 KB, so they also stay below its limit of 256 KB.
const entriesPerRequest = 10

/** Opens an event bus for putting events on it. */
export function openBus(
  name: string,
  client = new EventBridgeClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
): Bus {
  return {
    async put(events) {
      for (let sent = 0; sent < events.length; sent += entriesPerRequest) {
        const request = events.slice(sent, sent + entriesPerRequest).map((event) => ({
          EventBusName: name,
          Source: event.source,
          DetailType: event['detail-type'],
          Detail: JSON.stringify(event.detail),
          Time: new Date(event.detail.at),
        }))
        const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: request }))
        const refused = Entries.findIndex(({ EventId }) => EventId === undefined)
        const { ErrorCode, ErrorMessage } = Entries[refused] ?? {}
        if (refused >= 0) return { accepted: sent + refused, refusal: `${ErrorCode}: ${ErrorMessage}` }
      }
      return { accepted: events.length }
    },
  }
}
