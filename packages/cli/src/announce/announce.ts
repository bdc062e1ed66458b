import { setTimeout as pause } from 'node:timers/promises'
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { liveAlias } from '@confirmation-reminder/contracts/names'
import { BatchResponse } from '@confirmation-reminder/contracts/notification'
import type { ChangeRecord, Changes } from '@confirmation-reminder/contracts/stream-event'
import { isExpired } from '@confirmation-reminder/customers/customer'
import { rowOf } from '@confirmation-reminder/customers/row'
import { itemsIn } from '@confirmation-reminder/customers/rows'
import { is } from 'valibot'
import { Refusal } from '../terminal/refusal.ts'
import { batchesOf } from './batches.ts'
import { happenedSince } from './happened-since.ts'

export interface Plan {
  dynamodb: DynamoDBClient
  lambda: LambdaClient
  /** The customers' table. */
  table: string
  /** The function `announce` of the stage. */
  functionName: string
  /** Only customers to whom something happened since, in milliseconds since 1970; undefined means all. */
  sinceMs: number | undefined
  nowMs: number
  dryRun: boolean
  /** Milliseconds before the second attempt; each further pause is twice as long. */
  pauseMs: number
  /** Ends the work between two batches. */
  signal: AbortSignal
}

/** What became of some customers. */
export interface Done {
  /** How many were announced again; in a dry run, would be. */
  announced: number
  /** The ids of items that are not as this release writes them. */
  unreadable: string[]
}

type Item = Record<string, AttributeValue>

/**
 * Announces again what the table says of each customer, a batch after the other, and yields what is done.
 * @throws Refusal if `announce` does not announce a batch; AbortError if it is interrupted between two attempts
 */
export async function* announceAgain(plan: Plan): AsyncGenerator<Done> {
  for await (const items of itemsIn(plan.dynamodb, plan.table)) {
    const judged = items.map((item) => ({ item, verdict: judge(item, plan) }))
    const wanted = judged.filter(({ verdict }) => verdict === 'wanted').map(({ item }) => item)
    const unreadable = judged.filter(({ verdict }) => verdict === 'unreadable').map(({ item }) => idOf(item))
    if (unreadable.length > 0) yield { announced: 0, unreadable }
    for (const batch of batchesOf(wanted.map(recordOf))) {
      if (plan.signal.aborted) return
      if (!plan.dryRun) await announce(batch, plan)
      yield { announced: batch.length, unreadable: [] }
    }
    if (plan.signal.aborted) return
  }
}

const idOf = (item: Item) => item[customersTable.hashKey]?.S ?? ''

function judge(item: Item, { nowMs, sinceMs }: Plan): 'wanted' | 'unwanted' | 'unreadable' {
  try {
    const { customer } = rowOf(item)
    const isWanted = !isExpired(customer, nowMs) && happenedSince(customer, sinceMs ?? -Infinity)
    return isWanted ? 'wanted' : 'unwanted'
  } catch {
    return 'unreadable'
  }
}

/** The item as the stream would tell of it if it were new: then all that it says is announced. */
const recordOf = (item: Item, n: number): ChangeRecord => ({
  eventName: 'INSERT',
  dynamodb: {
    Keys: { [customersTable.hashKey]: { S: idOf(item) } },
    NewImage: item,
    SequenceNumber: String(n + 1),
  },
})

// A bus that refuses events for longer than their pauses, 15 s in all, needs a person.
const mostAttempts = 5

/** Announces a batch. What could not be announced is tried again, as long as some of it is announced or attempts are left. */
async function announce(batch: ChangeRecord[], plan: Plan): Promise<void> {
  let rest = batch
  for (let attempt = 1; ; attempt++) {
    const { done, fault } = await invoke(rest, plan)
    rest = rest.slice(done)
    const [next] = rest
    if (!next) return
    if (done > 0) attempt = 1
    if (attempt === mostAttempts) {
      throw new Refusal(
        `${plan.functionName} did not announce customer ${next.dynamodb.Keys[customersTable.hashKey].S} in ${mostAttempts} attempts: ${fault}. Its log says more: see announce-Errors in docs/runbook.md.`,
      )
    }
    await pause(plan.pauseMs * 2 ** (attempt - 1), undefined, { signal: plan.signal })
  }
}

/** Invokes `announce` once. `done` is how many of the first records it has announced; `fault` is why not all. */
async function invoke(Records: ChangeRecord[], plan: Plan): Promise<{ done: number; fault?: string }> {
  const changes: Changes = { Records }
  const { FunctionError, Payload } = await plan.lambda.send(
    new InvokeCommand({ FunctionName: plan.functionName, Qualifier: liveAlias, Payload: JSON.stringify(changes) }),
  )
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null')
  if (FunctionError !== undefined) {
    const { errorType = FunctionError, errorMessage } = Object(answer)
    return { done: 0, fault: `${errorType}: ${errorMessage}` }
  }
  if (!is(BatchResponse, answer)) {
    throw new Refusal(
      `${plan.functionName} did not answer what it has announced: is the function shipped? docs/shipping.md says how.`,
    )
  }
  const failed = answer.batchItemFailures.map(({ itemIdentifier }) =>
    Records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  )
  // As Lambda does with the stream: all from the first one on, or everything if that one is not known.
  const done = Math.max(0, Math.min(Records.length, ...failed))
  return { done, fault: 'the event bus refuses events' }
}
