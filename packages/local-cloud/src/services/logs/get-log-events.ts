import * as v from 'valibot'
import type { Action } from '../../core/service.ts'
import { flag, logsAction, text } from '../../gateway/input.ts'
import { type LogGroups, named } from './log-groups.ts'
import type { LogLine, LogLines, Range } from './log-lines.ts'
import { streamOf } from './log-streams.ts'
import { eventLimit, moment, nextToken, pagination } from './request.ts'

const Input = v.strictObject({
  ...named,
  logStreamName: text(1, 512),
  startTime: moment,
  endTime: moment,
  nextToken,
  limit: eventLimit,
  startFromHead: v.optional(flag, false),
  // No group masks anything.
  unmask: v.optional(flag),
})

/**
 * GetLogEvents: a page of one stream, in the order of time; without a token the last page, or with `startFromHead` the first one. Both
 * tokens are in every response. At an end of the stream the response repeats the token of the request: this is how clients know
 * that there is no more for now. Errors: `ResourceNotFoundException`, `InvalidParameterException`.
 */
export function getLogEvents(lines: LogLines, groups: LogGroups): Action {
  return logsAction(Input, async (input) => {
    const { logStreamName, startTime = 0, endTime = Infinity, limit, startFromHead } = input
    const { name: group } = groups.named(input)
    const stream = await streamOf(lines, group, logStreamName)
    const tokens = new Tokens(['GetLogEvents', group, logStreamName, startTime, endTime])
    const token = tokens.read(input.nextToken)
    const forward = token?.forward ?? startFromHead
    const page: LogLine[] = []
    const period = { fromMs: Math.max(startTime, stream.firstMs), untilMs: Math.min(endTime, stream.lastMs + 1) }
    for await (const line of lines.read(group, { ...period, ...rangeOf(token), latestFirst: !forward })) {
      if (line.stream !== logStreamName) continue
      page.push(line)
      if (page.length === limit) break
    }
    if (!forward) page.reverse()
    // Without any event there is only one position: where the token was, or the beginning.
    const position = token?.position ?? ''
    return {
      events: page.map(({ atMs, line }) => ({ timestamp: atMs, message: `${line}\n`, ingestionTime: atMs })),
      nextForwardToken: tokens.of({ forward: true, position: page.at(-1)?.key ?? position }),
      nextBackwardToken: tokens.of({ forward: false, position: page[0]?.key ?? position }),
    }
  })
}

/** Where a page begins: after the line with a key, or before it. */
interface Token {
  forward: boolean
  position: string
}

function rangeOf(token: Token | undefined): Pick<Range, 'after' | 'before'> {
  if (!token) return {}
  return token.forward ? { after: token.position } : { before: token.position }
}

/** The tokens of a list of events, as AWS writes them: `f/…` goes forward, `b/…` backward. */
class Tokens {
  constructor(private readonly list: readonly [string, ...unknown[]]) {}

  of({ forward, position }: Token): string {
    return `${forward ? 'f' : 'b'}/${pagination.tokenOf(this.list, position)}`
  }

  /** @throws AwsError if it is no token of this list */
  read(token: string | undefined): Token | undefined {
    if (token === undefined) return undefined
    const [, direction, position] = /^([fb])\/(.*)$/.exec(token) ?? []
    return { forward: direction !== 'b', position: pagination.positionOf(this.list, position ?? '') ?? '' }
  }
}
