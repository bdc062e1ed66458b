import { randomUUID } from 'node:crypto'
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { failuresTable } from '@confirmation-reminder/contracts/failures-table'
import type { Window } from './window.ts'

/** How many runs of a window have failed, and what of it was posted. */
export interface Tally {
  /** Counts one more run. Counts are exact, except for events that arrive twice. */
  count(window: Window): Promise<{ count: number; posted: number }>
  /** Claims the post of a threshold. Undefined: another run has claimed it, or it was posted already. */
  claim(window: Window, threshold: number, nowMs: number): Promise<Claim | undefined>
}

/** A claimed post. */
export interface Claim {
  /** The post went out. */
  record(): Promise<void>
  /** The post was not published: the next run may claim it at once. */
  release(): Promise<void>
}

// Longer than the function may run, so that no other run claims a post that is still being published; shorter than the minute
// after which Lambda retries an event, so that the retry finds the claim lapsed.
export const claimMs = 45_000
// Late events still find their window; after that nothing reads it.
const keptSeconds = 24 * 3600

/** Opens the failures' table: one item per window. */
export function openTally(table: string, client = new DynamoDBClient(clientConfig)): Tally {
  const update = (window: Window, expression: string, values: Values, condition?: string) =>
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [failuresTable.hashKey]: { S: `${window.error} ${new Date(window.beganMs).toISOString()}` } },
        UpdateExpression: expression,
        ...(condition && { ConditionExpression: condition }),
        ExpressionAttributeNames: namesIn(`${expression} ${condition}`),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            `:${name}`,
            typeof value === 'number' ? { N: String(value) } : { S: value },
          ]),
        ),
        ReturnValues: 'ALL_NEW',
      }),
    )
  return {
    async count(window) {
      const expiresAt = Math.ceil(window.beganMs / 1000) + keptSeconds
      const { Attributes } = await update(window, 'ADD #runs :one SET #expiresAt = :expiresAt', { one: 1, expiresAt })
      return { count: Number(Attributes?.runs?.N), posted: Number(Attributes?.posted?.N ?? 0) }
    },
    async claim(window, threshold, nowMs) {
      // The SDK repeats a write whose response was lost: the repetition finds this name, and is no other run's claim.
      const me = randomUUID()
      const isMine = await unlessRefused(
        update(
          window,
          'SET #claimed = :threshold, #claimedUntil = :until, #claimedBy = :me',
          { threshold, until: nowMs + claimMs, now: nowMs, me },
          '(attribute_not_exists(#posted) OR #posted < :threshold) AND ' +
            '(attribute_not_exists(#claimed) OR #claimed < :threshold OR #claimedUntil < :now OR #claimedBy = :me)',
        ),
      )
      if (!isMine) return undefined
      return {
        async record() {
          const condition = 'attribute_not_exists(#posted) OR #posted < :threshold'
          await unlessRefused(update(window, 'SET #posted = :threshold', { threshold }, condition))
        },
        async release() {
          await unlessRefused(update(window, 'SET #claimedUntil = :never', { never: 0, me }, '#claimedBy = :me'))
        },
      }
    },
  }
}

type Values = Record<string, number | string>

async function unlessRefused(update: Promise<unknown>): Promise<boolean> {
  try {
    await update
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

function namesIn(expression: string): Record<string, string> {
  return Object.fromEntries([...expression.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]))
}

const clientConfig = {
  // A retried ADD may count a run twice; a post may then come one run early, which does no harm.
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
}
