import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { sourcesTable } from '@confirmation-reminder/contracts/sources-table'
import type { StageKey } from '@confirmation-reminder/customers/stage-key'
import { sourceOf } from './source.ts'

/** How many registrations came from each source within the hour. */
export interface Attempts {
  /**
   * Counts one more from this IP address. True: the source has reached its limit for the hour, and this registration must have no effect.
   * An attempt may count twice if a response of DynamoDB was lost: then the limit comes one registration early.
   * @throws the SDK's error, if it cannot be counted. Then all registrations fail, as they do while customers cannot be stored:
   * a limit that falls with its table would be no limit, and the caller may send the same request again.
   */
  areUsedUp(ip: string): Promise<boolean>
}

interface AttemptsProps {
  table: string
  /** How many registrations of a source have an effect in an hour. */
  limit: number
  stageKey: StageKey
  client: DynamoDBClient
}

const hourSeconds = 3600
// 128 bits: two sources never collide.
const hashBytes = 16

/**
 * Opens the sources' table: one item per source and hour of the clock. Two hours side by side let a source have twice
 * the limit within sixty minutes, and never more than the limit on average; in return one write is enough.
 */
export function openAttempts({ table, limit, stageKey, client }: AttemptsProps): Attempts {
  return {
    async areUsedUp(ip) {
      const hour = Math.floor(Date.now() / 1000 / hourSeconds)
      // Because the hour is part of it, it does not show which items of two hours are of the same source.
      const hash = (await stageKey.mac('source', `${sourceOf(ip)} ${hour}`)).subarray(0, hashBytes)
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { [sourcesTable.hashKey]: { S: hash.toString('base64url') } },
          UpdateExpression: 'ADD #attempts :one SET #expiresAt = :end',
          ExpressionAttributeNames: { '#attempts': 'attempts', '#expiresAt': sourcesTable.ttlAttribute },
          ExpressionAttributeValues: { ':one': { N: '1' }, ':end': { N: String((hour + 1) * hourSeconds) } },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return Number(Attributes?.attempts?.N) > limit
    },
  }
}
