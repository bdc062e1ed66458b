import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { chance } from '../../core/seeded-random.ts'
import type { Table } from '../../core/stack-model.ts'

type Item = Record<string, Record<string, unknown>>
interface ScanOutput {
  Items: Item[]
  LastEvaluatedKey?: Item
}

const hourMs = 3_600_000
// AWS deletes "within a few days", and once said 48 hours: a scan every 6 hours, and up to 42 hours that depend on the item.
const lookEveryMs = 6 * hourMs
const longestLingerSeconds = 42 * 3600
// AWS ignores an expiry more than five years ago: it assumes another meaning of the attribute.
const oldestSeconds = 5 * 365 * 86_400

/**
 * Deletes the expired items of the tables, some time after their expiry and within 48 hours of the clock, as AWS does.
 * The delay depends only on an item's key and expiry, so that it is the same every time.
 * @param run runs an action of DynamoDB
 */
export function timeToLive({
  tables,
  clock,
  run,
}: {
  tables: Table[]
  clock: Clock
  run: (action: 'Scan' | 'DeleteItem', input: object) => Promise<object>
}) {
  let cancel = () => {}
  let looking: Promise<void> = Promise.resolve()
  let stopped = false

  async function look(): Promise<void> {
    const nowSeconds = Math.floor(clock.now() / 1000)
    for (const { name, hashKey, rangeKey, ttlAttribute } of tables) {
      if (ttlAttribute === undefined) continue
      const keys = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey]
      let from: Item | undefined
      do {
        const page = (await runOnTable('Scan', {
          TableName: name,
          ConsistentRead: true,
          ProjectionExpression: ['#ttl', ...keys.map((_, index) => `#key${index}`)].join(', '),
          FilterExpression: '#ttl BETWEEN :oldest AND :now',
          ExpressionAttributeNames: {
            '#ttl': ttlAttribute,
            ...Object.fromEntries(keys.map((key, index) => [`#key${index}`, key])),
          },
          ExpressionAttributeValues: {
            ':oldest': { N: String(nowSeconds - oldestSeconds) },
            ':now': { N: String(nowSeconds) },
          },
          ...(from && { ExclusiveStartKey: from }),
        })) as ScanOutput | undefined
        if (!page) break
        for (const item of page.Items) {
          if (stopped) return
          const key = Object.fromEntries(keys.map((attribute) => [attribute, item[attribute] ?? {}]))
          const moment = item[ttlAttribute] ?? {}
          if (Number(moment.N) + lingerSeconds(key, moment) <= nowSeconds) await remove(name, key, ttlAttribute, moment)
        }
        from = page.LastEvaluatedKey
      } while (from)
    }
  }

  /** Unless its expiry has changed in the meantime. */
  async function remove(TableName: string, Key: Item, attribute: string, moment: Item[string]): Promise<void> {
    const condition = {
      ConditionExpression: '#ttl = :moment',
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':moment': moment },
    }
    await runOnTable('DeleteItem', { TableName, Key, ...condition })
  }

  /** Undefined if a client has deleted the table, or has changed the item, in the meantime. */
  async function runOnTable(action: 'Scan' | 'DeleteItem', input: object): Promise<object | undefined> {
    return await run(action, input).catch((error: { body?: { __type?: string } }) => {
      if (!/#(ResourceNotFound|ConditionalCheckFailed)Exception$/.test(error.body?.__type ?? '')) throw error
      return undefined
    })
  }

  function arm(): void {
    const lookAndArm = () => {
      looking = look().then(() => {
        if (!stopped) arm()
      })
    }
    cancel = clock.at(clock.now() + lookEveryMs, lookAndArm, { catchesUp: true })
  }

  // Items that expired while the local cloud was stopped.
  looking = look()
  arm()

  return {
    /** Resolves when all items that are due by the clock are deleted. */
    settled: () => looking,
    async stop() {
      stopped = true
      cancel()
      await looking
    },
    describe: async ({ TableName }: { TableName?: unknown }) => {
      if (typeof TableName !== 'string') throw new AwsError('ValidationException', 'TableName must be a string.')
      const table = tables.find(({ name, arn }) => TableName === name || TableName === arn)
      if (!table) throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${TableName}`)
      const { ttlAttribute: AttributeName } = table
      const TimeToLiveStatus = AttributeName === undefined ? 'DISABLED' : 'ENABLED'
      return { TimeToLiveDescription: { TimeToLiveStatus, ...(AttributeName !== undefined && { AttributeName }) } }
    },
  }
}

function lingerSeconds(key: Item, moment: Item[string]): number {
  const text = JSON.stringify([key, moment])
  return Math.floor(chance(...Buffer.from(text)) * longestLingerSeconds)
}
