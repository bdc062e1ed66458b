import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Action } from '../../core/service.ts'
import { flag, logsAction, oneOf, text, whole } from '../../gateway/input.ts'
import { type LogGroups, named } from './log-groups.ts'
import type { LogLines, LogStream } from './log-lines.ts'
import { nextToken, pagination, refusal } from './request.ts'

const mostStreams = 50

const DescribeInput = v.strictObject({
  ...named,
  logStreamNamePrefix: v.optional(text(1, 512)),
  orderBy: v.optional(oneOf(['LogStreamName', 'LastEventTime']), 'LogStreamName'),
  descending: v.optional(flag, false),
  limit: v.optional(whole(1, mostStreams), mostStreams),
  nextToken,
})

/** DescribeLogStreams, in the order of their names or of their last events. */
export function describeLogStreams(lines: LogLines, groups: LogGroups): Action {
  return logsAction(DescribeInput, async (input) => {
    const { logStreamNamePrefix: prefix, orderBy, descending, limit, nextToken: token } = input
    const group = groups.named(input)
    const byTime = orderBy === 'LastEventTime'
    if (byTime && prefix !== undefined) throw refusal('Cannot order by LastEventTime with a logStreamNamePrefix.')
    const found = await lines.streamsOf(group.name, prefix)
    if (byTime) found.sort((a, b) => a.lastMs - b.lastMs)
    if (descending) found.reverse()
    const list = ['DescribeLogStreams', group.name, prefix, orderBy, descending] as const
    const { items, next } = pagination.page(list, found, { size: limit, token })
    return {
      logStreams: items.map(({ name, firstMs, lastMs }) => ({
        logStreamName: name,
        creationTime: firstMs,
        firstEventTimestamp: firstMs,
        lastEventTimestamp: lastMs,
        lastIngestionTime: lastMs,
        arn: `${group.arn}:log-stream:${name}`,
        // As on AWS, which has not reported the size of a stream since 2019.
        storedBytes: 0,
      })),
      ...(next !== undefined && { nextToken: next }),
    }
  })
}

/**
 * The stream of a group that a request names.
 * @throws AwsError `ResourceNotFoundException`
 */
export async function streamOf(lines: LogLines, group: string, name: string): Promise<LogStream> {
  const stream = await lines.stream(group, name)
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
  return stream
}
