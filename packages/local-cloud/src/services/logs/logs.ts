import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import type { Action, Service } from '../../core/service.ts'
import type { LogGroup, StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { jsonAction, whole } from '../../gateway/input.ts'
import { Pagination } from '../../gateway/pagination.ts'
import { LogLines } from './log-lines.ts'

const code = 'InvalidParameterException'
const pagination = new Pagination(code, 'The specified nextToken is invalid.')
// AWS's own.
const mostEvents = 10_000
const mostGroups = 50

const dayMs = 86_400_000

export interface Logs extends Service {
  /** A line that a function wrote. */
  write(functionName: string, line: string): void
}

/** CloudWatch Logs, as far as it reads what functions wrote. Other services write no logs here: their groups are empty. */
export function startLogs({
  stack: { logGroups, functions },
  store,
  clock,
  log,
}: {
  stack: Pick<StackModel, 'logGroups' | 'functions'>
  store: Store
  clock: Clock
  log: (line: string) => void
}): Logs {
  const daysOf = new Map(logGroups.map(({ name, retentionDays }) => [name, retentionDays]))
  const oldestMs = (group: string) => Math.max(0, Math.floor(clock.now()) - (daysOf.get(group) ?? Infinity) * dayMs)
  const lines = new LogLines(store, oldestMs, (error) => log(`Log lines are lost: ${error}`))
  const unknown = (error: unknown): Map<string, number> => {
    log(`The creation times of log groups are not known: ${error}`)
    return new Map()
  }
  const groupOf = new Map(functions.map(({ name, logGroup }) => [name, logGroup]))
  return {
    actions: {
      DescribeLogGroups: describeLogGroups(logGroups, creations(store, logGroups, clock).catch(unknown)),
      FilterLogEvents: filterLogEvents(lines, { logGroups, oldestMs }),
    },
    write: (functionName, line) => {
      const group = groupOf.get(functionName)
      if (group !== undefined) lines.add(group, Math.floor(clock.now()), line)
    },
  }
}

const name = v.string()
const nextToken = v.optional(v.string())

const DescribeInput = v.strictObject({
  logGroupNamePrefix: v.optional(name, ''),
  limit: v.optional(whole(1, mostGroups), mostGroups),
  nextToken,
})

/** When each group was created, in milliseconds since 1970: the first start with it. */
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

/** DescribeLogGroups, by the beginning of their names. */
function describeLogGroups(groups: readonly LogGroup[], created: Promise<ReadonlyMap<string, number>>): Action {
  return jsonAction(DescribeInput, async ({ logGroupNamePrefix: prefix, limit, nextToken }) => {
    const found = groups.filter((group) => group.name.startsWith(prefix)).sort((a, b) => (a.name < b.name ? -1 : 1))
    const list = ['DescribeLogGroups', prefix] as const
    const times = await created
    const { items, next } = pagination.page(list, found, { size: limit, token: nextToken })
    return {
      logGroups: items.map(({ name, arn, retentionDays }) => ({
        logGroupName: name,
        arn: `${arn}:*`,
        logGroupArn: arn,
        creationTime: times.get(name),
        ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
      })),
      ...(next !== undefined && { nextToken: next }),
    }
  })
}

const time = v.optional(whole(0, Number.MAX_SAFE_INTEGER))
const FilterInput = v.strictObject({
  logGroupName: name,
  startTime: time,
  endTime: time,
  limit: v.optional(whole(1, mostEvents), mostEvents),
  nextToken,
})

/**
 * FilterLogEvents of one group, in the order of time. Filter patterns and streams are not supported. Errors:
 * `ResourceNotFoundException`, `InvalidParameterException`.
 */
function filterLogEvents(
  lines: LogLines,
  { logGroups, oldestMs }: { logGroups: readonly LogGroup[]; oldestMs: (group: string) => number },
): Action {
  return jsonAction(FilterInput, async ({ logGroupName, startTime = 0, endTime = Infinity, limit, nextToken }) => {
    if (!logGroups.some(({ name }) => name === logGroupName))
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
    const list = ['FilterLogEvents', logGroupName, startTime, endTime] as const
    const events = await lines.read(logGroupName, {
      // Older lines are deleted soon.
      fromMs: Math.max(startTime, oldestMs(logGroupName)),
      toMs: endTime,
      after: pagination.positionOf(list, nextToken),
      limit: limit + 1,
    })
    const page = events.slice(0, limit)
    const last = page.at(-1)
    return {
      events: page.map(({ key, atMs, line }) => ({
        logStreamName: 'local',
        timestamp: atMs,
        message: `${line}\n`,
        ingestionTime: atMs,
        eventId: key,
      })),
      searchedLogStreams: [],
      ...(events.length > limit && last && { nextToken: pagination.tokenOf(list, last.key) }),
    }
  })
}
