import { existingRun } from './describe-execution.ts'
import { type PageRequest, pageSize, pageStart, pageToken } from './page.ts'
import type { HistoryEvent } from './run.ts'
import type { RunStore } from './run-store.ts'

export interface GetExecutionHistoryInput extends PageRequest {
  executionArn: string
  reverseOrder?: boolean
  includeExecutionData?: boolean
}

/**
 * The events of a run, from the first on or from the last back.
 * @throws AwsError `ExecutionDoesNotExist`, `InvalidArn`, `InvalidToken`, `ValidationException`
 */
export async function getExecutionHistory(request: GetExecutionHistoryInput, { store }: { store: RunStore }) {
  const { executionArn, reverseOrder = false, includeExecutionData = true } = request
  const { lastEventId } = await existingRun(executionArn, store)
  const list = `${executionArn}/${reverseOrder ? 'reverse' : 'forward'}`
  const size = pageSize(request)
  const from = Number(pageStart(list, request) ?? (reverseOrder ? lastEventId : 1))
  const events = await store.events(executionArn, from, size + 1, reverseOrder)
  const next = events[size]
  return {
    events: events.slice(0, size).map((event) => told(event, includeExecutionData)),
    ...(next ? { nextToken: pageToken(list, String(next.id)) } : {}),
  }
}

/** The members of event details that carry what the run works on. */
const data = ['input', 'output', 'parameters']

function told({ timestamp, ...event }: HistoryEvent, withData: boolean): object {
  const seconds = { ...event, timestamp: timestamp / 1000 }
  if (withData) return seconds
  return JSON.parse(JSON.stringify(seconds, (member, value) => (data.includes(member) ? undefined : value)))
}
