import type { Clock } from '../../core/clock.ts'
import type { Service } from '../../core/service.ts'
import type { StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { filterLogEvents } from './filter-log-events.ts'
import { getLogEvents } from './get-log-events.ts'
import { LogGroups } from './log-groups.ts'
import { type LogLine, LogLines, type Range } from './log-lines.ts'
import { describeLogStreams } from './log-streams.ts'

const dayMs = 86_400_000

export interface Logs extends Service {
  /** Called for every line that is kept, before it is written. */
  readonly writtenListeners: ((line: LogLine & { group: string; functionName: string }) => void)[]
  /** A line that a function wrote, in the log stream of its execution environment. */
  write(functionName: string, stream: string, line: string): void
  /** The lines of a function before the one with a key, or all; newest first, at most `limit`. */
  latest(functionName: string, range: { before: string | undefined; limit: number }): Promise<LogLine[]>
  /** The lines of a function after the one with a key, oldest first, at most `limit`. */
  after(functionName: string, range: { key: string; limit: number }): Promise<LogLine[]>
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
  const groups = new LogGroups(logGroups, { store, clock, log })
  const oldestMs = (group: string) => Math.max(0, Math.floor(clock.now()) - groups.retentionDaysOf(group) * dayMs)
  const lines = new LogLines(store, oldestMs, (error) => log(`Log lines are lost: ${error}`))
  const groupOf = new Map(functions.map(({ name, logGroup }) => [name, logGroup]))
  const writtenListeners: Logs['writtenListeners'] = []
  const some = async (functionName: string, limit: number, range: Pick<Range, 'after' | 'before' | 'latestFirst'>) => {
    const group = groupOf.get(functionName)
    const found: LogLine[] = []
    if (group === undefined) return found
    for await (const line of lines.read(group, { fromMs: 0, untilMs: Infinity, ...range })) {
      found.push(line)
      if (found.length === limit) break
    }
    return found
  }
  return {
    writtenListeners,
    actions: {
      DescribeLogGroups: groups.describe,
      DescribeLogStreams: describeLogStreams(lines, groups),
      FilterLogEvents: filterLogEvents(lines, groups),
      GetLogEvents: getLogEvents(lines, groups),
    },
    write: (functionName, stream, line) => {
      const group = groupOf.get(functionName)
      if (group === undefined) return
      const added = lines.add(group, { atMs: Math.floor(clock.now()), stream, line })
      for (const listener of writtenListeners) listener({ group, functionName, ...added })
    },
    latest: (functionName, { before, limit }) => some(functionName, limit, { before, latestFirst: true }),
    after: (functionName, { key, limit }) => some(functionName, limit, { after: key }),
  }
}
