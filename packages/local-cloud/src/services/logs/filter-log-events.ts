import * as v from 'valibot'
import type { Action } from '../../core/service.ts'
import { flag, logsAction, text } from '../../gateway/input.ts'
import { readFilterPattern } from './filter-pattern/filter-pattern.ts'
import { type LogGroups, named } from './log-groups.ts'
import type { LogLine, LogLines } from './log-lines.ts'
import { streamOf } from './log-streams.ts'
import { eventLimit, moment, mostEvents, nextToken, pagination, refusal } from './request.ts'

const Input = v.strictObject({
  ...named,
  logStreamNames: v.optional(v.pipe(v.array(text(1, 512)), v.minLength(1), v.maxLength(100))),
  logStreamNamePrefix: v.optional(text(1, 512)),
  startTime: moment,
  endTime: moment,
  filterPattern: v.optional(text(0, 1024), ''),
  nextToken,
  limit: eventLimit,
  // AWS ignores it, and always interleaves.
  interleaved: v.optional(flag),
  // No group masks anything.
  unmask: v.optional(flag),
})

/**
 * FilterLogEvents of one group, in the order of time. A page may have fewer events than its limit, or none, and a token: as on AWS,
 * which ends a page when it has searched enough. Errors: `ResourceNotFoundException`, `InvalidParameterException`.
 */
export function filterLogEvents(lines: LogLines, groups: LogGroups): Action {
  return logsAction(Input, async (input) => {
    const { logStreamNames: names, logStreamNamePrefix: prefix, filterPattern, limit, nextToken: token } = input
    const { startTime = 0, endTime = Infinity } = input
    const { name: group } = groups.named(input)
    if (names && prefix !== undefined)
      throw refusal('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.')
    const matches = readFilterPattern(filterPattern)
    for (const name of names ?? []) await streamOf(lines, group, name)

    const list = ['FilterLogEvents', group, names, prefix, startTime, endTime, filterPattern] as const
    const after = pagination.positionOf(list, token)
    const isAsked = ({ stream, line }: LogLine) =>
      (names?.includes(stream) ?? true) && stream.startsWith(prefix ?? '') && matches(line)

    const found: LogLine[] = []
    let searched = 0
    let last: LogLine | undefined
    let more = false
    for await (const line of lines.read(group, { fromMs: startTime, untilMs: endTime + 1, after })) {
      more = found.length === limit || searched === mostEvents
      if (more) break
      searched += 1
      last = line
      if (isAsked(line)) found.push(line)
    }
    return {
      events: found.map(({ key, atMs, stream, line }) => ({
        logStreamName: stream,
        timestamp: atMs,
        message: `${line}\n`,
        ingestionTime: atMs,
        eventId: key,
      })),
      searchedLogStreams: [],
      ...(more && last && { nextToken: pagination.tokenOf(list, last.key) }),
    }
  })
}
