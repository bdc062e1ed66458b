import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Action } from '../../core/service.ts'
import type { LogGroup } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { logsAction, text, whole } from '../../gateway/input.ts'
import { nextToken, pagination, refusal } from './request.ts'

const mostGroups = 50

/** The log groups of the stack. */
export class LogGroups {
  private readonly byName: ReadonlyMap<string, LogGroup>
  /** By name: when each was created, in milliseconds since 1970. */
  private readonly created: Promise<ReadonlyMap<string, number>>

  constructor(
    groups: readonly LogGroup[],
    { store, clock, log }: { store: Store; clock: Clock; log: (line: string) => void },
  ) {
    const sorted = [...groups].sort((a, b) => (a.name < b.name ? -1 : 1))
    this.byName = new Map(sorted.map((group) => [group.name, group]))
    this.created = creations(store, groups, clock).catch((error: unknown) => {
      log(`The creation times of log groups are not known: ${error}`)
      return new Map()
    })
  }

  /** For how many days a group keeps its lines. */
  retentionDaysOf(name: string): number {
    return this.byName.get(name)?.retentionDays ?? Infinity
  }

  /**
   * The group that a request names, by its name or its ARN.
   * @throws AwsError `ResourceNotFoundException`, `ValidationException`, `InvalidParameterException`
   */
  named({ logGroupName: name, logGroupIdentifier: identifier }: Named): LogGroup {
    if (name !== undefined && identifier !== undefined)
      throw new AwsError('ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.')
    const asked = name ?? identifier
    if (asked === undefined) throw refusal('Either logGroupName or logGroupIdentifier must be provided.')
    const group = this.byName.get(asked) ?? [...this.byName.values()].find(({ arn }) => arn === identifier)
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
    return group
  }

  /** DescribeLogGroups, by the beginning of their names or by a part of them. */
  readonly describe: Action = logsAction(DescribeInput, async (input) => {
    const { logGroupNamePrefix: prefix = '', logGroupNamePattern: part = '', limit, nextToken: token } = input
    if (prefix && part)
      throw refusal('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.')
    const found = [...this.byName.values()].filter(({ name }) => name.startsWith(prefix) && name.includes(part))
    const { items, next } = pagination.page(['DescribeLogGroups', prefix, part], found, { size: limit, token })
    const created = await this.created
    return {
      logGroups: items.map(({ name, arn, retentionDays }) => ({
        logGroupName: name,
        arn: `${arn}:*`,
        logGroupArn: arn,
        creationTime: created.get(name),
        logGroupClass: 'STANDARD',
        metricFilterCount: 0,
        ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
      })),
      ...(next !== undefined && { nextToken: next }),
    }
  })
}

/** The members by which a request names its group. */
export const named = { logGroupName: v.optional(text(1, 512)), logGroupIdentifier: v.optional(text(1, 2048)) }
type Named = { [Member in keyof typeof named]?: string | undefined }

const DescribeInput = v.strictObject({
  logGroupNamePrefix: v.optional(text(1, 512)),
  logGroupNamePattern: v.optional(text(0, 512)),
  limit: v.optional(whole(1, mostGroups), mostGroups),
  nextToken,
})

/** When each group was created: at the first start with it. */
async function creations(store: Store, groups: readonly LogGroup[], clock: Clock): Promise<Map<string, number>> {
  const stored = store.sublevel<string, number>('log-groups', { valueEncoding: 'json' })
  const times = new Map<string, number>()
  for (const { name } of groups) {
    const before = await stored.get(name)
    const createdMs = before ?? Math.floor(clock.now())
    if (before === undefined) await stored.put(name, createdMs)
    times.set(name, createdMs)
  }
  return times
}
