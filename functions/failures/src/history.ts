import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn'

/** What the runs' histories say beyond their events. */
export interface History {
  /** The state in which a run ended; undefined if its history does not say. */
  failedState(executionArn: string): Promise<string | undefined>
}

// A task that used up every retrier of the workflow has some 130 events behind its state's beginning.
const lastEvents = 200

/** Opens the histories of runs. Only the shape of a run is read, never its data. */
export function openHistory(
  client = new SFNClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  }),
): History {
  return {
    async failedState(executionArn) {
      const command = { executionArn, reverseOrder: true, maxResults: lastEvents, includeExecutionData: false }
      const { events = [] } = await client.send(new GetExecutionHistoryCommand(command))
      return failedStateOf(events)
    },
  }
}

/** The last state that a run entered, from the last events of its history, latest first. */
export function failedStateOf(events: Pick<HistoryEvent, 'type' | 'stateEnteredEventDetails'>[]): string | undefined {
  return events.find(({ type }) => type?.endsWith('StateEntered'))?.stateEnteredEventDetails?.name
}
